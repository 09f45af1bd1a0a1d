// What the queries read from either database: values out of rows. All of it throws; the queries
// turn that into values. Internal to persistence/.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "persistence/records.hpp"
#include "persistence/row_reader.hpp"
#include "persistence/search_sql.hpp"
#include "saga/queries.hpp"

namespace sagas::reading {

/// Of a row of the saga `saga`.
step_view view_of(const step_record& step, std::string_view saga, payload_codec& payloads);

std::optional<saga_view> view(row_reader& from, const saga_id& id);
/// Of ids that were found in the same transaction.
std::vector<saga_view> views(row_reader& from, const std::vector<saga_id>& ids);
std::optional<campaign_view> campaign(row_reader& from, const saga_id& newest);

/// The same ids, parked: with what each is parked at.
std::vector<parked_view> parked(row_reader& from, const std::vector<saga_id>& ids);
/// With all of its rows.
std::optional<stored_saga> stored(row_reader& from, const saga_id& id);

/// The ids that a statement lists.
std::vector<saga_id> ids(row_reader& from, const std::string& sql,
                         std::span<const std::string> parameters);
/// The ids that match, newest first; `next` as in queries::search_page.
struct id_page {
  std::vector<saga_id> ids;
  std::optional<saga_id> next;
};
/// At most `limit` of what was found, and where to go on when it was more.
id_page cut(std::vector<saga_id> found, std::size_t limit);
/// Whether no saga can match: none of its type calls that service.
bool is_hopeless(row_reader& from, const saga_filter& what);
/// A page out of a bounded number of candidates, of the way whose candidates reach back the
/// furthest.
id_page search_candidates(row_reader& from, const std::vector<search_sql::way>& ways,
                          search_sql::parameter_list parameters, std::size_t limit);

/// Sagas that have not ended.
std::uint64_t active_total(row_reader& from);
statistics stats(row_reader& from, std::optional<timestamp> since, std::optional<timestamp> until,
                 timestamp now);

} // namespace sagas::reading
