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
  saga_view view(payload_codec& payloads) const {
    return {saga.header(payloads), completed.as<std::uint32_t>()};
  }
};

struct saga_failure_record {
  text_field saga;
  step_record step;
  void fill(soci::statement& from) {
    fill_fields(from, saga);
    step.fill(from);
  }
};

struct step_row_record {
  step_record step;
  void fill(soci::statement& from) { step.fill(from); }
};

struct text_record {
  text_field text;
  void fill(soci::statement& from) { fill_fields(from, text); }
};

struct output_record {
  text_field step, output;
  number_field order;
  void fill(soci::statement& from) { fill_fields(from, step, output, order); }
};

// Asks for the ids so many at once as a statement has places; what is left asks for the last again.
template <class Ask>
void each_block(const std::vector<saga_id>& ids, Ask ask) {
  std::vector<std::string> asked(read_sql::sagas_at_once);
  for (std::size_t first = 0; first < ids.size(); first += asked.size()) {
    for (std::size_t i = 0; i < asked.size(); ++i)
      asked[i] = to_text(ids[std::min(first + i, ids.size() - 1)]);
    ask(asked);
  }
}

// What blocks it is an operation of the way that it goes.
void add_failure(parked_view& to, step_view what) {
  const bool forward = to.saga.header.way == direction::forward;
  if (forward == (what.row.op == operation::action))
    to.at.push_back(std::move(what));
}

payload_place input_of(std::string_view saga) { return {payload_column::saga_input, saga}; }

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

step_view view_of(const step_record& step, std::string_view saga, payload_codec& payloads) {
  return {step.step_id.as_text(), step.name.as_text(), step.description.as_text(),
          step.service.as_text(), step.row(saga, payloads)};
}

std::optional<saga_view> view(row_reader& from, const saga_id& id) {
  std::optional<saga_view> found;
  from.ask<view_record>(read_sql::saga, std::vector{to_text(id)},
                        [&](const view_record& row) { found = row.view(from.payloads()); });
  return found;
}

std::vector<saga_view> views(row_reader& from, const std::vector<saga_id>& ids) {
  std::unordered_map<saga_id, saga_view> found;
  each_block(ids, [&](const std::vector<std::string>& asked) {
    from.ask<view_record>(read_sql::sagas, asked, [&](const view_record& row) {
      saga_view made = row.view(from.payloads());
      found.insert_or_assign(made.header.id, std::move(made));
    });
  });
  std::vector<saga_view> made;
  made.reserve(ids.size());
  for (const saga_id& id : ids)
    if (const auto at = found.find(id); at != found.end())
      made.push_back(std::move(at->second));
  return made;
}

std::vector<parked_view> parked(row_reader& from, const std::vector<saga_id>& ids) {
  std::vector<parked_view> made;
  std::unordered_map<saga_id, std::size_t> places;
  for (saga_view& saga : views(from, ids)) {
    places.emplace(saga.header.id, made.size());
    made.push_back({std::move(saga), {}});
  }
  each_block(ids, [&](const std::vector<std::string>& asked) {
    from.ask<saga_failure_record>(read_sql::failures, asked, [&](const saga_failure_record& row) {
      const auto place = places.find(row.saga.as_id());
      if (place != places.end())
        add_failure(made[place->second], view_of(row.step, row.saga.text, from.payloads()));
    });
  });
  for (parked_view& each : made)
    std::sort(each.at.begin(), each.at.end(),
              [](const step_view& a, const step_view& b) { return a.row.order < b.row.order; });
  return made;
}

std::optional<stored_saga> stored(row_reader& from, const saga_id& id) {
  auto saga = view(from, id);
  if (!saga)
    return std::nullopt;
  stored_saga made{std::move(saga->header), {}};
  const std::vector asked{to_text(id)};
  from.ask<text_record>(read_sql::input, asked, [&](const text_record& row) {
    made.header.input = from.payloads().document_of(row.text, input_of(asked.front()));
  });
  from.ask<step_row_record>(read_sql::steps, asked, [&](const step_row_record& row) {
    made.steps.push_back(row.step.row(asked.front(), from.payloads()));
  });
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
  from.ask<text_record>(read_sql::input, id, [&](const text_record& row) {
    made.input = from.payloads().document_of(row.text, input_of(id.front()));
  });
  from.ask<output_record>(read_sql::outputs, id, [&](const output_record& row) {
    made.outputs[row.step.as_text()] = from.payloads().document_of(
      row.output, {payload_column::step_output, id.front(), row.order.value});
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
