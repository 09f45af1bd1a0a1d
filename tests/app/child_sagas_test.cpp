// The real program runs sagas whose steps are sagas: over a kill -9, and the audit agrees.
#include <thread>

#include <nlohmann/json.hpp>

#include "app/binary.hpp"
#include "app/demo/server_child.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"

using namespace sagas;
using namespace sagas::test;
using json = nlohmann::json;

namespace {

constexpr const char* child =
  R"({"tipo":"cobro","pasos":[
    {"nombre":"retener","microservicio":"comisiones","compensacion":"soltar"},
    {"nombre":"pagar","microservicio":"tracking","compensacion":"devolver"}]})";
constexpr const char* parent =
  R"({"tipo":"pedido","pasos":[
    {"nombre":"reservar","microservicio":"afiliados","compensacion":"liberar"},
    {"nombre":"cobrar","hija":{"tipo":"cobro"}},
    {"nombre":"visto","espera":{"senal":"visto","plazo":"1h"}},
    {"nombre":"avisar","microservicio":"notificaciones",
     "entrada":{"cobro":"${pasos.cobrar.salida.saga_id}"}}]})";
// What the child asks for is slow, so that a kill meets it.
constexpr const char* slow =
  R"({"inyeccion":{"tracking":{"latencia":"1500ms","operacion":"accion","veces":1}}})";

class family_world {
public:
  family_world()
    : server({.program = sagas_path(), .folder = folder.file("."), .more = {"--allow-injection"}}) {
    start();
    CHECK(verb({"def", "register", child}).code == 0);
    CHECK(verb({"def", "register", parent}).code == 0);
  }
  void start() {
    const status started = server.start();
    INFO((started ? "" : started.error().message));
    REQUIRE(started);
  }
  child_process::ended verb(std::vector<std::string> words) {
    words.insert(words.end(), {"--url", server.url()});
    return run_sagas(std::move(words));
  }
  json told(std::vector<std::string> words) {
    words.emplace_back("--json");
    const auto said = verb(std::move(words));
    INFO(said.out << said.err);
    return json::parse(said.out);
  }
  json shown(const std::string& saga) { return told({"show", saga})["saga"]; }
  std::string state(const std::string& saga) { return shown(saga)["estado"]; }
  json child_of(const std::string& saga) { return shown(saga)["pasos"][1]["hija"]; }
  template <class Holds>
  void wait_until(Holds holds) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!holds() && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(milliseconds{10});
    CHECK(holds());
  }
  void audit() {
    server.kill();
    const auto audited = run_sagas(
      {"audit", "--db", server.database(), "--ledger", server.ledger(), "--ended"});
    INFO(audited.out << audited.err);
    CHECK(audited.out.find("0 violations") != std::string::npos);
  }

  temp_folder folder;
  demo::server_child server;
};

} // namespace

TEST_CASE("a saga whose step is a saga completes over a kill -9", "[app][child]") {
  family_world w;
  const std::string order = w.told({"start", "pedido", "--metadata", slow})["saga_id"];
  w.wait_until([&] { return w.child_of(order).is_string(); });
  const std::string payment = w.child_of(order);
  const auto explained = w.verb({"explain", order, "--lang", "en"});
  INFO(explained.out);
  CHECK(explained.out.find("child saga «cobrar» (cobro)") != std::string::npos);
  w.server.kill();
  w.start();
  w.wait_until([&] { return w.state(payment) == "COMPLETADA"; });
  w.wait_until([&] { return w.shown(order)["pasos"][1]["estado"] == "COMPLETADO"; });
  CHECK(w.verb({"signal", order, "visto"}).code == 0);
  w.wait_until([&] { return w.state(order) == "COMPLETADA"; });

  const json shown = w.shown(payment);
  CHECK(shown["origen"] == json{{"saga_id", order}, {"relacion", "hija"}, {"paso", "cobrar"}});
  w.audit();
}

TEST_CASE("a saga that is cancelled takes its child back, which had ended well", "[app][child]") {
  family_world w;
  const std::string order = w.told({"start", "pedido"})["saga_id"];
  w.wait_until([&] { return w.shown(order)["pasos"][1]["estado"] == "COMPLETADO"; });
  const std::string payment = w.child_of(order);
  CHECK(w.verb({"cancel", order, "--reason", "por error"}).code == 0);
  w.wait_until([&] { return w.state(order) == "CANCELADA"; });
  const json shown = w.shown(payment);
  CHECK(shown["estado"] == "COMPLETADA");
  CHECK(w.state(shown["deshecha_por"]) == "COMPENSADA");
  w.audit();
}
