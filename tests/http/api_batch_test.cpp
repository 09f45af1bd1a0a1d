#include <sstream>

#include "api_fakes.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

const std::string path = "/api/v1/sagas/lote";
const std::string good = R"({"tipo":"lanzar_campania_completa","entrada":{"nombre":"A"}})";

std::string keyed(const std::string& key) {
  return R"({"tipo":"lanzar_campania_completa","entrada":{"nombre":"A"},"clave_idempotencia":)"
         + key + "}";
}

std::vector<int> statuses(const json& results) {
  std::vector<int> found;
  for (const json& one : results)
    found.push_back(one["estado_http"]);
  return found;
}

} // namespace

TEST_CASE("a batch has one result for each start, in order", "[http]") {
  world w;
  int count = 0;
  w.engine.on_start = [&](const start_request&) -> std::optional<result<started>> {
    if (++count == 2)
      return result<started>{errc::overloaded, "too many in flight"};
    return result<started>{started{id_of(count)}};
  };
  const auto answer = w.post(path,
                             "[" + good + R"(,{"tipo":"nadie"},)" + good + ",7," + good + "]");
  CHECK(answer.status == 200);
  const json results = json::parse(answer.body);
  CHECK(statuses(results) == std::vector<int>{202, 422, 503, 422, 202});
  for (std::size_t i = 0; i < results.size(); ++i)
    CHECK(results[i]["indice"] == i);
  CHECK(results[0]["saga"]["saga_id"] == to_text(id_of(1)));
  CHECK(results[0]["repetida"] == false);
  CHECK(results[1]["problema"]["errores"][0]["pointer"] == "/tipo");
  CHECK(results[2]["problema"]["type"] == "/problemas/sobrecarga");
  CHECK(results[4]["saga"]["saga_id"] == to_text(id_of(3)));
}

TEST_CASE("ndjson is answered by ndjson, line for line", "[http]") {
  world w;
  const auto answer = w.post(path, good + "\n\n{\r\n  \n" + good + "\r\n" + good,
                             {{"content-type", "application/x-ndjson; charset=utf-8"}});
  CHECK(answer.status == 200);
  CHECK(answer.content_type == "application/x-ndjson");
  json results = json::array();
  std::istringstream lines{answer.body};
  for (std::string line; std::getline(lines, line);)
    results.push_back(json::parse(line));
  CHECK(statuses(results) == std::vector<int>{202, 400, 202, 202});
}

TEST_CASE("each item of a batch has its own key", "[http]") {
  world w;
  w.reads.sagas[id_of(7)] = completed_saga(id_of(7));
  w.engine.on_start = [&](const start_request& what) -> std::optional<result<started>> {
    if (what.once && what.once->key == "old")
      return result<started>{started{id_of(7), saga_status::running, false}};
    if (what.once && what.once->key == "other")
      return result<started>{errc::invalid_input, "used with another body"};
    return result<started>{started{id_of(1)}};
  };
  const json results = json::parse(
    w.post(path, "[" + keyed("\"old\"") + "," + keyed("\"new\"") + "," + keyed("\"other\"") + ","
                   + keyed("7") + "," + keyed("\"a b\"") + "," + keyed("null") + "]")
      .body);
  CHECK(statuses(results) == std::vector<int>{202, 202, 422, 422, 422, 202});
  CHECK(results[0]["repetida"] == true);
  CHECK(results[0]["saga"]["campania_id"] == "camp-001");
  CHECK(results[2]["problema"]["type"] == "/problemas/clave-reutilizada");
  CHECK(results[3]["problema"]["errores"][0]["pointer"] == "/clave_idempotencia");

  // The same start alone has the same fingerprint: it may be repeated by itself.
  w.post("/api/v1/sagas", good, {{"idempotency-key", "new"}});
  CHECK(w.engine.starts[1].what.once->fingerprint == w.engine.starts.back().what.once->fingerprint);
}

TEST_CASE("batches that are none, empty or too large are refused whole", "[http]") {
  world w;
  CHECK(w.post(path, "{}").status == 422);
  CHECK(w.post(path, "[]").status == 422);
  CHECK(w.post(path, "\n \n", {{"content-type", "application/x-ndjson"}}).status == 422);
  std::string array = "[7";
  std::string lines = "7\n";
  for (int i = 0; i < 10'000; ++i) {
    array += ",7";
    lines += "7\n";
  }
  const auto large = w.post(path, array + "]");
  CHECK(large.status == 413);
  CHECK(json::parse(large.body)["detail"].get<std::string>().find("10000") != std::string::npos);
  CHECK(w.post(path, lines, {{"content-type", "application/x-ndjson"}}).status == 413);
  CHECK(w.engine.starts.empty());
}

TEST_CASE("a batch is answered by whoever is last, or late", "[http]") {
  world w;
  w.engine.on_start = [](const start_request&) { return std::optional<result<started>>{}; };
  const auto x = w.send("POST", path, {.body = "[" + good + "," + good + "]"});
  REQUIRE(w.engine.starts.size() == 2);
  w.engine.starts[1].on_started(started{id_of(2)});
  CHECK_FALSE(x->answered());
  w.engine.starts[0].on_started(started{id_of(1)});
  const json results = json::parse(x->answer().body);
  CHECK(results[0]["saga"]["saga_id"] == to_text(id_of(1)));
  CHECK(results[1]["saga"]["saga_id"] == to_text(id_of(2)));

  const auto slow = w.send("POST", path, {.body = "[" + good + "]"});
  slow->time_out();
  CHECK(slow->answer().status == 503);
  w.engine.starts[2].on_started(started{id_of(3)});
}
