// Which route answers a method and a path.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/exchange.hpp"

namespace sagas::http {

/// What the {names} of `pattern` stand for in `path`, in order; nothing when it does not match. A
/// name stands for one whole segment, which is not empty.
std::optional<std::vector<std::string>> match_path(std::string_view pattern, std::string_view path);

/// Thread-safe.
class router {
public:
  explicit router(std::vector<route> routes) : routes_(std::move(routes)) {}

  struct match {
    const route* found = nullptr; ///< lives as long as the router
    std::vector<std::string> captures = {};
    std::string allowed = {}; ///< when only the method is wrong: those that the path knows
  };
  /// The first route that matches; GET answers HEAD too.
  match find(std::string_view method, std::string_view path) const;

private:
  const std::vector<route> routes_;
};

} // namespace sagas::http
