// How a search is put to the database: which index lists the candidates, newest first, and what is
// checked of each. Internal to persistence/.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "saga/queries.hpp"

namespace sagas::search_sql {

/// The parameters ?1 to ?9 of every statement; ?1 and ?2 are the range of ids, ?3 how many, ?9 one
/// more than that.
using parameter_list = std::array<std::string, 9>;
parameter_list parameters(const saga_filter& what);
void set_limit(parameter_list& to, std::size_t limit);

/// One way to find what matches: an index that lists candidates, each of which is checked.
struct way {
  std::string matches;   ///< ids of at most ?3 that match, newest first
  std::string candidate; ///< id of the candidate behind the ?3 newest, if there are as many
  bool exact = false;    ///< every candidate matches
};

/// Ways that all answer the same. Each walks another index that one of the filter's fields has.
/// Which of them is quick depends on what is stored: the rarest value's is.
/// How the sorted lists of several states become one: SQLite merges them row by row, MySQL reads
/// all of them before it sorts, so each must be bounded there.
enum class merging : std::uint8_t { lazy, bounded };
std::vector<way> ways(const saga_filter& what, merging how = merging::lazy);

} // namespace sagas::search_sql
