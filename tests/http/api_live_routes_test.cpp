#include "api_fakes.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

const std::string path = "/api/v1/sagas/" + to_text(id_of(1)) + "/eventos";
const std::multimap<std::string, std::string> live{{"accept", "text/event-stream"}};

feed_event change(int saga, const std::string& status, const std::string& step = {}) {
  return {id_of(saga),
          "lanzar_campania_completa",
          at("2026-01-31T09:08:07.300Z"),
          status,
          step,
          operation::action,
          1};
}

void commit(world& w, feed_batch batch) {
  w.reads.store(batch);
  w.events.publish(std::make_shared<const feed_batch>(std::move(batch)));
}

// A saga that is running its first step, which the feed has told of.
void run_first_step(world& w) {
  saga_view saga = completed_saga(id_of(1));
  saga.header.status = saga_status::running;
  saga.header.ended.reset();
  w.reads.sagas[id_of(1)] = saga;
  w.reads.rows[id_of(1)] = {step_row_of(1, 0, "solicitar_afiliados_elegibles", "afiliados",
                                        operation::action, step_status::running)};
  commit(w,
         {1, {change(1, "EJECUTANDO", "solicitar_afiliados_elegibles"), change(1, "EN_PROGRESO")}});
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    ++found;
  return found;
}

} // namespace

TEST_CASE("a saga's stream begins with its history and ends with it", "[http]") {
  world w;
  run_first_step(w);
  const auto x = w.send("GET", path, {.headers = live});
  REQUIRE(x->streamed);
  CHECK(x->streamed->text().starts_with("retry: 2000\n\nevent: historia\ndata: {\"timestamp\""));
  CHECK(count(x->streamed->text(), "event: historia") == 2);
  CHECK(count(x->streamed->text(), "\nid: ") == 1); // the last one's
  CHECK(count(x->streamed->text(), "\nid: 1-1\nevent: historia") == 1);
  commit(w, {2,
             {change(2, "COMPLETADA"), change(1, "COMPLETADO", "solicitar_afiliados_elegibles"),
              change(1, "COMPLETADA")}});
  REQUIRE(x->streamed->wait_closed());
  const std::string text = x->streamed->text();
  CHECK(count(text, "event: paso") == 1);
  CHECK(count(text, "event: saga") == 1);
  CHECK(count(text, to_text(id_of(2))) == 0);
  CHECK(text.ends_with("id: 2-2\nevent: fin\ndata: {\"saga_id\":\"" + to_text(id_of(1))
                       + "\",\"estado\":\"COMPLETADA\"}\n\n"));
}

TEST_CASE("what is committed while the history is read is told once", "[http]") {
  world w;
  run_first_step(w);
  w.reads.on_saga_read = [&] {
    w.reads.on_saga_read = {};
    commit(w, {2, {change(1, "COMPLETADO", "solicitar_afiliados_elegibles")}});
    const std::lock_guard lock{w.reads.guard};
    w.reads.rows[id_of(1)] = {step_row_of(1, 0, "solicitar_afiliados_elegibles", "afiliados",
                                          operation::action, step_status::completed)};
  };
  const auto x = w.send("GET", path, {.headers = live});
  commit(w, {3, {change(1, "EJECUTANDO", "configurar_comisiones_campania")}});
  REQUIRE(x->streamed->wait_for("id: 3-0"));
  const std::string text = x->streamed->text();
  CHECK(count(text, "intento_terminado") == 1); // in the history
  CHECK(count(text, "event: paso") == 1);       // and not again
  CHECK(count(text, "id: 2-0") == 0);
}

TEST_CASE("the stream of an ended saga is its history and its end", "[http]") {
  world w;
  w.reads.sagas[id_of(1)] = completed_saga(id_of(1));
  commit(w, {4, {change(1, "COMPLETADA"), change(3, "EN_PROGRESO")}});
  const auto x = w.send("GET", path, {.headers = live});
  REQUIRE(x->streamed->wait_closed());
  CHECK(count(x->streamed->text(), "event: historia") == 2);
  CHECK(count(x->streamed->text(), "event: fin") == 1);
  CHECK(count(x->streamed->text(), "event: saga") == 0);

  // Back with a position before the end: only what was missed.
  auto headers = live;
  headers.emplace("last-event-id", "3-7");
  const auto back = w.send("GET", path, {.headers = headers});
  REQUIRE(back->streamed->wait_closed());
  CHECK(count(back->streamed->text(), "event: historia") == 0);
  CHECK(count(back->streamed->text(), "event: saga") == 1);
  CHECK(count(back->streamed->text(), "event: fin") == 1);

  // And with one behind it: nothing but the end.
  headers = live;
  headers.emplace("last-event-id", "4-0");
  const auto after = w.send("GET", path, {.headers = headers});
  REQUIRE(after->streamed->wait_closed());
  CHECK(count(after->streamed->text(), "event: saga") == 0);
  CHECK(count(after->streamed->text(), "event: fin") == 1);
}

TEST_CASE("the feed is filtered by type and by saga", "[http]") {
  world w;
  const auto all = w.send("GET", "/api/v1/eventos", {.headers = {{"last-event-id", "0-0"}}});
  const auto one = w.send("GET", "/api/v1/eventos", {.query = {{"saga_id", to_text(id_of(2))}}});
  const auto none = w.send("GET", "/api/v1/eventos", {.query = {{"tipo", "otro"}}});
  commit(w, {1, {change(1, "EN_PROGRESO"), change(2, "EN_PROGRESO")}});
  commit(w, {2, {change(2, "COMPLETADA")}});
  REQUIRE(all->streamed->wait_for("id: 2-0"));
  REQUIRE(one->streamed->wait_for("id: 2-0"));
  CHECK(count(all->streamed->text(), "event: saga") == 3);
  CHECK(count(one->streamed->text(), "event: saga") == 2);
  CHECK(none->streamed->text() == "retry: 2000\n\n");
  CHECK_FALSE(one->streamed->closed()); // the feed goes on: a saga may be watched before it is
}

TEST_CASE("wrong or too many streams are refused before they begin", "[http]") {
  world w{false, {.watchers_max = 1}};
  CHECK(w.send("GET", "/api/v1/eventos", {.query = {{"saga_id", "x"}, {"tipo", "a b"}}})
          ->answer()
          .status
        == 422);
  for (const char* position : {"x", "1", "1-", "-1", "1-2-3", "1-99999999999"})
    CHECK(
      w.send("GET", "/api/v1/eventos", {.headers = {{"last-event-id", position}}})->answer().status
      == 422);
  CHECK(w.send("GET", path, {.headers = live})->answer().status == 404);
  const auto first = w.send("GET", "/api/v1/eventos");
  CHECK_FALSE(first->answered());
  const auto second = w.send("GET", "/api/v1/eventos");
  CHECK(second->answer().status == 503);
  CHECK_FALSE(second->streamed);
}
