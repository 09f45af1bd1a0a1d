#include "persistence/reading.hpp"

#include <algorithm>
#include <utility>

#include "persistence/read_sql.hpp"
#include "persistence/records.hpp"

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

// How many candidates a page looks at when nothing better bounds it.
constexpr std::size_t candidates_of_page = 1'500;

// The way whose first candidates reach back the furthest, and the last of them; "" when that way
// comes to its end before.
std::pair<const search_sql::way*, std::string> furthest(row_reader& from,
                                                        const std::vector<search_sql::way>& ways,
                                                        search_sql::parameter_list parameters) {
  search_sql::set_limit(parameters, candidates_of_page);
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

std::optional<saga_view> view(row_reader& from, const saga_id& id) {
  std::optional<saga_view> found;
  from.ask<view_record>(read_sql::saga, std::vector{to_text(id)}, [&](const view_record& row) {
    found = saga_view{row.saga.header(), row.completed.as<std::uint32_t>()};
  });
  return found;
}

std::vector<saga_view> views(row_reader& from, const std::vector<saga_id>& ids) {
  std::vector<saga_view> made;
  made.reserve(ids.size());
  for (const saga_id& id : ids)
    if (auto found = view(from, id))
      made.push_back(std::move(*found));
  return made;
}

std::optional<campaign_view> campaign(row_reader& from, const saga_id& newest) {
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

std::vector<saga_id> ids(row_reader& from, const std::string& sql,
                         std::span<const std::string> parameters) {
  std::vector<saga_id> found;
  from.ask<id_record>(sql, parameters,
                      [&](const id_record& row) { found.push_back(row.id.as_id()); });
  return found;
}

id_page cut(std::vector<saga_id> found, std::size_t limit) {
  id_page page{std::move(found), {}};
  if (page.ids.size() > limit) {
    page.ids.resize(limit);
    page.next = page.ids.back();
  }
  return page;
}

bool is_hopeless(row_reader& from, const saga_filter& what) {
  if (what.service.empty())
    return false;
  bool hopeless = true;
  from.ask<text_record>(read_sql::service_types, std::vector{what.service},
                        [&](const text_record& row) {
                          hopeless = hopeless && !what.type.empty() && row.text.text != what.type;
                        });
  return hopeless;
}

id_page search_candidates(row_reader& from, const std::vector<search_sql::way>& ways,
                          search_sql::parameter_list parameters, std::size_t limit) {
  const auto [way, last] = furthest(from, ways, parameters);
  parameters[1] = std::max(parameters[1], last);
  id_page page = cut(ids(from, way->matches, parameters), limit);
  if (!page.next && !last.empty())
    page.next = parse_saga_id(last);
  return page;
}

} // namespace sagas::reading
