#include "persistence/reading.hpp"

#include <algorithm>
#include <unordered_map>
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
  saga_view view() const { return {saga.header(), completed.as<std::uint32_t>()}; }
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
  from.ask<view_record>(read_sql::saga, std::vector{to_text(id)},
                        [&](const view_record& row) { found = row.view(); });
  return found;
}

std::vector<saga_view> views(row_reader& from, const std::vector<saga_id>& ids) {
  std::unordered_map<saga_id, saga_view> found;
  std::vector<std::string> asked(read_sql::sagas_at_once);
  for (std::size_t first = 0; first < ids.size(); first += asked.size()) {
    // The statement has places for so many: what is left asks for the last again.
    for (std::size_t i = 0; i < asked.size(); ++i)
      asked[i] = to_text(ids[std::min(first + i, ids.size() - 1)]);
    from.ask<view_record>(read_sql::sagas, asked, [&](const view_record& row) {
      saga_view made = row.view();
      found.insert_or_assign(made.header.id, std::move(made));
    });
  }
  std::vector<saga_view> made;
  made.reserve(ids.size());
  for (const saga_id& id : ids)
    if (const auto at = found.find(id); at != found.end())
      made.push_back(std::move(at->second));
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
