#include "persistence/sqlite_reading.hpp"

#include "persistence/read_sql.hpp"
#include "persistence/records.hpp"
#include "persistence/search_sql.hpp"

namespace sagas::reading {
namespace {

struct id_record {
  text_field id;
  void fill(soci::statement& from) { fill_fields(from, id); }
};

struct view_record {
  saga_record saga;
  number_field completed;
  void fill(soci::statement& from) {
    saga.fill(from);
    fill_fields(from, completed);
  }
};

struct text_record {
  text_field text;
  void fill(soci::statement& from) { fill_fields(from, text); }
};

struct output_record {
  text_field step, output;
  void fill(soci::statement& from) { fill_fields(from, step, output); }
};

// Whether no saga can match: none of its type calls that service.
bool is_hopeless(read_session& from, const saga_filter& what) {
  if (what.service.empty())
    return false;
  bool hopeless = true;
  from.ask<text_record>(read_sql::service_types, std::vector{what.service},
                        [&](const text_record& row) {
                          hopeless = hopeless && !what.type.empty() && row.text.text != what.type;
                        });
  return hopeless;
}

// What the first turns of a search may cost, and how much more each next one.
constexpr std::uint64_t operations_first = 50'000;
constexpr std::uint64_t operations_growth = 8;

// Nothing when more than `limit` operations were needed.
std::optional<std::vector<saga_id>> ids_within(read_session& from, std::uint64_t limit,
                                               const std::string& sql,
                                               std::span<const std::string> parameters) {
  const auto limited = from.limit_operations(limit);
  try {
    return ids(from, sql, parameters);
  } catch (const soci::soci_error&) {
    if (!from.was_stopped())
      throw;
    return std::nullopt;
  }
}

} // namespace

std::optional<saga_view> view(read_session& from, const saga_id& id) {
  std::optional<saga_view> found;
  from.ask<view_record>(read_sql::saga, std::vector{to_text(id)}, [&](const view_record& row) {
    found = saga_view{row.saga.header(), row.completed.as<std::uint32_t>()};
  });
  return found;
}

std::vector<saga_view> views(read_session& from, const std::vector<saga_id>& ids) {
  std::vector<saga_view> made;
  made.reserve(ids.size());
  for (const saga_id& id : ids)
    if (auto found = view(from, id))
      made.push_back(std::move(*found));
  return made;
}

std::optional<campaign_view> campaign(read_session& from, const saga_id& newest) {
  auto saga = view(from, newest);
  if (!saga)
    return std::nullopt;
  campaign_view made;
  made.campaign_id = saga->header.campaign_id;
  made.saga = std::move(*saga);
  const std::vector id{to_text(newest)};
  from.ask<text_record>(read_sql::input, id,
                        [&](const text_record& row) { made.input = row.text.as_document(); });
  from.ask<output_record>(read_sql::outputs, id, [&](const output_record& row) {
    made.outputs[row.step.as_text()] = row.output.as_document();
  });
  return made;
}

std::vector<saga_id> ids(read_session& from, const std::string& sql,
                         std::span<const std::string> parameters) {
  std::vector<saga_id> found;
  from.ask<id_record>(sql, parameters,
                      [&](const id_record& row) { found.push_back(row.id.as_id()); });
  return found;
}

// Which index lists the fewest candidates is not known beforehand. So each gets a small turn, then
// a larger one, and the first that comes to its end has the answer: the turns of all cost a few
// times the best one alone.
std::vector<saga_id> search(read_session& from, const saga_filter& what) {
  if (is_hopeless(from, what))
    return {};
  const auto parameters = search_sql::parameters(what);
  const std::vector<std::string> ways = search_sql::statements(what);
  if (ways.size() == 1)
    return ids(from, ways.front(), parameters);
  for (std::uint64_t limit = operations_first;; limit *= operations_growth)
    for (const std::string& way : ways)
      if (auto found = ids_within(from, limit, way, parameters))
        return std::move(*found);
}

} // namespace sagas::reading
