// Definitions and sagas for the machine's tests.
#pragma once

#include <string>
#include <vector>

#include "saga/machine.hpp"

namespace sagas::test {

inline constexpr timestamp noon{std::chrono::sys_days{std::chrono::year{2026} / 1 / 2}
                                + std::chrono::hours{12}};

/// A step with an undo ("undo_<name>") and a policy without chance in its delays.
inline step_definition step(const std::string& name) {
  step_definition made;
  made.name = name;
  made.service = "svc_" + name;
  made.compensation = "undo_" + name;
  made.retry = {.first_delay = milliseconds{1'000}, .jitter = 0, .attempts = 3};
  made.compensation_retry = {.first_delay = milliseconds{1'000}, .jitter = 0, .attempts = 3};
  return made;
}

/// A definition in which the steps' own depends_on hold.
inline definition_ptr graph(std::vector<step_definition> steps, milliseconds deadline = {}) {
  auto made = std::make_shared<definition>();
  made->type = "prueba";
  made->deadline = deadline;
  made->steps = std::move(steps);
  derive(*made);
  return made;
}

/// A definition in which each step depends on the one before.
inline definition_ptr sequence(std::vector<step_definition> steps, milliseconds deadline = {}) {
  for (std::size_t i = 1; i < steps.size(); ++i)
    steps[i].depends_on = {i - 1};
  return graph(std::move(steps), deadline);
}

inline saga_state fresh(const definition_ptr& plan) {
  saga_header header;
  header.id = first_id_at(noon);
  header.started = noon;
  header.input = document{R"({"x":1})"};
  return new_saga(*plan, std::move(header));
}

} // namespace sagas::test
