// Lists of sagas, and figures about all of them.
#include "http/api_input.hpp"
#include "http/api_parameters.hpp"
#include "http/codec_saga.hpp"
#include "http/codec_stats.hpp"

namespace sagas::http {
namespace {

constexpr std::size_t active_limit = 1000;
constexpr std::size_t search_limit = 100;

response show_active(api& self, const request& req) {
  fault_list faults;
  const std::size_t limit = query_reader{req, faults}.limit("limite", active_limit);
  if (!faults.empty())
    return refuse(faults.as_failure("the query"));
  const auto page = self.context.reads.active(limit);
  if (!page)
    return refuse(page.error());
  response answer;
  payload_writer json{answer.body, self.context.hides};
  json.begin_array();
  for (const saga_view& saga : page->sagas)
    write_saga(json, saga);
  json.end_array();
  answer.headers.emplace_back("X-Total", std::to_string(page->total));
  return answer;
}

saga_filter read_filter(const request& req, fault_list& faults) {
  query_reader query{req, faults};
  saga_filter filter;
  filter.status = query.status("estado");
  filter.type = query.name("tipo", 100);
  filter.campaign_id = query.name("campania_id", id_max);
  filter.user_id = query.name("usuario_id", id_max);
  filter.service = query.name("microservicio", 100);
  filter.from = query.time("desde");
  filter.until = query.time("hasta");
  filter.before = query.cursor("cursor");
  filter.limit = query.limit("limite", search_limit);
  if (filter.from && filter.until && *filter.from >= *filter.until)
    faults.add("?hasta", "must be later than desde");
  return filter;
}

response search(api& self, const request& req) {
  fault_list faults;
  const saga_filter filter = read_filter(req, faults);
  if (!faults.empty())
    return refuse(faults.as_failure("the query"));
  const auto page = self.context.reads.search(filter);
  if (!page)
    return refuse(page.error());
  response answer;
  payload_writer json{answer.body, self.context.hides};
  json.begin_object();
  json.key("sagas");
  json.begin_array();
  for (const saga_view& saga : page->sagas)
    write_saga(json, saga);
  json.end_array();
  json.key("cursor");
  page->next ? json.value(make_cursor(*page->next)) : json.null();
  json.end_object();
  return answer;
}

response show_statistics(api& self, const request& req) {
  fault_list faults;
  query_reader query{req, faults};
  const auto from = query.time("desde");
  const auto until = query.time("hasta");
  if (from && until && *from >= *until)
    faults.add("?hasta", "must be later than desde");
  if (!faults.empty())
    return refuse(faults.as_failure("the query"));
  const auto figures = self.context.reads.stats(from, until, self.context.clock());
  if (!figures)
    return refuse(figures.error());
  response answer;
  payload_writer json{answer.body, self.context.hides};
  write_statistics(json, *figures);
  return answer;
}

} // namespace

void add_list_endpoints(std::vector<endpoint>& to) {
  to.push_back({.method = "GET",
                .path = "/api/v1/sagas/activas",
                .id = "sagasActivas",
                .needs = scope::read,
                .tag = "Sagas",
                .summary = "The sagas that have not ended, newest first. `X-Total` has how many "
                           "there are in all.",
                .parameters = {limit_parameter(active_limit)},
                .answers = {{.description = "The sagas.", .schema = "Saga", .many = true}},
                .problems = read_problems(),
                .handle = reading(show_active)});
  to.push_back({.method = "GET",
                .path = "/api/v1/sagas/estadisticas",
                .id = "estadisticas",
                .needs = scope::read,
                .tag = "Sagas",
                .summary = "Figures about all sagas, or about those that started in a range of "
                           "time; the range is widened to whole hours.",
                .parameters = {from_parameter(), until_parameter()},
                .answers = {{200, "The figures.", "Estadisticas"}},
                .problems = read_problems(),
                .handle = reading(show_statistics)});
  to.push_back(
    {.method = "GET",
     .path = "/api/v1/sagas",
     .id = "buscarSagas",
     .needs = scope::read,
     .tag = "Sagas",
     .summary = "Searches, newest first, page by page. A page that would take long ends early, "
                "even empty: go on while there is a cursor.",
     .parameters = {saga_status_parameter(), type_parameter(),
                    id_parameter("campania_id", "Only sagas of this campaign."),
                    id_parameter("usuario_id", "Only sagas of this user."),
                    name_parameter("microservicio", "Only sagas that have called this service."),
                    from_parameter(), until_parameter(), limit_parameter(search_limit),
                    cursor_parameter()},
     .answers = {{200, "One page.", "PaginaDeSagas"}},
     .problems = read_problems(),
     .handle = reading(search)});
}

} // namespace sagas::http
