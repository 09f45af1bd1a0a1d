// Runs a definition on virtual time against scripted participants: what would happen if.
//
//   {"entrada": {...}, "campania_id": "NAME", "inicio": "2026-01-01T00:00:00Z", "semilla": 1,
//    "tiempo_maximo": "720h",
//    "guion": {"STEP": {"accion": [OUTCOME, ...], "compensacion": [OUTCOME, ...]}},
//    "decisiones": [{"en": "10s", "que": "cancelar", "paso": "STEP", "salida": {}, "razon":
//    "..."}]}
//
// An outcome answers one call, the last of a list every further one: {"resultado": "hecho",
// "salida": {...}, "latencia": "50ms"}, or negocio, tecnico or desconocido with "codigo" and
// "motivo", or en_curso with "preguntar_en": "1s", or sin_respuesta. What has no script is done at
// once with {}. `que` is cancelar, pausar, reanudar, or of a step reintentar (with "entrada"),
// omitir, completar (with "salida"), fallar, compensar; `en` counts from the start. Everything may
// be left out. `semilla` picks the saga's id, and with it the jitter of its retries.
//
// Deterministic and bounded: it ends with the saga, when nothing more can happen, or at one of the
// limits below.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "saga/machine.hpp"

namespace sagas {

inline constexpr std::size_t simulation_events_max = 10'000;
inline constexpr std::size_t simulation_bytes_max = 4'194'304; ///< of the documents in the trace

struct scripted_outcome {
  outcome what{.kind = outcome_kind::done, .output = {}, .code = {}, .reason = {}, .ask_at = {}};
  bool answers = true; ///< false: nothing ever comes
  milliseconds latency{0};
  milliseconds ask_in{1'000}; ///< of still_running
};

/// What somebody does to the saga at some time after its start.
struct scripted_decision {
  enum class kind : std::uint8_t { cancel, pause, resume, decide, signal };
  kind what = kind::cancel;
  milliseconds at{0};
  std::size_t step = 0; ///< of decide
  decision decided = decision::retry;
  document output; ///< of decision::complete; of a signal: what it says
  document input;  ///< of decision::retry: an edited one; may be empty
  std::string signal;
  std::string reason;
};

struct simulation_script {
  document input; ///< prepared
  std::string campaign_id;
  timestamp start{};
  std::uint64_t seed = 1;
  milliseconds time_max = std::chrono::hours{720};
  std::map<std::pair<std::size_t, operation>, std::vector<scripted_outcome>> outcomes;
  std::vector<scripted_decision> decisions; ///< by time
};

/// One event and what came of it.
struct simulated_event {
  milliseconds at{0}; ///< since the start
  event what;
  bool late = false;                         ///< an answer that changed nothing
  std::string refused;                       ///< why a decision was not accepted
  saga_status status = saga_status::started; ///< behind it
  std::vector<call_request> calls;
  std::vector<history_row> history;
};

struct simulation {
  saga_state last;
  std::vector<simulated_event> trace;
  std::string cut; ///< which limit ended it; empty: none
};

/// Reads a script for a definition; every fault named, those of `entrada` too.
result<simulation_script> parse_simulation(const definition& plan, std::string_view json);

simulation simulate(const definition_ptr& plan, const simulation_script& script);

/// What a simulation shows: {"estado", "finalizada", "duracion_ms", "error_mensaje", "cortada",
/// "entrada", "pasos": [{"nombre", "estado", "intentos", "compensaciones", "salida"}],
/// "traza": [{"ms", "suceso", "paso", "operacion", "intento", "resultado", ..., "estado",
/// "llamadas": [{"paso", "operacion", "intento", "entrada"}], "historia": [...]}]}
document to_json(const definition& plan, const simulation& what);

/// All three: a script in, what it shows out.
result<document> simulate_json(const definition_ptr& plan, std::string_view json);

} // namespace sagas
