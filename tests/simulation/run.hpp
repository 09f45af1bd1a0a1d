// One run from a tape, and what to make of a bad one.
#pragma once

#include <optional>
#include <string>

#include "tests/simulation/node.hpp"

namespace sagas::sim {

struct run_result {
  std::optional<violation> bad;
  counters reached;
};

using journal = std::function<void(const std::string&)>;

/// Runs a tape to its end and checks it; deterministic.
run_result run(const tape& what, const makers& made = {}, const journal& to = {});

/// The smallest tape found that breaks the same invariant.
tape shrink(tape bad, const std::string& invariant, const makers& made = {});

/// For people: what went wrong, the shrunk history, and the command that repeats it.
std::string explain(std::uint64_t seed, const violation& bad, const makers& made = {});

} // namespace sagas::sim
