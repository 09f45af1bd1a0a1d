#include "saga/status.hpp"

#include "saga/assert.hpp"

namespace sagas {
namespace {

// Finds the enumerator whose text is `text`; enumerators run from 0 to count - 1.
template <class Enum, int Count>
std::optional<Enum> parse(std::string_view text) {
  for (int i = 0; i < Count; ++i)
    if (text == to_text(static_cast<Enum>(i)))
      return static_cast<Enum>(i);
  return std::nullopt;
}

} // namespace

bool is_terminal(saga_status status) { return status >= saga_status::completed; }

const char* to_text(saga_status status) {
  switch (status) {
  case saga_status::started: return "INICIADA";
  case saga_status::running: return "EN_PROGRESO";
  case saga_status::paused: return "PAUSADA";
  case saga_status::compensating: return "COMPENSANDO";
  case saga_status::parked: return "REQUIERE_ATENCION";
  case saga_status::completed: return "COMPLETADA";
  case saga_status::compensated: return "COMPENSADA";
  case saga_status::cancelled: return "CANCELADA";
  case saga_status::failed: return "FALLIDA";
  }
  SAGAS_ASSERT(false);
}

const char* to_text(step_status status) {
  switch (status) {
  case step_status::pending: return "PENDIENTE";
  case step_status::running: return "EJECUTANDO";
  case step_status::completed: return "COMPLETADO";
  case step_status::failed: return "FALLIDO";
  case step_status::compensating: return "COMPENSANDO";
  case step_status::compensated: return "COMPENSADO";
  case step_status::skipped: return "OMITIDO";
  }
  SAGAS_ASSERT(false);
}

const char* to_text(operation op) {
  switch (op) {
  case operation::action: return "ACCION";
  case operation::compensation: return "COMPENSACION";
  }
  SAGAS_ASSERT(false);
}

const char* to_text(outcome_kind kind) {
  switch (kind) {
  case outcome_kind::done: return "HECHO";
  case outcome_kind::business_failure: return "NEGOCIO";
  case outcome_kind::technical_failure: return "TECNICO";
  case outcome_kind::unknown: return "DESCONOCIDO";
  case outcome_kind::still_running: return "EN_CURSO";
  }
  SAGAS_ASSERT(false);
}

const char* to_text(direction way) {
  switch (way) {
  case direction::forward: return "ADELANTE";
  case direction::backward: return "ATRAS";
  }
  SAGAS_ASSERT(false);
}

const char* to_text(turn_cause cause) {
  switch (cause) {
  case turn_cause::none: return "NINGUNA";
  case turn_cause::failure: return "FALLO";
  case turn_cause::cancellation: return "CANCELACION";
  case turn_cause::deadline: return "PLAZO";
  case turn_cause::operator_decision: return "OPERADOR";
  case turn_cause::forced: return "FORZADA";
  }
  SAGAS_ASSERT(false);
}

const char* to_text(saga_relation relation) {
  switch (relation) {
  case saga_relation::undo: return "deshace";
  case saga_relation::child: return "hija";
  }
  SAGAS_ASSERT(false);
}

const char* to_text(decision what) {
  switch (what) {
  case decision::retry: return "reintentar";
  case decision::skip: return "omitir";
  case decision::complete: return "completar";
  case decision::fail: return "fallar";
  case decision::turn: return "compensar";
  }
  SAGAS_ASSERT(false);
}

std::optional<saga_status> parse_saga_status(std::string_view text) {
  return parse<saga_status, saga_status_count>(text);
}
std::optional<step_status> parse_step_status(std::string_view text) {
  return parse<step_status, 7>(text);
}
std::optional<operation> parse_operation(std::string_view text) {
  return parse<operation, 2>(text);
}
std::optional<outcome_kind> parse_outcome_kind(std::string_view text) {
  return parse<outcome_kind, 5>(text);
}
std::optional<direction> parse_direction(std::string_view text) {
  return parse<direction, 2>(text);
}
std::optional<turn_cause> parse_turn_cause(std::string_view text) {
  return parse<turn_cause, 6>(text);
}
std::optional<saga_relation> parse_saga_relation(std::string_view text) {
  return parse<saga_relation, 2>(text);
}
std::optional<decision> parse_decision(std::string_view text) {
  return parse<decision, decision_count>(text);
}

} // namespace sagas
