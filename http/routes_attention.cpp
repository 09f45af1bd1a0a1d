// What waits for a person: the queue, its causes, and a saga told in words.
#include "http/api_input.hpp"
#include "http/api_parameters.hpp"
#include "http/api_saga.hpp"
#include "http/codec_attention.hpp"
#include "saga/explain.hpp"

namespace sagas::http {
namespace {

constexpr std::size_t page_limit = 50;
constexpr milliseconds age_max = std::chrono::hours{24 * 3650};

attention_filter read_filter(query_reader& query, timestamp now) {
  attention_filter filter;
  filter.type = query.name("tipo", 100);
  filter.service = query.name("microservicio", 100);
  filter.step = query.name("paso", 255);
  filter.cause = query.name("causa", 100);
  if (const auto age = query.duration("mas_de", milliseconds{0}, age_max))
    filter.parked_before = now - *age;
  return filter;
}

response show_queue(api& self, const request& req) {
  fault_list faults;
  query_reader query{req, faults};
  const timestamp now = self.context.clock();
  const attention_filter filter = read_filter(query, now);
  const std::size_t limit = query.limit("limite", page_limit);
  const auto before = query.cursor("cursor");
  if (!faults.empty())
    return refuse(faults.as_failure("the query"));
  const auto page = read_attention(self.context.reads, filter, before, limit);
  if (!page)
    return refuse(page.error());
  response answer;
  payload_writer json{answer.body, self.context.hides};
  json.begin_object();
  json.key("detenidas");
  json.begin_array();
  for (const parked_view& saga : page->sagas) {
    const saga_header& header = saga.saga.header;
    const auto plan = self.context.definitions.find(header.type, header.version);
    write_parked(json, saga, plan.get(), now);
  }
  json.end_array();
  json.key("cursor");
  page->next ? json.value(make_cursor(*page->next)) : json.null();
  json.end_object();
  return answer;
}

response show_causes(api& self, const request&) {
  const auto found = self.context.attention->summary();
  return found ? response{.body = summary_body(*found)} : refuse(found.error());
}

// ?idioma, or the first language of Accept-Language that there is; Spanish without either.
language language_of(const request& req, fault_list& faults) {
  if (const std::string* asked = req.query_value("idioma")) {
    if (const auto known = parse_language(*asked))
      return *known;
    faults.add("?idioma", "must be es or en");
  }
  const std::string* accepted = req.header("accept-language");
  std::string_view rest = accepted ? std::string_view{*accepted} : std::string_view{};
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    std::string_view one = rest.substr(0, std::min(rest.find(';'), end));
    one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
    if (const auto known = parse_language(one))
      return *known;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return language::spanish;
}

response show_explanation(api& self, const request& req) {
  const auto id = saga_in_path(req);
  if (!id)
    return refuse(id.error());
  fault_list faults;
  const language in = language_of(req, faults);
  if (!faults.empty())
    return refuse(faults.as_failure("the query"));
  const auto live = find_live(self, *id);
  if (!live)
    return refuse(live.error());
  response answer;
  json_writer json{answer.body};
  json.begin_object();
  json.member("saga_id", *id);
  json.member("estado", to_text(live->state.header.status));
  json.member("idioma", in == language::spanish ? "es" : "en");
  json.member("texto", explain(*live->plan, live->state, live->rows, self.context.clock(), in));
  json.end_object();
  answer.headers.emplace_back("Content-Language", in == language::spanish ? "es" : "en");
  return answer;
}

} // namespace

void add_attention_endpoints(std::vector<endpoint>& to) {
  to.push_back(
    {.method = "GET",
     .path = "/api/v1/atencion",
     .id = "verAtencion",
     .needs = scope::read,
     .tag = "Atención",
     .summary = "The sagas that wait for a person, newest first, page by page: where each stands, "
                "why, since when, and what can be decided. A page may end early, even empty: go on "
                "while there is a cursor.",
     .parameters = {type_parameter(),
                    name_parameter("microservicio", "Only what is parked at a step of this "
                                                    "service."),
                    name_parameter("paso", "Only what is parked at this step."),
                    name_parameter("causa", "Only what is parked for this cause, as "
                                            "/atencion/causas names it."),
                    {"mas_de", R"({"type":"string","examples":["10m","2h","3d"]})",
                     "Only what is parked for longer than this."},
                    limit_parameter(page_limit),
                    cursor_parameter()},
     .answers = {{200, "One page.", "PaginaDeAtencion"}},
     .problems = read_problems(),
     .handle = reading(show_queue)});
  to.push_back({.method = "GET",
                .path = "/api/v1/atencion/causas",
                .id = "verCausas",
                .needs = scope::read,
                .tag = "Atención",
                .summary = "What waits for a person, by cause, the largest first: how many, since "
                           "when, and an example. Counted at most a few times a minute when very "
                           "much is parked; `calculado_en` says when.",
                .answers = {{200, "The causes.", "Causas"}},
                .problems = read_problems(),
                .handle = reading(show_causes)});
  to.push_back({.method = "GET",
                .path = "/api/v1/sagas/{saga_id}/explicacion",
                .id = "explicarSaga",
                .needs = scope::read,
                .tag = "Atención",
                .summary = "How the saga stands, in words: what it waits for, since when and until "
                           "when, what comes next, and what can be done.",
                .parameters = {{"idioma", R"({"type":"string","enum":["es","en"]})",
                                "Else as Accept-Language prefers; Spanish without either."}},
                .answers = {{200, "The text.", "Explicacion"}},
                .problems = read_problems({problem_type::not_found}),
                .handle = reading(show_explanation)});
}

} // namespace sagas::http
