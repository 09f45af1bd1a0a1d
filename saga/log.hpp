// The port of the log. Implemented in app/ on spdlog.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace sagas {

enum class log_level : std::uint8_t { debug, info, warning, error };

struct log_field {
  std::string_view key;
  std::string_view value;
};

/// Thread-safe. Never given secrets nor payloads.
class logger {
public:
  virtual ~logger() = default;
  virtual bool enabled(log_level level) const = 0;
  virtual void write(log_level level, std::string_view message,
                     std::initializer_list<log_field> fields = {}) = 0;
};

} // namespace sagas
