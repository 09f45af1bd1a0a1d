// The SQL of all that is read but for searches (search_sql.hpp). Internal to persistence/.
//
// Every statement walks an index range from its newest end: no table is scanned, nothing sorted,
// whatever the number of sagas stored. A test asks SQLite for the plan of each.
#pragma once

#include <cstddef>
#include <string>

namespace sagas::read_sql {

// -- of one saga: ?1 its id -----------------------------------------------------------------------
extern const std::string saga; ///< into saga_view_record
extern const std::string saga_state;
extern const std::string started_with; ///< ?1 the key
extern const std::string steps;
extern const std::string history;
extern const std::string input;
extern const std::string outputs; ///< of the actions done

// -- lists ----------------------------------------------------------------------------------------
/// Into saga_view_record, in any order; ?1, ?2, ... the ids, so many at once: with a server each
/// statement is a round trip.
extern const std::string sagas;
inline constexpr std::size_t sagas_at_once = 64;
/// Into saga_failure_record, in any order: of these sagas, so many ids at once as above, the newest
/// attempts of their operations that have failed for good.
extern const std::string failures;
extern const std::string active;    ///< ids; ?1 how many
extern const std::string campaigns; ///< ids, older than ?1; ?2 how many
extern const std::string campaign;  ///< id of the newest saga of ?1
extern const std::string ends;      ///< ids and ends, between ?1 and ?2; ?3 how many

// -- the feed -------------------------------------------------------------------------------------
extern const std::string batches; ///< from number ?1 on; ?2 how many
extern const std::string last_batch;

// -- statistics: ?1 <= periodo < ?2 ---------------------------------------------------------------
extern const std::string saga_counts;
extern const std::string saga_durations;
extern const std::string attempt_counts;
extern const std::string attempt_durations;

extern const std::string kept;          ///< of kind ?1, named between ?2 and ?3; ?4 how many
extern const std::string kept_one;      ///< of kind ?1, named ?2
extern const std::string service_types; ///< that can have called ?1
extern const std::string ping;

} // namespace sagas::read_sql
