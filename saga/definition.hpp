// What a saga of some type does: its steps, their order, their undo and their policies. Data, not
// code: a definition is registered, versioned, validated and simulated.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "saga/document.hpp"
#include "saga/policy.hpp"
#include "saga/template.hpp"
#include "saga/time.hpp"

namespace sagas {

/// What a step waits for that calls nobody: a signal, a time, or whichever comes first.
struct wait_terms {
  std::string signal;         ///< senal, unique in the definition; empty: only time ends the wait
  milliseconds span{0};       ///< from when its turn has come; 0: none
  bool until = false;         ///< up to the date `hasta` of the step's input
  bool lapse_is_fine = false; ///< no signal in time: the saga goes on; else the step fails
};

/// What a step begins that is a saga of its own (child.hpp).
struct child_terms {
  std::string type;        ///< tipo
  int version = 0;         ///< 0: the newest when it begins
  bool left_alone = false; ///< al_retroceder is dejar: it goes on when the parent turns back
};

/// One step. Its compensation undoes what its action did; a step without one has no effect worth
/// undoing.
struct step_definition {
  std::string name;                 ///< nombre, unique in the definition
  std::string description;          ///< descripcion
  std::string service;              ///< microservicio
  std::string compensation;         ///< name of the undo; empty: nothing to undo
  std::optional<wait_terms> wait;   ///< it calls nobody; then `service` is wait_service
  std::optional<child_terms> child; ///< it is a saga; then `service` is child_service
  json_template input;              ///< of the action
  /// Of the undo; none: {"entrada": the action's input, "salida": the action's output}
  std::optional<json_template> compensation_input;
  std::vector<std::size_t> depends_on; ///< indices of steps that must be done before
  bool optional = false;               ///< when it fails for good the saga goes on without it
  bool pivot = false;                  ///< the point of no return: behind it only forward
  retry_policy retry;
  retry_policy compensation_retry{.attempts = 10};
  milliseconds timeout{30'000};              ///< of one attempt of the action
  milliseconds compensation_timeout{30'000}; ///< of one attempt of the undo
};

/// What the rows of a step that waits say as their microservicio.
inline constexpr const char* wait_service = "espera";
/// Those of a step that is a saga; and the name of its undo.
inline constexpr const char* child_service = "saga_hija";
inline constexpr const char* child_undo = "deshacer_hija";

/// The check of a start's `entrada` (start_input.hpp); opaque here.
struct input_rules;

/// A whole saga type at one version. Immutable once registered; shared by every saga that started
/// with it.
struct definition {
  std::string type; ///< tipo
  int version = 1;
  std::string description;
  milliseconds deadline{0}; ///< plazo: not done by then, it is undone; 0: none
  /// ventana_compensacion: for so long after its good end it may be undone; 0: never.
  milliseconds undo_window{0};
  std::vector<step_definition> steps;
  std::shared_ptr<const input_rules> input; ///< what a start must bring; null: any object
  document source;                          ///< the JSON it came from, as registered
  /// Derived at registration, index by step: who depends on it directly; and whether it lies
  /// behind the pivot (every step that is not an ancestor of the pivot nor the pivot itself).
  std::vector<std::vector<std::size_t>> dependents;
  std::vector<bool> behind_pivot;
  std::optional<std::size_t> pivot;

  std::optional<std::size_t> find_step(std::string_view name) const;
  /// The step that waits for a signal.
  std::optional<std::size_t> find_wait(std::string_view signal) const;
};
using definition_ptr = std::shared_ptr<const definition>;

/// Fills the derived fields from the steps. The graph must be free of cycles.
void derive(definition& what);

} // namespace sagas
