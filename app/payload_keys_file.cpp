#include "app/payload_keys_file.hpp"

#include <cerrno>

#include <sys/stat.h>
#include <unistd.h>

#include "app/clock.hpp"
#include "app/config_layers.hpp"
#include "app/private_file.hpp"

namespace sagas {
namespace {

constexpr std::size_t file_max = 64 << 10;

std::string mode_text(mode_t mode) {
  std::string text = "0";
  for (int shift = 6; shift >= 0; shift -= 3)
    text += static_cast<char>('0' + (mode >> shift & 7));
  return text;
}

status check_private(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0)
    return system_failure("cannot read the keys of payloads in", path);
  if (found.st_uid != ::geteuid() && found.st_uid != 0)
    return {errc::invalid_input, path
                                   + " belongs to another user, who could read every payload: "
                                     "chown it to the one that runs sagas"};
  const mode_t others = found.st_uid == 0 ? S_IWGRP | S_IRWXO : S_IRWXG | S_IRWXO;
  if ((found.st_mode & others) != 0)
    return {errc::invalid_input, path + " is open to others (mode " + mode_text(found.st_mode)
                                   + "), who could read every payload: chmod 600 " + path};
  return nothing{};
}

result<std::string> read_private(const std::string& path) {
  if (const status safe = check_private(path); !safe)
    return safe.error();
  errno = 0;
  auto text = read_small_file(path, file_max);
  if (!text)
    return system_failure("cannot read the keys of payloads in", path);
  return *text;
}

failure in_file(const std::string& path, const failure& why) {
  return {why.code, path + ": " + why.message};
}

// "2026-11-26", "2026-11-26.2", ...
std::string name_of_today(const payload_keys& among) {
  const std::string day = to_iso(now()).substr(0, 10);
  std::string name = day;
  for (int i = 2; among.find(name); ++i)
    name = day + "." + std::to_string(i);
  return name;
}

} // namespace

result<payload_keys_ptr> read_payload_keys(const std::string& path) {
  const auto text = read_private(path);
  if (!text)
    return text.error();
  auto keys = payload_keys::parse(*text);
  if (!keys)
    return in_file(path, keys.error());
  return std::make_shared<const payload_keys>(std::move(*keys));
}

result<payload_keys_ptr> payload_keys_of(const config& values) {
  if (values.db.payload_keys.empty())
    return payload_keys_ptr{};
  auto keys = read_payload_keys(values.db.payload_keys);
  if (keys)
    return keys;
  failure why{errc::invalid_input, "db.payload_keys: " + keys.error().message};
  if (keys.error().code == errc::not_found)
    why.message += ": make it with `sagas db new-key " + values.db.payload_keys + "`";
  return why;
}

result<std::string> add_payload_key(const std::string& path, std::string id) {
  std::string name;
  const status done = with_file_lock(path, [&]() -> status {
    const auto text = read_private(path);
    if (!text && text.error().code != errc::not_found)
      return text.error();
    payload_keys present;
    if (text) {
      auto keys = payload_keys::parse(*text);
      if (!keys)
        return in_file(path, keys.error());
      present = std::move(*keys);
    }
    name = id.empty() ? name_of_today(present) : std::move(id);
    if (present.find(name))
      return {errc::conflict, "there is a key " + name + " in " + path
                                + " already: name the new one otherwise (--id)"};
    const auto key = fresh_payload_key(name);
    if (!key)
      return key.error();
    return replace_private_file(path, with_sealing_key(text ? *text : std::string{}, *key));
  });
  if (!done)
    return done.error();
  return name;
}

} // namespace sagas
