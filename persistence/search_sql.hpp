// How a search is put to SQLite: which index lists the candidates, newest first, and what is
// checked of each. Internal to persistence/.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "saga/queries.hpp"

namespace sagas::search_sql {

/// The parameters ?1 to ?8 of every statement; ?1 and ?2 are the range of ids, ?3 how many.
using parameter_list = std::array<std::string, 8>;
parameter_list parameters(const saga_filter& what);

/// One way to find what matches: an index that lists candidates, each of which is checked.
struct way {
  std::string matches;   ///< ids of at most ?3 that match, newest first
  std::string candidate; ///< id of the candidate behind the ?3 newest, if there are as many
};

/// Ways that all answer the same. Each walks another index that one of the filter's fields has.
/// Which of them is quick depends on what is stored: the rarest value's is.
std::vector<way> ways(const saga_filter& what);

} // namespace sagas::search_sql
