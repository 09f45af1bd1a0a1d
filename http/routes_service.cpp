// About the service itself: its nodes, its health, its pages.
#include <random>

#include "http/api_parameters.hpp"
#include "http/codec_definition.hpp"
#include "http/dashboard.hpp"
#include "http/openapi.hpp"

namespace sagas::http {
namespace {

constexpr const char* html_type = "text/html; charset=utf-8";

response list_nodes(api& self, const request&) {
  response answer;
  json_writer json{answer.body};
  json.begin_object();
  json.key("nodos");
  json.begin_array();
  write_node(json, self.context.engine.node());
  json.end_array();
  json.end_object();
  return answer;
}

response liveness(api&, const request&) {
  return {.body = R"({"estado":"vivo"})", .headers = {{"Cache-Control", "no-store"}}};
}

response readiness(api& self, const request&) {
  const node_info node = self.context.engine.node();
  if (!node.accepting)
    return refuse({errc::unavailable, "no starts are accepted: "
                                        + (node.why_not.empty() ? "not ready" : node.why_not)});
  if (const status answers = self.context.reads.ping(); !answers)
    return refuse({errc::unavailable, "the store does not answer: " + answers.error().message});
  return {.body = R"({"estado":"listo"})", .headers = {{"Cache-Control", "no-store"}}};
}

response metrics(api& self, const request&) {
  return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
          .body = self.context.metrics_text()};
}

response openapi(api& self, const request&) { return {.body = self.openapi}; }

std::string fresh_nonce() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device random;
  std::string nonce;
  for (int word = 0; word < 4; ++word)
    for (std::uint32_t bits = random(), i = 0; i < 8; ++i, bits >>= 4)
      nonce += digits[bits & 15];
  return nonce;
}

// A page runs its own script and style, which carry the nonce, and nothing else.
response page(std::string html, const std::string& nonce) {
  return {.content_type = html_type,
          .body = std::move(html),
          .headers = {{"Content-Security-Policy",
                       "default-src 'none'; script-src 'nonce-" + nonce + "'; style-src 'nonce-"
                         + nonce + "'; connect-src 'self'; img-src data:; base-uri 'none'; "
                         + "form-action 'none'; frame-ancestors 'none'"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cache-Control", "no-store"}}};
}

response dashboard(api&, const request&) {
  const std::string nonce = fresh_nonce();
  return page(dashboard_page(nonce), nonce);
}

response docs(api& self, const request&) {
  const std::string nonce = fresh_nonce();
  return page(docs_page(self.openapi, nonce), nonce);
}

// The `type` of a problem is an address: it leads to what the problem means.
response explain_problem(api&, const request& req) {
  for (const problem_kind& kind : problem_kinds())
    if (!req.captures.empty() && req.captures[0] == kind.name)
      return {.status = 303,
              .content_type = "text/plain; charset=utf-8",
              .body = std::string{kind.title} + ". " + kind.advice + "\n",
              .headers = {{"Location", "/docs#problema-" + std::string{kind.name}}}};
  return refuse({errc::not_found, "there is no such problem type; /docs lists them"});
}

endpoint service_endpoint(const char* path, const char* id, scope needs, const char* summary,
                          answer good, std::vector<problem_type> problems,
                          response (*answer_with)(api&, const request&)) {
  return {.method = "GET",
          .path = path,
          .id = id,
          .needs = needs,
          .tag = "Servicio",
          .summary = summary,
          .answers = {std::move(good)},
          .problems = std::move(problems),
          .handle = reading(answer_with)};
}

} // namespace

void add_service_endpoints(std::vector<endpoint>& to) {
  using enum problem_type;
  to.push_back(service_endpoint("/api/v1/nodos", "nodos", scope::read, "The nodes that run sagas.",
                                {200, "The nodes.", "Nodos"}, {internal}, list_nodes));
  to.push_back(service_endpoint("/", "panel", scope::open, "A live page for people.",
                                {200, "The page.", "", "text/html"}, {internal}, dashboard));
  to.push_back(service_endpoint("/docs", "docs", scope::open, "This document for people.",
                                {200, "The page.", "", "text/html"}, {internal}, docs));
  to.push_back(service_endpoint("/openapi.json", "openapi", scope::open, "This document.",
                                {200, "OpenAPI 3.1.", "Objeto"}, {internal}, openapi));
  to.push_back(service_endpoint("/problemas/{nombre}", "problema", scope::open,
                                "What a problem type means: leads to its place in /docs.",
                                {303, "The place is in `Location`.", "", "text/plain"},
                                {not_found, internal}, explain_problem));
  to.push_back(service_endpoint("/healthz", "healthz", scope::open, "The process lives.",
                                {200, "It does.", "Salud"}, {internal}, liveness));
  to.push_back(
    service_endpoint("/readyz", "readyz", scope::open, "Starts are accepted and the store answers.",
                     {200, "They are, and it does.", "Salud"}, {unavailable, internal}, readiness));
  to.push_back(service_endpoint("/metrics", "metrics", scope::read, "Figures for Prometheus.",
                                {200, "Prometheus' text format.", "", "text/plain"}, {internal},
                                metrics));
}

} // namespace sagas::http
