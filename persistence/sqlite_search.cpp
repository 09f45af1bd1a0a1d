#include "persistence/sqlite_search.hpp"

namespace sagas {
namespace {

// What each way of a search may cost: some milliseconds.
constexpr std::uint64_t operations_of_turn = 40'000;

// Nothing when more than `limit` operations were needed.
std::optional<std::vector<saga_id>> ids_within(read_session& from, std::uint64_t limit,
                                               const std::string& sql,
                                               std::span<const std::string> parameters) {
  const auto limited = from.limit_operations(limit);
  try {
    return reading::ids(from, sql, parameters);
  } catch (const soci::soci_error&) {
    if (!from.was_stopped())
      throw;
    return std::nullopt;
  }
}

} // namespace

// Which index lists the fewest candidates is not known beforehand. So each gets a turn, and the
// first that comes to its end has the answer. If none does, the page ends early: behind so many
// candidates of the index whose candidates reach back the furthest.
reading::id_page search_ids(read_session& from, const saga_filter& what) {
  if (reading::is_hopeless(from, what))
    return {};
  auto parameters = search_sql::parameters(what);
  search_sql::set_limit(parameters, what.limit + 1); // one more tells whether there is another page
  const std::vector<search_sql::way> ways = search_sql::ways(what);
  for (const search_sql::way& way : ways)
    if (auto found = ids_within(from, operations_of_turn, way.matches, parameters))
      return reading::cut(std::move(*found), what.limit);
  return reading::search_candidates(from, ways, parameters, what.limit);
}

} // namespace sagas
