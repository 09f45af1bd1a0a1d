#include "api_fakes.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

const std::string base = "/api/v1/sagas/" + to_text(id_of(1)) + "/";

std::vector<std::string> pointers_of(const response& answer) {
  std::vector<std::string> found;
  for (const json& fault : json::parse(answer.body).value("errores", json::array()))
    found.push_back(fault["pointer"]);
  return found;
}

} // namespace

TEST_CASE("commands reach the engine with who and why", "[http]") {
  struct command_case {
    const char* tail;
    saga_command::kind kind;
    decision decided;
  };
  using kind = saga_command::kind;
  for (const command_case& one :
       std::vector<command_case>{{"cancelar", kind::cancel, decision::retry},
                                 {"pausar", kind::pause, decision::retry},
                                 {"reanudar", kind::resume, decision::retry},
                                 {"pasos/cobrar/reintentar", kind::decide, decision::retry},
                                 {"pasos/cobrar/omitir", kind::decide, decision::skip},
                                 {"pasos/cobrar/completar", kind::decide, decision::complete},
                                 {"pasos/cobrar/fallar", kind::decide, decision::fail}}) {
    world w;
    INFO(one.tail);
    const auto answer = w.post(base + one.tail, R"({"razon":"así lo quiso"})",
                               {{"saga-operador", "ana"}});
    CHECK(answer.status == 202);
    CHECK(answer.body
          == R"({"saga_id":")" + to_text(id_of(1))
               + R"(","estado":"COMPENSANDO","finalizada":false})");
    REQUIRE(w.engine.commands.size() == 1);
    const auto& [id, command] = w.engine.commands[0];
    CHECK(id == id_of(1));
    CHECK(command.what == one.kind);
    CHECK(command.decided == one.decided);
    CHECK(command.step == (one.kind == kind::decide ? "cobrar" : ""));
    CHECK(command.who.by == "ana");
    CHECK(command.who.reason == "así lo quiso");
  }
}

TEST_CASE("a command needs no body and no name", "[http]") {
  world w;
  CHECK(w.post(base + "cancelar", "").status == 202);
  CHECK(w.engine.commands[0].second.who.by == "anonimo");
  CHECK(w.engine.commands[0].second.who.reason.empty());
  CHECK(w.post(base + "pasos/a/completar", "").status == 202);
  CHECK(w.engine.commands[1].second.output.text() == "{}");
  CHECK(w.post(base + "pasos/a/completar", R"({"salida":{"id":7}})").status == 202);
  CHECK(w.engine.commands[2].second.output.text() == R"({"id":7})");
}

TEST_CASE("wrong commands never reach the engine", "[http]") {
  world w;
  CHECK(w.post("/api/v1/sagas/nada/cancelar", "").status == 404);
  CHECK(w.post("/api/v1/sagas/a b/cancelar", "").status == 422);
  CHECK(w.post(base + "cancelar", "{").status == 400);
  CHECK(pointers_of(w.post(base + "cancelar", "[]")) == std::vector<std::string>{""});
  CHECK(pointers_of(w.post(base + "cancelar", R"({"motivo":"x"})"))
        == std::vector<std::string>{"/motivo"});
  CHECK(pointers_of(w.post(base + "cancelar", R"({"razon":7})"))
        == std::vector<std::string>{"/razon"});
  CHECK(pointers_of(w.post(base + "cancelar", R"({"razon":")" + std::string(1001, 'x') + "\"}"))
        == std::vector<std::string>{"/razon"});
  CHECK(pointers_of(w.post(base + "cancelar", R"({"salida":{}})"))
        == std::vector<std::string>{"/salida"});
  CHECK(pointers_of(w.post(base + "pasos/a/completar", R"({"salida":[]})"))
        == std::vector<std::string>{"/salida"});
  CHECK(pointers_of(w.post(base + "pasos/a b/omitir", "")) == std::vector<std::string>{"nombre"});
  CHECK(pointers_of(w.post(base + "cancelar", "", {{"saga-operador", std::string(101, 'x')}}))
        == std::vector<std::string>{"Saga-Operador"});
  CHECK(w.post(base + "cancelar", "", {{"saga-operador", "a\r\nb"}}).status == 422);
  CHECK(w.engine.commands.empty());
}

TEST_CASE("what the engine refuses is told by kind", "[http]") {
  const std::vector<std::tuple<errc, int, const char*>> cases{
    {errc::not_found, 404, "/problemas/no-encontrado"},
    {errc::conflict, 409, "/problemas/transicion-no-permitida"},
    {errc::unavailable, 503, "/problemas/no-disponible"},
    {errc::invalid_input, 422, "/problemas/entrada-invalida"},
    {errc::unknown_outcome, 503, "/problemas/resultado-desconocido"}};
  for (const auto& [code, status, type] : cases) {
    world w;
    w.engine.command_outcome = failure{code, "because"};
    const auto answer = w.post(base + "pausar", "");
    CHECK(answer.status == status);
    const json body = json::parse(answer.body);
    CHECK(body["type"] == type);
    CHECK(body["detail"] == "because");
  }
}
