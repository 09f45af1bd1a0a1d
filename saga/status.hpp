// The states and kinds that callers see, with their Spanish names (contract section 1).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sagas {

/// `estado` of a saga.
enum class saga_status : std::uint8_t {
  started,      ///< INICIADA
  running,      ///< EN_PROGRESO
  paused,       ///< PAUSADA
  compensating, ///< COMPENSANDO
  parked,       ///< REQUIERE_ATENCION
  completed,    ///< COMPLETADA
  compensated,  ///< COMPENSADA
  cancelled,    ///< CANCELADA
  failed,       ///< FALLIDA
};
inline constexpr int saga_status_count = 9;

/// `estado` of a step, and of one attempt's row.
enum class step_status : std::uint8_t {
  pending,      ///< PENDIENTE
  running,      ///< EJECUTANDO
  completed,    ///< COMPLETADO
  failed,       ///< FALLIDO
  compensating, ///< COMPENSANDO
  compensated,  ///< COMPENSADO
  skipped,      ///< OMITIDO
};

/// `tipo_operacion`: what a participant is asked to do.
enum class operation : std::uint8_t { action /* ACCION */, compensation /* COMPENSACION */ };

/// What became of one attempt; kept in the row, since it decides whether a step must be undone.
enum class outcome_kind : std::uint8_t {
  done,              ///< HECHO: the effect is there, once
  business_failure,  ///< NEGOCIO: refused for good, no effect
  technical_failure, ///< TECNICO: failed for certain, no effect; may be tried again
  unknown,           ///< DESCONOCIDO: no answer; the effect may be there
  still_running,     ///< EN_CURSO: ask again later, the same attempt goes on
};

/// Which way a saga goes.
enum class direction : std::uint8_t { forward /* ADELANTE */, backward /* ATRAS */ };

/// What a saga is to the one that it comes from.
enum class saga_relation : std::uint8_t {
  undo,  ///< it undoes the other, which had completed
  child, ///< it is a step of the other
};

/// Why a saga turned back.
enum class turn_cause : std::uint8_t {
  none,
  failure,
  cancellation,
  deadline,
  operator_decision, ///< the step before or at the pivot was given up
  forced,            ///< behind its point of no return: what can't be undone stays in force
};

/// An operator's decision on a step that a saga is parked at.
enum class decision : std::uint8_t {
  retry,    ///< reintentar: a new round of attempts
  skip,     ///< omitir: go on without it
  complete, ///< completar: it has been done by hand
  fail,     ///< fallar: give it up
  turn,     ///< compensar: undo what can be undone, though the saga is behind its pivot
};

inline constexpr int decision_count = 5;

bool is_terminal(saga_status status);

// The words of the wire and of the tables. Parsing an unknown word gives nothing.
const char* to_text(saga_status status);
const char* to_text(step_status status);
const char* to_text(operation op);
const char* to_text(outcome_kind kind);
const char* to_text(direction way);
const char* to_text(turn_cause cause);
const char* to_text(saga_relation relation);
const char* to_text(decision what); ///< "reintentar", "omitir", "completar", "fallar", "compensar"
std::optional<saga_status> parse_saga_status(std::string_view text);
std::optional<step_status> parse_step_status(std::string_view text);
std::optional<operation> parse_operation(std::string_view text);
std::optional<outcome_kind> parse_outcome_kind(std::string_view text);
std::optional<direction> parse_direction(std::string_view text);
std::optional<turn_cause> parse_turn_cause(std::string_view text);
std::optional<saga_relation> parse_saga_relation(std::string_view text);
std::optional<decision> parse_decision(std::string_view text);

} // namespace sagas
