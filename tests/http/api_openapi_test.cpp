// The document tells the truth: every route is in it and the other way round, and what the routes
// really answer fits what it says.
#include <regex>
#include <set>

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "api_fakes.hpp"
#include "http/problem.hpp"
#include "http/router.hpp"
#include "http/webhook/letter.hpp"
#include "http/webhook/position.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

using plain_json = nlohmann::json;

struct documented {
  world w;
  plain_json document = plain_json::parse(w.get("/openapi.json").body);

  // Whether a value fits a component, or an array of it.
  bool fits(const plain_json& value, const std::string& name, bool many = false) const {
    plain_json root{{"components", document["components"]}};
    const plain_json reference{{"$ref", "#/components/schemas/" + name}};
    if (many)
      root.update({{"type", "array"}, {"items", reference}});
    else
      root.update({{"allOf", plain_json::array({reference})}});
    valijson::Schema schema;
    valijson::SchemaParser parser;
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter{root}, schema);
    valijson::Validator validator;
    valijson::ValidationResults why;
    const bool good = validator.validate(schema, valijson::adapters::NlohmannJsonAdapter{value},
                                         &why);
    for (valijson::ValidationResults::Error error; why.popError(error);)
      UNSCOPED_INFO(name << ": " << error.description);
    return good;
  }
};

void collect_references(const plain_json& from, std::set<std::string>& to) {
  if (from.is_object() && from.contains("$ref"))
    to.insert(from["$ref"].get<std::string>());
  if (from.is_structured())
    for (const plain_json& inner : from)
      collect_references(inner, to);
}

// A path with every {name} filled in.
std::string sample_of(const std::string& path) {
  return std::regex_replace(path, std::regex{R"(\{[a-z_]+\})"}, "uno");
}

} // namespace

TEST_CASE("every route is in the document, and every path of it is a route", "[http]") {
  const documented d;
  std::size_t operations = 0;
  for (const auto& [path, methods] : d.document["paths"].items())
    for (const auto& [method, operation] : methods.items()) {
      ++operations;
      std::string upper = method;
      for (char& c : upper)
        c = static_cast<char>(std::toupper(c));
      // The route that a request finds first is the one that is documented.
      const auto first = std::find_if(
        d.w.routes.begin(), d.w.routes.end(), [&, &path = path](const route& one) {
          return one.method == upper && match_path(one.path, sample_of(path));
        });
      INFO(upper << " " << path);
      REQUIRE(first != d.w.routes.end());
      CHECK(first->path == path);
    }
  CHECK(operations == d.w.routes.size());
}

TEST_CASE("the contract's paths are all there", "[http]") {
  const documented d;
  const std::string saga = "/api/v1/sagas/{saga_id}";
  const std::vector<std::pair<std::string, std::string>> promised{
    {"post", "/api/v1/comandos/lanzar-campania-completa"},
    {"post", "/api/v1/sagas"},
    {"post", "/api/v1/sagas/lote"},
    {"get", saga},
    {"get", saga + "/estado"},
    {"get", saga + "/pasos"},
    {"get", saga + "/progreso"},
    {"get", saga + "/eventos"},
    {"get", "/api/v1/sagas/activas"},
    {"get", "/api/v1/sagas"},
    {"get", "/api/v1/sagas/estadisticas"},
    {"post", saga + "/cancelar"},
    {"post", saga + "/pausar"},
    {"post", saga + "/compensar"},
    {"post", saga + "/reanudar"},
    {"post", saga + "/pasos/{nombre}/reintentar"},
    {"post", saga + "/pasos/{nombre}/omitir"},
    {"post", saga + "/pasos/{nombre}/completar"},
    {"post", saga + "/pasos/{nombre}/fallar"},
    {"post", saga + "/pasos/{nombre}/compensar"},
    {"get", "/api/v1/atencion"},
    {"get", "/api/v1/atencion/causas"},
    {"post", "/api/v1/atencion/decidir"},
    {"get", saga + "/explicacion"},
    {"get", "/api/v1/campanias"},
    {"get", "/api/v1/campanias/{campania_id}"},
    {"get", "/api/v1/definiciones"},
    {"get", "/api/v1/definiciones/{tipo}"},
    {"get", "/api/v1/definiciones/{tipo}/{version}"},
    {"put", "/api/v1/definiciones/{tipo}"},
    {"post", "/api/v1/definiciones"},
    {"post", "/api/v1/definiciones/validar"},
    {"post", "/api/v1/definiciones/{tipo}/simular"},
    {"get", "/api/v1/eventos"},
    {"get", "/api/v1/nodos"},
    {"get", "/api/v1/participantes"},
    {"get", "/api/v1/participantes/{microservicio}"},
    {"put", "/api/v1/participantes/{microservicio}"},
    {"delete", "/api/v1/participantes/{microservicio}"},
    {"get", "/api/v1/suscripciones"},
    {"get", "/api/v1/suscripciones/{nombre}"},
    {"put", "/api/v1/suscripciones/{nombre}"},
    {"delete", "/api/v1/suscripciones/{nombre}"},
    {"get", "/api/v1/suscripciones/{nombre}/cartas"},
    {"post", "/api/v1/suscripciones/{nombre}/cartas/reenviar"},
    {"delete", "/api/v1/suscripciones/{nombre}/cartas/{posicion}"},
    {"get", "/"},
    {"get", "/openapi.json"},
    {"get", "/docs"},
    {"get", "/healthz"},
    {"get", "/readyz"},
    {"get", "/metrics"}};
  for (const auto& [method, path] : promised) {
    INFO(method << " " << path);
    CHECK(d.document["paths"].value(path, plain_json::object()).contains(method));
  }
}

TEST_CASE("references lead somewhere, ids are unique, examples fit", "[http]") {
  const documented d;
  CHECK(d.document["openapi"] == "3.1.0");
  CHECK(d.document["info"]["version"] == "9.9.9");
  std::set<std::string> references;
  collect_references(d.document, references);
  for (const std::string& one : references) {
    INFO(one);
    CHECK(d.document.contains(plain_json::json_pointer{one.substr(1)}));
  }
  std::set<std::string> ids;
  for (const auto& [path, methods] : d.document["paths"].items())
    for (const plain_json& operation : methods)
      CHECK(ids.insert(operation["operationId"].get<std::string>()).second);
  for (const auto& [name, schema] : d.document["components"]["schemas"].items()) {
    INFO(name);
    CHECK(references.contains("#/components/schemas/" + name));
    if (schema.contains("example"))
      CHECK(d.fits(schema["example"], name));
  }
}

TEST_CASE("what is answered fits what is documented", "[http]") {
  documented d;
  world& w = d.w;
  w.reads.sagas[id_of(1)] = completed_saga(id_of(1));
  w.reads.sagas[id_of(2)] = completed_saga(id_of(2));
  w.reads.sagas[id_of(2)].header.status = saga_status::running;
  w.reads.sagas[id_of(2)].header.ended.reset();
  w.reads.rows[id_of(1)] = {step_row_of(1, 0, "solicitar_afiliados_elegibles", "afiliados",
                                        operation::action, step_status::completed),
                            step_row_of(2, 1, "configurar_comisiones_campania", "comisiones",
                                        operation::action, step_status::running)};
  for (step_view& row : w.reads.rows[id_of(1)])
    row.row.base = 1;
  w.reads.sagas[id_of(3)] = w.reads.sagas[id_of(2)];
  w.reads.sagas[id_of(3)].header.id = id_of(3);
  w.reads.sagas[id_of(3)].header.status = saga_status::parked;
  w.reads.rows[id_of(3)] = {step_row_of(1, 0, "solicitar_afiliados_elegibles", "afiliados",
                                        operation::action, step_status::failed)};
  w.reads.notes[id_of(1)] = {{w.now, "aparcada", "", "", ""}};
  w.reads.figures.steps.emplace_back();
  delivery gap{.at = {3, 0}, .lost_until = feed_position{9, 0}, .code = "hueco"};
  w.reads.documents = {
    {letter_kind, letter_name("avisos", {3, 0}), letter_document(gap, "", w.now), 0, w.now},
    {subscription_kind, "avisos", document{R"({"url":"http://a/"})"}, 1, w.now},
    {schedule_kind, "cierre",
     to_document({w.now, json::parse(R"({"cron":"@daily","inicio":{"tipo":"pago"}})")}), 1, w.now}};
  w.reads.campaign_list.push_back({"camp-001", completed_saga(id_of(1)), document{"{}"}, {}});

  const std::string saga = "/api/v1/sagas/" + to_text(id_of(1));
  const std::vector<std::tuple<std::string, std::string, bool>> reads{
    {saga, "SagaConPasos", false},
    {saga + "/estado", "Estado", false},
    {saga + "/pasos", "Paso", true},
    {saga + "/progreso", "ProgresoDetallado", false},
    {saga + "/eventos", "Suceso", true},
    {"/api/v1/sagas/activas", "Saga", true},
    {"/api/v1/sagas", "PaginaDeSagas", false},
    {"/api/v1/sagas/estadisticas", "Estadisticas", false},
    {"/api/v1/campanias", "PaginaDeCampanias", false},
    {"/api/v1/campanias/camp-001", "Campania", false},
    {"/api/v1/definiciones", "ResumenDeDefinicion", true},
    {"/api/v1/definiciones/procesar_pago_comisiones", "Definicion", false},
    {"/api/v1/atencion", "PaginaDeAtencion", false},
    {"/api/v1/atencion/causas", "Causas", false},
    {saga + "/explicacion", "Explicacion", false},
    {"/api/v1/nodos", "Nodos", false},
    {"/api/v1/participantes", "Participantes", false},
    {"/api/v1/suscripciones", "Suscripciones", false},
    {"/api/v1/suscripciones/avisos", "SuscripcionVista", false},
    {"/api/v1/suscripciones/avisos/cartas", "PaginaDeCartas", false},
    {"/api/v1/programas", "PaginaDeProgramas", false},
    {"/api/v1/programas/cierre", "ProgramaVisto", false},
    {"/api/v1/programas/cierre/siguientes", "Siguientes", false},
    {"/healthz", "Salud", false},
    {"/readyz", "Salud", false}};
  for (const auto& [path, schema, many] : reads) {
    INFO(path);
    CHECK(d.fits(plain_json::parse(w.get(path).body), schema, many));
  }
  const auto posts = [&](const std::string& path, const std::string& body,
                         const std::string& schema, bool many = false) {
    INFO(path << " " << body);
    CHECK(d.fits(plain_json::parse(w.post(path, body).body), schema, many));
  };
  const std::string start = d.document["components"]["schemas"]["IniciarSaga"]["example"].dump();
  const std::string launch =
    d.document["components"]["schemas"]["LanzarCampania"]["example"].dump();
  const std::string plan = d.document["components"]["schemas"]["Definicion"]["example"].dump();
  posts("/api/v1/sagas", start, "Inicio");
  posts("/api/v1/comandos/lanzar-campania-completa", launch, "Inicio");
  posts("/api/v1/sagas/lote", "[" + start + ",{}]", "ResultadoDeLote", true);
  posts(saga + "/cancelar", "", "Estado");
  posts("/api/v1/definiciones", plan, "DefinicionRegistrada");
  posts("/api/v1/definiciones/validar", plan, "Validacion");
  posts("/api/v1/definiciones/validar", "{}", "Validacion");
  posts("/api/v1/definiciones/lanzar_campania_completa/simular",
        d.document["components"]["schemas"]["Guion"]["example"].dump(), "Simulacion");
  posts("/api/v1/programas/cierre/pausar", "", "ProgramaPuesto");
  posts("/api/v1/sagas", "{}", "Problema");
  posts("/api/v1/sagas", "{", "Problema");
}

TEST_CASE("every problem has a type, a status and an explanation", "[http]") {
  world w;
  std::set<std::string> names;
  for (const problem_kind& kind : problem_kinds()) {
    INFO(kind.name);
    CHECK(names.insert(kind.name).second);
    const auto answer = to_response({.type = kind.type});
    CHECK(answer.status == kind.status);
    CHECK(answer.content_type == "application/problem+json");
    const json body = json::parse(answer.body);
    CHECK(body["type"] == std::string{"/problemas/"} + kind.name);
    CHECK(body["title"] == kind.title);
    CHECK(body["status"] == kind.status);
    CHECK_FALSE(body["detail"].get<std::string>().empty());
    const auto explained = w.get(std::string{"/problemas/"} + kind.name);
    CHECK(explained.status == 303);
    CHECK(w.get("/docs").body.find("id=\"problema-" + std::string{kind.name} + "\"")
          != std::string::npos);
  }
  CHECK(w.get("/problemas/nada").status == 404);
}

TEST_CASE("an internal error shows its id and keeps its cause", "[http]") {
  silent_log log;
  const auto answer = internal_error(log, "SELECT secret");
  CHECK(answer.status == 500);
  const std::string id = json::parse(answer.body)["correlacion"];
  CHECK(id.size() == 16);
  CHECK(answer.body.find("SELECT") == std::string::npos);
  CHECK(log.says(id));
  CHECK(log.says("SELECT secret"));
}
