// The saga's own injection rules, as its metadatos have them. For injection.cpp only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/stand_ins/injection.hpp"

namespace sagas {

struct saga_rule {
  injected what = injected::none;
  std::uint32_t times = 0; ///< 0: always
  operation op = operation::action;
  std::string step; ///< empty: any
  std::optional<milliseconds> delay;
};

/// The rules for one service in `metadata`; "*" rules come behind its own.
result<std::vector<saga_rule>> parse_saga_rules(std::string_view metadata,
                                                std::string_view service);

} // namespace sagas
