// The affiliates that the stand-in services know.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace sagas {

struct affiliate {
  std::string_view id;
  std::string_view name;
  std::string_view kind;
  std::string_view status;
  double share = 0; ///< per cent
  std::string_view level;

  bool eligible() const { return status == "ACTIVO"; }
};

std::span<const affiliate> affiliates();

} // namespace sagas
