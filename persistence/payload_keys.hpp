// The keys that payloads are encrypted with at rest, and the text that holds them:
//
//   # The first key seals, all of them open.
//   2026-11-26 = q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=
//
// With the word `plain` as its first line nothing is sealed any more; the keys below still open.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "saga/result.hpp"

namespace sagas {

/// A key of AES-256, and the name that stands beside whatever it has sealed.
struct payload_key {
  std::string id; ///< 1 to 32 of the characters A-Z a-z 0-9 _ . -
  std::array<std::uint8_t, 32> bytes{};
};

/// Whether a key may have this name; `plain` is none.
bool is_payload_key_id(std::string_view text);

/// A new key out of the system's random numbers. errc::invalid_input for a name that is none,
/// errc::unavailable when there are no random numbers.
result<payload_key> fresh_payload_key(std::string id);

/// The keys of a store: one seals, or none does; every one opens. Immutable once shared.
class payload_keys {
public:
  /// None at all: nothing is sealed, and nothing that is can be opened.
  payload_keys() = default;
  /// errc::invalid_input names the line that is wrong, and what would be right.
  static result<payload_keys> parse(std::string_view text);

  bool empty() const { return all_.empty(); }
  /// Null: what is written stays plain.
  const payload_key* sealing() const { return seals_ ? &all_.front() : nullptr; }
  /// Null: there is none of that name.
  const payload_key* find(std::string_view id) const;
  /// The same keys, none of which seals.
  payload_keys opening_only() const;

private:
  std::vector<payload_key> all_;
  bool seals_ = false;
};

/// Null is as none at all.
using payload_keys_ptr = std::shared_ptr<const payload_keys>;

/// A text of keys, valid or empty, with one more, which is the one that seals from now on.
std::string with_sealing_key(std::string_view text, const payload_key& added);

} // namespace sagas
