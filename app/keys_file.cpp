#include "app/keys_file.hpp"

#include <cerrno>
#include <chrono>

#include <sys/stat.h>

#include "app/config_layers.hpp"
#include "app/private_file.hpp"

namespace sagas {
namespace {

constexpr std::size_t file_max = 1 << 20;
constexpr std::int64_t look_every_ms = 1000;

std::int64_t steady_ms() {
  return std::chrono::duration_cast<milliseconds>(
           std::chrono::steady_clock::now().time_since_epoch())
    .count();
}

// Changes whenever the file does: it is always replaced, so its number changes at least.
std::string stamp_of(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0)
    return "none";
  return std::to_string(found.st_dev) + "/" + std::to_string(found.st_ino) + "/"
         + std::to_string(found.st_size) + "/" + std::to_string(found.st_mtim.tv_sec) + "."
         + std::to_string(found.st_mtim.tv_nsec);
}

} // namespace

result<std::vector<http::api_key>> read_keys(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0)
    return system_failure("cannot read the keys in", path);
  if ((found.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return {errc::invalid_input,
            path + " may be written by others, who could add keys of their own: chmod 600 " + path};
  errno = 0;
  const auto text = read_small_file(path, file_max);
  if (!text)
    return system_failure("cannot read the keys in", path);
  auto keys = http::parse_keys(*text);
  if (!keys)
    return failure{errc::invalid_input, path + ": " + keys.error().message, keys.error().fields};
  return keys;
}

status change_keys(const std::string& path,
                   const std::function<status(std::vector<http::api_key>&)>& change) {
  return with_file_lock(path, [&]() -> status {
    auto keys = read_keys(path);
    if (!keys && keys.error().code != errc::not_found)
      return keys.error();
    std::vector<http::api_key> changed = keys ? std::move(*keys) : std::vector<http::api_key>{};
    if (const status done = change(changed); !done)
      return done;
    return replace_private_file(path, http::keys_text(changed));
  });
}

watched_keys::watched_keys(std::string path, logger& log, std::vector<http::api_key> keys,
                           std::string stamp)
  : path_(std::move(path)), log_(log),
    ring_(std::make_shared<const http::key_ring>(std::move(keys))),
    next_look_(steady_ms() + look_every_ms), stamp_(std::move(stamp)) {}

result<std::unique_ptr<watched_keys>> watched_keys::open(std::string path, logger& log) {
  std::string stamp = stamp_of(path); // first: a change in between is seen at the next look
  auto keys = read_keys(path);
  if (!keys)
    return keys.error();
  return std::unique_ptr<watched_keys>{
    new watched_keys{std::move(path), log, std::move(*keys), std::move(stamp)}};
}

std::shared_ptr<const http::key_ring> watched_keys::current() {
  const std::int64_t now = steady_ms();
  std::int64_t due = next_look_.load();
  if (now >= due && next_look_.compare_exchange_strong(due, now + look_every_ms))
    look();
  return ring_.load();
}

void watched_keys::look() {
  const std::lock_guard lock{guard_};
  std::string stamp = stamp_of(path_);
  if (stamp == stamp_)
    return;
  stamp_ = std::move(stamp);
  auto keys = read_keys(path_);
  if (!keys) {
    log_.write(log_level::error, "the keys that were read before stay valid",
               {{"why", keys.error().message}});
    return;
  }
  log_.write(log_level::info, "the keys were read anew", {{"keys", std::to_string(keys->size())}});
  ring_.store(std::make_shared<const http::key_ring>(std::move(*keys)));
}

} // namespace sagas
