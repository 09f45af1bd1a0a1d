// The shape of a definition, read from its stored document: just what the audit compares runs with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "saga/result.hpp"
#include "saga/time.hpp"

namespace sagas::audit {

struct step_shape {
  std::string name;
  std::string service;
  std::string child; ///< the type of the saga that the step is; empty: none
  bool undoable = false;
  bool optional = false;
  bool pivot = false;
  std::int64_t attempts = 3; ///< in a round of the policy
  std::int64_t undo_attempts = 10;
  milliseconds timeout{30'000};
  milliseconds undo_timeout{30'000};
  std::vector<std::size_t> before; ///< whom it depends on directly
};

struct shape {
  std::vector<step_shape> steps;
  /// precedes[a][b]: b depends on a, directly or not.
  std::vector<std::vector<bool>> precedes;

  std::optional<std::size_t> find(std::string_view step) const;
};

/// Reads `documento` of `definiciones`.
result<shape> read_shape(std::string_view document);

} // namespace sagas::audit
