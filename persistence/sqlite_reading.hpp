// What the queries read from a session: values out of rows. All of it throws; the queries turn that
// into values. Internal to persistence/.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "persistence/read_session.hpp"
#include "saga/queries.hpp"

namespace sagas::reading {

std::optional<saga_view> view(read_session& from, const saga_id& id);
/// Of ids that were found in the same transaction.
std::vector<saga_view> views(read_session& from, const std::vector<saga_id>& ids);
std::optional<campaign_view> campaign(read_session& from, const saga_id& newest);

/// The ids that a statement lists.
std::vector<saga_id> ids(read_session& from, const std::string& sql,
                         std::span<const std::string> parameters);
/// The ids that match, newest first; `next` as in queries::search_page.
struct id_page {
  std::vector<saga_id> ids;
  std::optional<saga_id> next;
};
id_page search(read_session& from, const saga_filter& what);

/// Sagas that have not ended.
std::uint64_t active_total(read_session& from);
statistics stats(read_session& from, std::optional<timestamp> since, std::optional<timestamp> until,
                 timestamp now);

} // namespace sagas::reading
