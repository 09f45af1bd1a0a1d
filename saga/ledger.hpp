// The port of a participant's own memory: what it has done and undone, and the diary of what it
// was asked. Implemented in persistence/ (in memory, and on a SQLite file of its own).
//
// One thread at a time: the participant owns its ledger.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "saga/document.hpp"
#include "saga/ids.hpp"
#include "saga/result.hpp"
#include "saga/status.hpp"
#include "saga/time.hpp"

namespace sagas {

/// The barrier row and the effect of one step of one saga.
struct ledger_row {
  saga_id saga;
  std::string service;
  std::string step;
  bool acted = false;      ///< the action had its effect
  bool refused = false;    ///< the action was refused for business reasons, for good
  bool undone = false;     ///< undone, or undone before it came: the action is refused from then on
  std::uint64_t epoch = 0; ///< the highest epoch seen
  document output;         ///< what the action answered, or the reason of the refusal
  document effect;         ///< what is in force now (enrolled affiliates, commission, ...)
};

/// One line of the diary, for checkers: what was asked and what it did.
struct ledger_note {
  timestamp at{};
  saga_id saga;
  std::string_view service;
  std::string_view step;
  operation op = operation::action;
  std::uint32_t attempt = 0;
  std::uint64_t epoch = 0;
  /// "efecto", "duplicado", "rechazo", "deshecho", "vacia" (undo of what never came), "colgada"
  /// (action after its undo), "epoca" (older epoch), "fallo" (injected), "perdida" (answer lost)
  std::string_view what;
  /// digest64 of the input as it came (column `huella`), to compare with what the engine stored.
  std::uint64_t input_digest = 0;
};

/// FNV-1a, 64 bits: a checksum that other programs can recompute; no protection against an enemy.
constexpr std::uint64_t digest64(std::string_view text) {
  std::uint64_t digest = 0xCBF29CE484222325ULL;
  for (const char c : text)
    digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return digest;
}

class participant_ledger {
public:
  virtual ~participant_ledger() = default;
  virtual result<std::optional<ledger_row>> find(const saga_id& saga, std::string_view service,
                                                 std::string_view step) = 0;
  /// Inserts or replaces; seen by find at once, durable with the next commit.
  virtual status put(const ledger_row& row) = 0;
  virtual status note(const ledger_note& line) = 0;
  /// Makes everything since the last commit durable, as a whole. An error undoes it.
  virtual status commit() = 0;
};

} // namespace sagas
