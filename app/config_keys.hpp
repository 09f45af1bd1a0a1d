// One line for every configuration key.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "app/config.hpp"

namespace sagas {

/// Where a key's value lives in a config; its type decides how it is read and printed.
using config_field =
  std::variant<std::string*, bool*, std::uint16_t*, std::uint32_t*, milliseconds*, byte_count*,
               storage_kind*, log_level*, log_format*>;

struct config_key {
  std::string_view name; ///< in a file {"http": {"port": ...}} is "http.port"
  config_field (*field)(config&);
  std::string_view doc;
  std::string_view short_flag = {}; ///< a second, shorter flag
  std::uint64_t min = 0;            ///< of numbers, milliseconds and bytes
  std::uint64_t max = std::numeric_limits<std::uint64_t>::max();
  bool secret = false;
};

std::span<const config_key> config_keys();
const config_key* find_config_key(std::string_view name);

/// "http.port" -> "SAGAS_HTTP_PORT"
std::string variable_of(const config_key& key);
/// "http.port" -> "--http-port"
std::string flag_of(const config_key& key);
/// What a value looks like: "sqlite|mysql", "duration", "size", "number", "true|false", "text"
std::string form_of(const config_key& key);

/// Sets a value from text; else what is wrong with it and what would be right.
std::optional<std::string> set_value(config& values, const config_key& key, std::string_view text);
/// The value as text that set_value reads back.
std::string value_text(const config& values, const config_key& key);

} // namespace sagas
