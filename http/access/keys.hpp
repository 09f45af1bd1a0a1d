// API keys: how they are made, kept and recognised. What is kept is a digest, never the key.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http/access/caller.hpp"
#include "http/access/scope.hpp"
#include "saga/result.hpp"
#include "saga/time.hpp"

namespace sagas::http {

/// SHA-256. A key has 256 random bits, so there is nothing to guess and no salt is needed.
using key_digest = std::array<std::uint8_t, 32>;

inline constexpr std::size_t keys_max = 1000;
inline constexpr std::uint32_t quota_max = 10'000'000; ///< of any figure of a quota

struct api_key {
  std::string name; ///< tells it from the others; stands in logs and histories
  scope_set scopes;
  key_digest digest{};
  timestamp created{};
  start_quota starts = {};
};

/// "sagas_" and 64 hexadecimal digits. Errors: the system has no randomness to give.
result<std::string> fresh_key();
key_digest digest_of(std::string_view key);
std::string to_hex(const key_digest& digest);

/// The keys of a file, which is JSON. invalid_input names every fault.
result<std::vector<api_key>> parse_keys(std::string_view text);
std::string keys_text(const std::vector<api_key>& keys);

/// The keys that are valid at one moment. Immutable.
class key_ring {
public:
  explicit key_ring(std::vector<api_key> keys) : keys_(std::move(keys)) {}

  /// Null for a key that is none of these. Takes as long for any key.
  const api_key* find(const key_digest& digest) const;

private:
  const std::vector<api_key> keys_;
};

} // namespace sagas::http
