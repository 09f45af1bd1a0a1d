// The parts of definition_json.cpp; nobody else needs them.
#pragma once

#include <string>
#include <vector>

#include "saga/definition.hpp"
#include "saga/json_reader.hpp"

namespace sagas {

/// What a definition says for all of its steps.
struct step_defaults {
  retry_policy retry;
  retry_policy compensation_retry{.attempts = 10};
  milliseconds timeout{30'000};
};

/// A step as it was read: its dependencies are still names.
struct read_step {
  step_definition what;
  std::string pointer;
  bool graph = false; ///< depende_de was given
  std::vector<std::string> depends_on;
};

/// Reads the policy `key` of `from`, if there; what it leaves out stays as it is in `policy`.
void read_policy(object_reader& from, std::string_view key, retry_policy& policy,
                 fault_list& faults);

/// Reads `tiempo_maximo` of `from`, if there.
void read_timeout(object_reader& from, milliseconds& timeout);

read_step parse_step(const json_value& what, const std::string& pointer,
                     const step_defaults& defaults, fault_list& faults);

/// Resolves the dependencies and checks what only the steps together can break: names, cycles,
/// references, the pivot. Fills in the dependencies of `steps`.
void check_graph(std::vector<read_step>& steps, fault_list& faults);

} // namespace sagas
