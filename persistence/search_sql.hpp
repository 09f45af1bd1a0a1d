// How a search is put to SQLite: which index lists the candidates, newest first, and what is
// checked of each. Internal to persistence/.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "saga/queries.hpp"

namespace sagas::search_sql {

/// The parameters ?1 to ?8 of every statement.
std::array<std::string, 8> parameters(const saga_filter& what);

/// Statements that all answer the same: ids of the sagas that match, newest first. Each walks
/// another index that one of the filter's fields has. Which of them is quick depends on what is
/// stored: the rarest value's is.
std::vector<std::string> statements(const saga_filter& what);

} // namespace sagas::search_sql
