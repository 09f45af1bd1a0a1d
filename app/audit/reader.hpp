// Reads both files side by side, saga by saga in the order of their ids, so that any number of them
// takes no memory. All SQL of the audit that is about single sagas stands in reader.cpp.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "app/audit/evidence.hpp"
#include "app/audit/sqlite.hpp"
#include "persistence/payload_care.hpp"

namespace sagas::audit {

using shapes = std::map<std::pair<std::string, std::int64_t>, shape>;

/// The stored definitions, by tipo and version.
result<shapes> read_shapes(database& store);

struct saga_reader {
  database& store;
  database* ledger = nullptr; ///< null: the participants' side is unknown
  const shapes& plans;
  /// The database's moment, or before it. Sagas with later diary lines are `moving`, and the lines
  /// are left out: they may belong to rows that `store` does not show yet.
  timestamp until{};
  payload_opener opens; ///< encrypted payloads

  std::function<void(saga_case&)> on_saga;
  /// A row of `table` whose saga is in no row of `sagas`.
  std::function<void(const char* table, const std::string& saga)> on_orphan;

  /// Reads all. An error when a file could not be read to its end, or a payload not opened.
  status run();
};

} // namespace sagas::audit
