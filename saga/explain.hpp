// A saga in one paragraph for people. Pure text-making.
#pragma once

#include <string>
#include <vector>

#include "saga/attention.hpp"
#include "saga/machine.hpp"

namespace sagas {

/// How the saga stands: what it waits for, of whom, since when and until when, what comes next,
/// and, when it is parked, what can be done.
/// @param rows where the texts of its failures are; may be empty
std::string explain(const definition& plan, const saga_state& state,
                    const std::vector<step_row>& rows, timestamp now, language in);

} // namespace sagas
