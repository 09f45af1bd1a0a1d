#include "http/access/keys.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "http/signing.hpp"
#include "saga/json_reader.hpp"
#include "saga/text.hpp"

namespace sagas::http {
namespace {

constexpr std::size_t file_max = 1 << 20;
constexpr std::string_view prefix = "sagas_";

std::optional<int> hex_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return std::nullopt;
}

std::optional<key_digest> parse_hex(std::string_view text) {
  key_digest digest{};
  if (text.size() != 2 * digest.size())
    return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const auto high = hex_value(text[2 * i]);
    const auto low = hex_value(text[2 * i + 1]);
    if (!high || !low)
      return std::nullopt;
    digest[i] = static_cast<std::uint8_t>(*high * 16 + *low);
  }
  return digest;
}

void read_scopes(object_reader& reader, api_key& key) {
  const json_value* list = reader.array("scopes", 4);
  for (std::size_t i = 0; list && i < list->size(); ++i) {
    const json_value& one = (*list)[i];
    const auto which = one.is_string() ? parse_scope(one.get_ref<const std::string&>())
                                       : std::nullopt;
    which ? key.scopes.add(*which)
          : reader.fault("scopes", "holds what is none of read, start, operate, admin");
  }
  if (key.scopes.empty())
    reader.fault("scopes", "must name at least one of read, start, operate, admin");
}

start_quota read_quota(const json_value& from, const std::string& pointer, fault_list& faults) {
  object_reader reader{from, pointer, faults};
  start_quota quota;
  quota.rate = reader.number("rate", 0, quota_max).value_or(0);
  quota.burst = static_cast<std::uint32_t>(reader.integer("burst", 0, quota_max).value_or(0));
  quota.at_once = static_cast<std::uint32_t>(reader.integer("at_once", 0, quota_max).value_or(0));
  reader.done();
  return quota;
}

api_key read_key(const json_value& from, const std::string& pointer, fault_list& faults) {
  object_reader reader{from, pointer, faults};
  api_key key;
  key.name = reader.name("name").value_or("");
  if (key.name.empty())
    reader.fault("name", "must be 1 to 100 of the characters A-Z a-z 0-9 _ . : -");
  read_scopes(reader, key);
  const auto digest = parse_hex(reader.text("sha256", 64).value_or(""));
  digest
    ? void(key.digest = *digest)
    : reader.fault("sha256", "must be 64 digits of 0-9 a-f: make keys with `sagas keys create`");
  const auto created = parse_iso(reader.text("created", 40).value_or(""));
  created ? void(key.created = *created) : reader.fault("created", "must be an ISO time");
  if (const json_value* starts = reader.object("starts"))
    key.starts = read_quota(*starts, pointer + "/starts", faults);
  reader.done();
  return key;
}

} // namespace

result<std::string> fresh_key() {
  key_digest random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1)
    return {errc::unavailable, "the system gives no random numbers"};
  return std::string{prefix} + to_hex(random);
}

key_digest digest_of(std::string_view key) {
  key_digest digest{};
  SHA256(reinterpret_cast<const unsigned char*>(key.data()), key.size(), digest.data());
  return digest;
}

std::string to_hex(const key_digest& digest) { return hex(digest.data(), digest.size()); }

result<std::vector<api_key>> parse_keys(std::string_view text) {
  const auto parsed = parse_json(text, file_max);
  if (!parsed)
    return parsed.error();
  fault_list faults;
  object_reader reader{*parsed, "", faults};
  std::vector<api_key> keys;
  std::set<std::string> names;
  const json_value* list = reader.array("keys", keys_max);
  for (std::size_t i = 0; list && i < list->size(); ++i) {
    const std::string pointer = pointer_to("/keys", i);
    keys.push_back(read_key((*list)[i], pointer, faults));
    if (!names.insert(keys.back().name).second)
      faults.add(pointer + "/name", "is another key's already");
  }
  reader.done();
  if (!list)
    faults.add("/keys", "must be a list of keys");
  if (!faults.empty())
    return faults.as_failure("the keys");
  return keys;
}

std::string keys_text(const std::vector<api_key>& keys) {
  json_value list = json_value::array();
  for (const api_key& key : keys) {
    json_value scopes = json_value::array();
    for (const scope which : {scope::read, scope::start, scope::operate, scope::admin})
      if (key.scopes.has(which))
        scopes.push_back(to_text(which));
    list.push_back({{"name", key.name},
                    {"scopes", std::move(scopes)},
                    {"sha256", to_hex(key.digest)},
                    {"created", to_iso(key.created)}});
    if (key.starts != start_quota{})
      list.back()["starts"] = {
        {"rate", key.starts.rate}, {"burst", key.starts.burst}, {"at_once", key.starts.at_once}};
  }
  return json_value{{"keys", std::move(list)}}.dump(2) + "\n";
}

const api_key* key_ring::find(const key_digest& digest) const {
  const api_key* found = nullptr;
  for (const api_key& one : keys_)
    if (CRYPTO_memcmp(one.digest.data(), digest.data(), digest.size()) == 0)
      found = &one;
  return found;
}

} // namespace sagas::http
