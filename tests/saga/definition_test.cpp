#include "saga/definition_json.hpp"

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "saga/builtin.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

using pointers = std::vector<std::string>;

// Where a definition is at fault; empty when it is sound.
pointers faults_of(const std::string& text) {
  const auto plan = parse_definition(text);
  if (plan)
    return {};
  CHECK(plan.error().code == errc::invalid_input);
  pointers found;
  for (const field_error& fault : plan.error().fields)
    found.push_back(fault.pointer);
  return found;
}

std::string with_steps(const std::string& steps) {
  return R"({"tipo":"t","pasos":[)" + steps + "]}";
}

std::string step(const std::string& name, const std::string& more = "") {
  return R"({"nombre":")" + name + R"(","microservicio":"s")" + (more.empty() ? "" : "," + more)
         + "}";
}

std::string chain(int count) {
  std::string steps;
  for (int i = 0; i < count; ++i)
    steps += (i ? "," : "") + step("p" + std::to_string(i));
  return with_steps(steps);
}

} // namespace

TEST_CASE("a definition is read whole", "[saga]") {
  const auto plan = parse_definition(R"({
    "tipo": "viaje", "version": 3, "descripcion": "d", "plazo": "10m", "tiempo_maximo": 5,
    "politica": {"intentos": 7, "factor": 1.5}, "politica_compensacion": {"intentos": 20},
    "pasos": [
      {"nombre": "vuelo", "descripcion": "dv", "microservicio": "aire",
       "entrada": {"x": "${entrada.x}"},
       "compensacion": {"nombre": "anular_vuelo", "entrada": {"id": "${pasos.vuelo.salida.id}"},
                        "politica": {"primera_espera": "1s"}, "tiempo_maximo": "250ms"},
       "politica": {"primera_espera": "100ms", "espera_maxima": "2h", "variacion": 0,
                    "tiempo_total": "1.5s", "fallos_finales": ["no_existe"]}},
      {"nombre": "hotel", "microservicio": "camas", "depende_de": [], "opcional": true,
       "compensacion": "anular_hotel", "tiempo_maximo": "1m"},
      {"nombre": "pago", "microservicio": "dinero", "depende_de": ["vuelo", "hotel"],
       "pivote": true}]})");
  REQUIRE(plan);
  const definition& what = **plan;
  CHECK(what.type == "viaje");
  CHECK(what.version == 3);
  CHECK(what.deadline == 10min);
  REQUIRE(what.steps.size() == 3);
  const step_definition& flight = what.steps[0];
  CHECK(flight.description == "dv");
  CHECK(flight.service == "aire");
  CHECK(flight.timeout == 5s);
  CHECK(flight.retry
        == retry_policy{.first_delay = 100ms,
                        .factor = 1.5,
                        .cap = 2h,
                        .jitter = 0,
                        .attempts = 7,
                        .total = 1500ms,
                        .final_failures = {"no_existe"}});
  CHECK(flight.compensation == "anular_vuelo");
  CHECK(flight.compensation_timeout == 250ms);
  CHECK(flight.compensation_retry == retry_policy{.first_delay = 1s, .attempts = 20});
  CHECK(flight.compensation_input);
  CHECK(flight.depends_on.empty());
  const step_definition& hotel = what.steps[1];
  CHECK(hotel.optional);
  CHECK(hotel.compensation == "anular_hotel");
  CHECK(hotel.timeout == 1min);
  CHECK_FALSE(hotel.compensation_input);
  const document input{R"({"k":1})"};
  CHECK(hotel.input.render({.saga = {}, .campaign_id = "", .input = &input, .output = {}})
        == input);
  CHECK(what.steps[2].depends_on == std::vector<std::size_t>{0, 1});
  CHECK(what.pivot == 2u);
  CHECK(what.dependents[0] == std::vector<std::size_t>{2});
  CHECK(parse_definition(what.source.text()));
  CHECK((*parse_definition(" " + std::string{what.source.text()}))->source == what.source);
}

TEST_CASE("steps without depende_de follow each other", "[saga]") {
  const auto plan = parse_definition(chain(3));
  REQUIRE(plan);
  CHECK((*plan)->steps[0].depends_on.empty());
  CHECK((*plan)->steps[2].depends_on == std::vector<std::size_t>{1});
  CHECK((*plan)->steps[2].compensation_retry.attempts == 10);
}

TEST_CASE("every fault of a definition is named", "[saga]") {
  const std::pair<std::string, pointers> table[] = {
    {"[]", {""}},
    {"{}", {"/tipo", "/pasos"}},
    {R"({"tipo":"a b","pasos":[],"x":1})", {"/tipo", "/pasos", "/x"}},
    {R"({"tipo":"t","version":0,"plazo":"1 day","descripcion":1,"tiempo_maximo":0,"pasos":{}})",
     {"/version", "/descripcion", "/plazo", "/tiempo_maximo", "/pasos"}},
    {with_steps("1"), {"/pasos/0"}},
    {with_steps("{}"), {"/pasos/0/nombre", "/pasos/0/microservicio"}},
    {with_steps(step("a\\u00e9")), {"/pasos/0/nombre"}},
    {with_steps(step(std::string(101, 'a'))), {"/pasos/0/nombre"}},
    {with_steps(step("a") + "," + step("a")), {"/pasos/1/nombre"}},
    {with_steps(step("a", R"("opcional":1,"pivote":"si","nope":2)")),
     {"/pasos/0/opcional", "/pasos/0/pivote", "/pasos/0/nope"}},
    {with_steps(step("a", R"("entrada":{"x":["${nada}"]})")), {"/pasos/0/entrada/x/0"}},
    {with_steps(step("a", R"("compensacion":{"entrada":"${x"})")),
     {"/pasos/0/compensacion/nombre", "/pasos/0/compensacion/entrada"}},
    {with_steps(step("a", R"("compensacion":7)")), {"/pasos/0/compensacion"}},
    {with_steps(step("a", R"("politica":{"intentos":0,"factor":0.5,"variacion":2,"espera":"1s"})")),
     {"/pasos/0/politica/factor", "/pasos/0/politica/variacion", "/pasos/0/politica/intentos",
      "/pasos/0/politica/espera"}},
    {with_steps(step("a", R"("politica":{"primera_espera":"5s","espera_maxima":"1s"})")),
     {"/pasos/0/politica"}},
    {with_steps(step("a", R"("politica":{"fallos_finales":[1]})")),
     {"/pasos/0/politica/fallos_finales/0"}},
    {with_steps(step("a", R"("politica":{"intentos":18446744073709551615})")),
     {"/pasos/0/politica/intentos"}},
    {with_steps(step("a", R"("tiempo_maximo":"25h")")), {"/pasos/0/tiempo_maximo"}},
    {with_steps(step("a", R"("depende_de":["b"])")), {"/pasos/0/depende_de/0"}},
    {with_steps(step("a", R"("depende_de":[1])")), {"/pasos/0/depende_de/0"}},
    {with_steps(step("a") + "," + step("b", R"("depende_de":["a","a"])")),
     {"/pasos/1/depende_de/1"}},
    {with_steps(step("a", R"("depende_de":["a"])")), {"/pasos/0/depende_de"}},
    {with_steps(step("a", R"("entrada":"${pasos.b.salida}")") + "," + step("b")),
     {"/pasos/0/entrada"}},
    {with_steps(step("a", R"("entrada":"${pasos.a.salida}")")), {"/pasos/0/entrada"}},
    {with_steps(step("a") + "," + step("b", R"("depende_de":[],"entrada":"${pasos.a.salida}")")),
     {"/pasos/1/entrada"}},
    {with_steps(step("a", R"("entrada":"${pasos.z.salida}")")), {"/pasos/0/entrada"}},
    {with_steps(step("a", R"("pivote":true)") + "," + step("b", R"("pivote":true)")),
     {"/pasos/1/pivote"}},
    {with_steps(step("a", R"("pivote":true,"opcional":true)")), {"/pasos/0/opcional"}},
    {with_steps(step("a", R"("pivote":true)") + "," + step("b", R"("compensacion":"c")")),
     {"/pasos/1/compensacion"}},
    {with_steps(step("a", R"("pivote":true)") + ","
                + step("b", R"("depende_de":[],"compensacion":"c")")),
     {"/pasos/1/compensacion"}},
    {R"({"tipo":"t","entrada":{"esquema":{"type":7},"alias":{"a":1,"b":"c","c":"d"},"reglas":[{},)"
     R"({"menor":["a"]},{"fecha":"x","identificador":"y"}],"z":1},"pasos":[)"
       + step("a") + "]}",
     {"/entrada/esquema", "/entrada/alias/a", "/entrada/alias/b", "/entrada/reglas/0",
      "/entrada/reglas/1/menor", "/entrada/reglas/2", "/entrada/z"}},
    {R"({"tipo":"t","entrada":{"esquema":{"properties":{"a":{"$ref":"#/x"},"$ref":{"pattern":"("},)"
     R"("n":{"minimum":5}}},"defectos":{"n":4}},"pasos":[)"
       + step("a") + "]}",
     {"/entrada/esquema/properties/a/$ref", "/entrada/esquema/properties/$ref/pattern"}},
    {R"({"tipo":"t","entrada":{"esquema":{"required":["q"],"properties":{"n":{"minimum":5}}},)"
     R"("defectos":{"n":4}},"pasos":[)"
       + step("a") + "]}",
     {"/entrada/defectos/n"}},
  };
  for (const auto& [text, expected] : table) {
    INFO(text);
    CHECK(faults_of(text) == expected);
  }
}

TEST_CASE("a cycle is shown", "[saga]") {
  const auto plan = parse_definition(with_steps(step("a", R"("depende_de":["c"])") + "," + step("b")
                                                + "," + step("c") + "," + step("d")));
  REQUIRE_FALSE(plan);
  REQUIRE(plan.error().fields.size() == 1);
  CHECK(plan.error().fields[0].message == "a cycle: a -> c -> b -> a");
}

TEST_CASE("definitions are bounded", "[saga]") {
  CHECK(parse_definition(chain(200)));
  CHECK(faults_of(chain(201)) == pointers{"/pasos"});
  CHECK_FALSE(parse_definition(chain(1) + std::string(definition_size_max, ' ')));
  CHECK_FALSE(parse_definition(std::string(100'000, '[')));
  CHECK_FALSE(parse_definition(R"({"tipo":"t","tipo":"u","pasos":[]})"));
  CHECK_FALSE(parse_definition("{\"tipo\":\"\xFF\"}"));
  std::string wide = "{";
  for (int i = 0; i < 30'000; ++i)
    wide += "\"k" + std::to_string(i) + "\":1,";
  CHECK_FALSE(parse_definition(wide + "\"z\":1}"));
}

TEST_CASE("a definition that would be too large to be read again is refused", "[saga]") {
  std::string numbers = "1e9";
  for (int i = 0; i < 15'000; ++i)
    numbers += ",1e9"; // 1000000000.0 in what is kept
  const std::string input = "\"entrada\":[" + numbers + "]";
  CHECK(parse_definition(with_steps(step("a", input))));
  const auto plan = parse_definition(with_steps(step("a", input) + "," + step("b", input)));
  REQUIRE_FALSE(plan);
  CHECK(plan.error().message == "written without white space it is larger than 262144 bytes");
}

TEST_CASE("a pivot behind very many paths costs no more than its steps", "[saga]") {
  std::string steps = step("a0", R"("depende_de":[])") + "," + step("b0", R"("depende_de":[])");
  for (int i = 1; i < 99; ++i)
    for (const char* side : {"a", "b"}) // each layer doubles the paths: 2^98
      steps += ","
               + step(side + std::to_string(i), "\"depende_de\":[\"a" + std::to_string(i - 1)
                                                  + "\",\"b" + std::to_string(i - 1) + "\"]");
  const auto plan = parse_definition(
    with_steps(steps + "," + step("z", R"("depende_de":["a98","b98"],"pivote":true)")));
  REQUIRE(plan);
  CHECK(std::count((*plan)->behind_pivot.begin(), (*plan)->behind_pivot.end(), true) == 0);
}

TEST_CASE("an undo may look at the output of its own action", "[saga]") {
  CHECK(faults_of(with_steps(
                    step("a", R"("compensacion":{"nombre":"c","entrada":"${pasos.a.salida.id}"})")))
          .empty());
}

TEST_CASE("a definition with anything changed is sound or names its fault", "[saga]") {
  const json sound = json::parse(std::string{builtin_definitions().front()->source.text()});
  const std::vector<json> values{nullptr,
                                 0,
                                 -1,
                                 1e300,
                                 "",
                                 "${x",
                                 "${pasos.q.salida}",
                                 "30s",
                                 json::array(),
                                 json::object(),
                                 json::array({1, "a"}),
                                 true,
                                 json::object({{"$segun", 1}})};
  const auto flat = sound.flatten();
  std::vector<std::string> places;
  for (const auto& [pointer, value] : flat.items())
    places.push_back(pointer);
  const bool holds = rc::check("total", [&] {
    json changed = sound;
    auto place = json::json_pointer{*rc::gen::elementOf(places)};
    for (int up = *rc::gen::inRange(0, 3); up > 0 && !place.empty(); --up)
      place = place.parent_pointer();
    changed[place] = *rc::gen::elementOf(values);
    const auto plan = parse_definition(changed.dump());
    if (plan)
      RC_ASSERT(parse_definition((*plan)->source.text()));
    else
      RC_ASSERT(!plan.error().fields.empty());
  });
  CHECK(holds);
}
