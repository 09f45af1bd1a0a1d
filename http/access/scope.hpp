// What a caller may do. Scopes are few, and every route of the table says which one it needs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sagas::http {

enum class scope : std::uint8_t {
  open,    ///< anybody, without a key
  read,    ///< sagas, definitions, figures, live events
  start,   ///< sagas, one or many
  operate, ///< cancel, pause, resume, decide, remove
  admin,   ///< register definitions, encrypt payloads anew
};

/// "read"; "open" is no scope of a key.
const char* to_text(scope which);
std::optional<scope> parse_scope(std::string_view text);

/// What a route needs. It has no default, so that who adds a route has to decide.
class needed_scope {
public:
  constexpr needed_scope(scope which) : which_(which) {}
  constexpr operator scope() const { return which_; }

private:
  scope which_;
};

/// What a key has: every scope includes read, and admin includes all.
class scope_set {
public:
  constexpr void add(scope which) { bits_ = static_cast<std::uint8_t>(bits_ | bit(which)); }
  constexpr bool has(scope which) const { return (bits_ & bit(which)) != 0; } ///< itself
  constexpr bool empty() const { return bits_ == 0; }
  bool allows(scope needed) const;
  /// "start operate"
  std::string text() const;

private:
  static constexpr std::uint8_t bit(scope which) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(which));
  }
  std::uint8_t bits_ = 0;
};

} // namespace sagas::http
