// What the witnesses say about one saga, as the audit reads it: rows of the database, lines of the
// participants' ledger, answers that clients got. Words stay text, as they are stored.
//
// The audit shares no code with the machine, the stores or the engine: an error of theirs must not
// be its error too.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/audit/client_log.hpp"
#include "app/audit/shape.hpp"
#include "saga/time.hpp"

namespace sagas::audit {

/// One row of `pasos_saga`.
struct attempt {
  std::int64_t order = 0; ///< orden
  std::string step;
  std::string service;
  bool undo = false;       ///< tipo_operacion is COMPENSACION
  std::int64_t number = 0; ///< intento_numero
  std::int64_t base = 0;   ///< the attempt that opened its round of the policy
  std::string status;      ///< estado
  std::string outcome;     ///< HECHO, NEGOCIO, ...; empty while it runs
  std::optional<timestamp> started;
  std::optional<timestamp> ended;
  std::optional<timestamp> due;
  std::uint64_t input = 0; ///< digest64 of datos_entrada
  std::string output;
  std::string error;

  bool in_flight() const { return status == "EJECUTANDO" || status == "COMPENSANDO"; }
};

/// One row of `eventos_saga`.
struct decision_note {
  std::string kind;
  std::string step;
};

/// One row of `efectos`: what a participant remembers of one step.
struct effect {
  std::string service;
  std::string step;
  bool acted = false;
  bool undone = false;
  bool has_effect = false; ///< something is written there as being in force
  std::string output;

  bool in_force() const { return acted && !undone; }
};

/// One row of `diario`: what a participant was asked, and what it did.
struct diary_line {
  std::int64_t order = 0; ///< id: the order in which the participants noted
  timestamp at{};
  std::string service;
  std::string step;
  bool undo = false;
  std::int64_t attempt = 0;
  std::int64_t epoch = 0;
  std::string what;
  std::uint64_t input = 0; ///< digest64 of the input as it came
};

/// Everything about one step of a saga.
struct step_facts {
  const step_shape* shape = nullptr;
  std::vector<const attempt*> actions; ///< by order
  std::vector<const attempt*> undos;
  std::vector<const diary_line*> lines;
  const effect* kept = nullptr;
  bool witnessed = false; ///< its participant keeps the ledger that is read
  bool decided = false;   ///< an operator took the step out of the program's hands

  /// The action was done, or some attempt of it ended without an answer.
  bool may_have_effect() const;
  const attempt* settled_action() const; ///< COMPLETADO or OMITIDO; null: none
  const attempt* settled_undo() const;   ///< the first COMPENSADO or OMITIDO; null: none
  std::size_t noted(bool undo, std::string_view what) const;
};

/// One saga.
struct saga_case {
  std::string id;
  std::string type;
  std::int64_t version = 0;
  std::string status;
  std::string way;   ///< ADELANTE or ATRAS
  std::string cause; ///< why it turned
  std::int64_t steps_total = 0;
  std::optional<timestamp> started;
  std::optional<timestamp> ended;
  std::uint64_t start = 0;       ///< start_digest() of what is stored
  std::vector<std::string> keys; ///< of its idempotent start
  std::vector<attempt> attempts;
  std::vector<decision_note> decisions;
  std::vector<effect> effects;
  std::vector<diary_line> diary;
  std::string undoes;    ///< the saga that had ended well, whose effects it takes back; empty: none
  bool is_child = false; ///< another saga has begun it as one of its steps
  /// It undoes another saga, or is undone by one: the ledger knows both by one id, and both are
  /// held against it together.
  bool paired = false;
  bool moving = false;         ///< the ledger has gone on with it since the database's moment
  const shape* plan = nullptr; ///< null: its definition is not stored
  const client_view* client = nullptr; ///< what clients saw of it; null: nothing
  std::vector<step_facts> steps;       ///< by the plan; filled by arrange()

  bool is_terminal() const;
  bool turned() const { return way == "ATRAS"; }
  bool has_decision(std::string_view kind, std::string_view step = {}) const;
  /// The first undo that was sent; null: none.
  const attempt* first_undo() const;
};

/// Sorts the rows to their steps. The vectors must not change afterwards.
/// @param witnesses the services that keep the ledger
void arrange(saga_case& of, const std::set<std::string>& witnesses);

} // namespace sagas::audit
