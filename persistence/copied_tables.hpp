// The tables as a copy between stores of different kinds sees them. Internal to persistence/.
//
// They are those of schema.hpp, at any of its versions: a table that a migration adds is copied
// from then on. mysql_tables.cpp has each of them by the same name and with the same columns, at
// the same version. What it has beside holds nothing of its own: `escritor` parts counters among
// the writers, `contadores` has the highest numbers of `nodos` and `lotes`, `escritores` is written
// at each start.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "saga/result.hpp"

namespace sagas {

struct copied_table {
  enum class kind : std::uint8_t { text, number, real };
  struct column {
    std::string name;
    kind of = kind::text;
  };

  std::string name;
  std::vector<column> columns;
  std::vector<std::size_t> key;        ///< the primary key: places in `columns`, in its order
  std::vector<std::string> indexes;    ///< names, of those that are not keys
  std::vector<std::string> references; ///< tables that it refers to
  bool summed = false;                 ///< MySQL has a row for each writer, to be added up

  /// The names of all columns, with commas.
  std::string column_list() const;
  std::string key_list() const;
};

/// Those of one version of the schema; a table stands behind those that it refers to.
/// errc::conflict when there is no such version: 0 is a database that was never finished.
result<std::vector<copied_table>> copied_tables(std::uint32_t version);

} // namespace sagas
