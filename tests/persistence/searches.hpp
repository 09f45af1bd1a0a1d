// Reads and searches that the suites of every database ask for.
#pragma once

#include <string>
#include <vector>

#include "saga/queries.hpp"

namespace sagas::test {

/// Every statement of read_sql.hpp but the one that reads nothing.
std::vector<std::string> every_read();

/// Every combination of fields that a filter may have.
std::vector<saga_filter> every_filter();

/// Holds that the one saga of the user "ana" that has called "b", ...00000000001e among many of
/// either, is found once, by pages that end early; and that the unknown type is known at once.
void check_search_in_vain(queries& reads);

} // namespace sagas::test
