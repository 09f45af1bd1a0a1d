#include "persistence/sqlite_reading.hpp"

#include <algorithm>
#include <utility>

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

// What each way of a search may cost: some milliseconds.
constexpr std::uint64_t operations_of_turn = 40'000;
// When all have used that up: how many candidates the page looks at instead.
constexpr std::size_t candidates_of_page = 1'500;

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

// At most `limit` of what was found, and where to go on when it was more.
id_page cut(std::vector<saga_id> found, std::size_t limit) {
  id_page page{std::move(found), {}};
  if (page.ids.size() > limit) {
    page.ids.resize(limit);
    page.next = page.ids.back();
  }
  return page;
}

// The way whose first candidates reach back the furthest, and the last of them; "" when that way
// comes to its end before.
std::pair<const search_sql::way*, std::string> furthest(read_session& from,
                                                        const std::vector<search_sql::way>& ways,
                                                        search_sql::parameter_list parameters) {
  parameters[2] = std::to_string(candidates_of_page);
  std::pair<const search_sql::way*, std::string> best{nullptr, {}};
  for (const search_sql::way& way : ways) {
    const auto last = ids(from, way.candidate, parameters);
    const std::string reach = last.empty() ? "" : to_text(last.front());
    if (!best.first || reach < best.second)
      best = {&way, reach};
  }
  return best;
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

// Which index lists the fewest candidates is not known beforehand. So each gets a turn, and the
// first that comes to its end has the answer. If none does, the page ends early: behind so many
// candidates of the index whose candidates reach back the furthest.
id_page search(read_session& from, const saga_filter& what) {
  if (is_hopeless(from, what))
    return {};
  auto parameters = search_sql::parameters(what);
  parameters[2] = std::to_string(what.limit + 1); // one more tells whether there is another page
  const std::vector<search_sql::way> ways = search_sql::ways(what);
  for (const search_sql::way& way : ways)
    if (auto found = ids_within(from, operations_of_turn, way.matches, parameters))
      return cut(std::move(*found), what.limit);
  const auto [way, last] = furthest(from, ways, parameters);
  parameters[1] = std::max(parameters[1], last);
  id_page page = cut(ids(from, way->matches, parameters), what.limit);
  if (!page.next && !last.empty())
    page.next = parse_saga_id(last);
  return page;
}

} // namespace sagas::reading
