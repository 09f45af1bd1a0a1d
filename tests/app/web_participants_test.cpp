// The real program, with its microservicios served by a real web service.
#include <atomic>
#include <fstream>

#include <nlohmann/json.hpp>

#include "running_server.hpp"
#include "support/catch.hpp"
#include "tests/http/scripted_service.hpp"

using namespace sagas;
using namespace sagas::test;
using http::testing::scripted_service;
using json = nlohmann::json;

namespace {

constexpr const char* plan =
  R"({"tipo":"viaje","pasos":[
    {"nombre":"vuelo","microservicio":"vuelos","compensacion":"anular_vuelo"},
    {"nombre":"hotel","microservicio":"hoteles","compensacion":"anular_hotel"}]})";

struct travel_world : running_server {
  explicit travel_world(std::function<bool(scripted_service::visit&)> script)
    : service(std::move(script)) {
    server.options().more = {"--participants", folder.file("web.json")};
    server.options().environment = {{"VUELOS", "s3cr3t0"}, {"RESULTADOS", std::string(32, 'k')}};
    const json settings{
      {"targets", {service.target()}},
      {"callbacks", {{"url", "http://sagas.example"}, {"key", "${env:RESULTADOS}"}}},
      {"participants",
       {{"vuelos",
         {{"url", service.url("/{microservicio}/{operacion}")},
          {"headers", {{"Authorization", "Bearer ${env:VUELOS}"}}}}},
        {"hoteles", {{"url", service.url("/{microservicio}/{operacion}")}}}}}};
    std::ofstream{folder.file("web.json")} << settings;
    start();
    REQUIRE(post("/api/v1/definiciones", plan).status == 201);
  }

  api_answer post(const std::string& path, const std::string& body,
                  std::vector<std::pair<std::string, std::string>> headers = {}) {
    return send({.method = "POST", .path = path, .body = body, .headers = std::move(headers)});
  }
  std::string get(const std::string& path) { return send({.path = path}).body; }
  json travel() {
    const api_answer said = post("/api/v1/sagas?esperar=20s", R"({"tipo":"viaje","entrada":{}})");
    INFO(said.body);
    REQUIRE(said.status == 200);
    return json::parse(said.body);
  }
  std::vector<std::string> first_lines() const {
    std::vector<std::string> all;
    for (const std::string& each : service.requests())
      all.push_back(each.substr(0, each.find('\r')));
    return all;
  }

  scripted_service service;
};

std::string header_in(const std::string& request, const std::string& name) {
  const std::size_t at = request.find("\r\n" + name + ": ");
  REQUIRE(at != std::string::npos);
  const std::size_t begin = at + name.size() + 4;
  return request.substr(begin, request.find('\r', begin) - begin);
}

bool asked_for(const scripted_service::visit& to, const char* path) {
  return to.request().find(path) != std::string::npos;
}

} // namespace

TEST_CASE("a saga over web services ends as they say", "[app][participant]") {
  travel_world w{[](scripted_service::visit& to) {
    to.answer(200, R"({"localizador":"X1"})");
    return true;
  }};
  CHECK(w.travel()["estado"] == "COMPLETADA");
  CHECK(
    w.first_lines()
    == std::vector<std::string>{"POST /vuelos/accion HTTP/1.1", "POST /hoteles/accion HTTP/1.1"});
  const std::string sent = w.service.requests().front();
  CHECK(sent.find("\r\nAuthorization: Bearer s3cr3t0\r\n") != std::string::npos);
  CHECK(sent.find("/vuelo/accion\r\n") != std::string::npos);
}

TEST_CASE("a refusal of a web service undoes what was done", "[app][participant]") {
  std::atomic<int> busy{1};
  travel_world w{[&](scripted_service::visit& to) {
    if (asked_for(to, "/hoteles/accion"))
      to.answer(409, R"({"motivo":"completo"})");
    else if (asked_for(to, "/vuelos/accion") && busy-- > 0)
      to.answer(425, "", "Retry-After: 1\r\n");
    else
      to.answer(200, "{}");
    return true;
  }};
  const json ended = w.travel();
  CHECK(ended["estado"] == "COMPENSADA");
  CHECK(ended["error_mensaje"].get<std::string>().find("completo") != std::string::npos);
  CHECK(w.first_lines()
        == std::vector<std::string>{"POST /vuelos/accion HTTP/1.1", "POST /vuelos/accion HTTP/1.1",
                                    "POST /hoteles/accion HTTP/1.1",
                                    "POST /vuelos/compensacion HTTP/1.1"});
}

TEST_CASE("a file of participants with faults is refused, each named", "[app][participant]") {
  const temp_folder folder;
  std::ofstream{folder.file("web.json")}
    << R"({"participants":{"a":{"url":"ftp://x/","headers":{"A":"${env:NADA}"}}}})";
  const auto served = run_sagas({"serve", "--port", "0", "--db", folder.file("s.db"),
                                 "--participants", folder.file("web.json")});
  CHECK(served.code == 2);
  CHECK(served.err.find("/participants/a/url") != std::string::npos);
  CHECK(served.err.find("/participants/a/headers/A") != std::string::npos);
}

TEST_CASE("work of hours: a result that is reported, and one that is asked for, over a kill -9",
          "[app][participant]") {
  travel_world w{[](scripted_service::visit& to) {
    if (asked_for(to, "GET /trabajos/9 "))
      to.answer(200, R"({"hotel":"H2"})");
    else if (asked_for(to, "/vuelos/accion"))
      to.answer(425, "", "Retry-After: 600\r\n");
    else
      to.answer(425, "", "Retry-After: 1\r\nLocation: /trabajos/9\r\n");
    return true;
  }};
  const api_answer begun = w.post("/api/v1/sagas", R"({"tipo":"viaje"})");
  REQUIRE(begun.status == 202);
  const std::string saga = "/api/v1/sagas/" + json::parse(begun.body)["saga_id"].get<std::string>();
  REQUIRE(in_time([&] { return w.service.requests().size() == 1; }));
  const std::string call = w.service.requests().front();
  const std::string where = header_in(call, "Saga-Respuesta");
  const std::string token = header_in(call, "Saga-Token");
  REQUIRE(where.starts_with("http://sagas.example" + saga + "/pasos/vuelo/resultado"));
  // "Still running" is stored: the next process has no reason to call again before its time.
  REQUIRE(in_time([&] {
    return w.get(saga + "/explicacion?idioma=en").find("is still running") != std::string::npos;
  }));
  w.server.kill();
  REQUIRE(w.server.start());

  const std::string report = R"({"resultado":"hecho","salida":{"localizador":"X9"}})";
  const std::string path = where.substr(std::string{"http://sagas.example"}.size());
  CHECK(w.post(path, report, {{"Saga-Token", "x" + token}}).status == 403);
  CHECK(w.post(path, report, {{"Saga-Token", token}}).status == 202);
  CHECK(in_time([&] { return json::parse(w.get(saga))["estado"] == "COMPLETADA"; }));
  const std::string steps = w.get(saga + "/pasos");
  INFO(steps);
  CHECK(steps.find("X9") != std::string::npos);
  CHECK(steps.find("H2") != std::string::npos);
  CHECK(w.first_lines().back() == "GET /trabajos/9 HTTP/1.1");
  CHECK(w.post(path, report, {{"Saga-Token", token}}).status == 409); // it has ended
}
