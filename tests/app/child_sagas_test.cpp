// The real program runs sagas whose steps are sagas: over a kill -9, and the audit agrees.
#include <nlohmann/json.hpp>

#include "running_server.hpp"
#include "support/catch.hpp"

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

struct family_world : running_server {
  family_world() {
    start();
    CHECK(verb({"def", "register", child}).code == 0);
    CHECK(verb({"def", "register", parent}).code == 0);
  }
  json child_of(const std::string& saga) const { return shown(saga)["pasos"][1]["hija"]; }
};

} // namespace

TEST_CASE("a saga whose step is a saga completes over a kill -9", "[app][child]") {
  family_world w;
  const std::string order = w.told({"start", "pedido", "--metadata", slow})["saga_id"];
  CHECK(in_time([&] { return w.child_of(order).is_string(); }));
  const std::string payment = w.child_of(order);
  const auto explained = w.verb({"explain", order, "--lang", "en"});
  INFO(explained.out);
  CHECK(explained.out.find("child saga «cobrar» (cobro)") != std::string::npos);
  w.server.kill();
  w.start();
  CHECK(in_time([&] { return w.state(payment) == "COMPLETADA"; }));
  CHECK(in_time([&] { return w.shown(order)["pasos"][1]["estado"] == "COMPLETADO"; }));
  CHECK(w.verb({"signal", order, "visto"}).code == 0);
  CHECK(in_time([&] { return w.state(order) == "COMPLETADA"; }));

  const json shown = w.shown(payment);
  CHECK(shown["origen"] == json{{"saga_id", order}, {"relacion", "hija"}, {"paso", "cobrar"}});
  w.audit();
}

TEST_CASE("a saga that is cancelled takes its child back, which had ended well", "[app][child]") {
  family_world w;
  const std::string order = w.told({"start", "pedido"})["saga_id"];
  CHECK(in_time([&] { return w.shown(order)["pasos"][1]["estado"] == "COMPLETADO"; }));
  const std::string payment = w.child_of(order);
  CHECK(w.verb({"cancel", order, "--reason", "por error"}).code == 0);
  CHECK(in_time([&] { return w.state(order) == "CANCELADA"; }));
  const json shown = w.shown(payment);
  CHECK(shown["estado"] == "COMPLETADA");
  CHECK(w.state(shown["deshecha_por"]) == "COMPENSADA");
  w.audit();
}
