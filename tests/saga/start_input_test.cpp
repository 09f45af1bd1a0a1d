#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "saga/builtin.hpp"
#include "saga/definition_json.hpp"
#include "support/catch.hpp"

using namespace sagas;
using nlohmann::json;

namespace {

using pointers = std::vector<std::string>;

definition_ptr campaign() {
  for (const definition_ptr& plan : builtin_definitions())
    if (plan->type == "lanzar_campania_completa")
      return plan;
  return nullptr;
}

definition_ptr with_input(const std::string& rules) {
  const auto plan = parse_definition(R"({"tipo":"t","entrada":)" + rules
                                     + R"(,"pasos":[{"nombre":"a","microservicio":"s"}]})");
  REQUIRE(plan);
  return *plan;
}

pointers faults_of(const definition& plan, const std::string& input) {
  const auto prepared = prepare_input(plan, input);
  if (prepared)
    return {};
  CHECK(prepared.error().code == errc::invalid_input);
  pointers found;
  for (const field_error& fault : prepared.error().fields)
    found.push_back(fault.pointer);
  return found;
}

} // namespace

TEST_CASE("a start gets its aliases and defaults", "[saga]") {
  const auto prepared = prepare_input(
    *campaign(), R"({"campania_nombre":"Verano","id":"c-1","presupuesto":null,"extra":[1]})");
  REQUIRE(prepared);
  CHECK(json::parse(prepared->text())
        == json({{"nombre", "Verano"},
                 {"campania_id", "c-1"},
                 {"presupuesto", 1000},
                 {"moneda", "USD"},
                 {"segmento_audiencia", "general"},
                 {"canal_publicidad", "online"},
                 {"extra", {1}}}));
}

TEST_CASE("every wrong field of a start is named", "[saga]") {
  const std::pair<std::string, pointers> table[] = {
    {R"({"nombre":"x"})", {}},
    {R"({"nombre":"x","objetivo":null,"tipo":null,"descripcion":null,"fecha_fin":null})", {}},
    {"{}", {"/nombre"}},
    {R"({"nombre":""})", {"/nombre"}},
    {R"({"nombre":7,"moneda":"DOLAR","presupuesto":0})", {"/moneda", "/nombre", "/presupuesto"}},
    {R"({"nombre":"x","presupuesto":-5})", {"/presupuesto"}},
    {R"({"nombre":"x","presupuesto_total":-5})", {"/presupuesto"}},
    {R"({"nombre":"x","presupuesto":"1000"})", {"/presupuesto"}},
    {R"({"nombre":"x","nombre_":1,"campania_nombre":"y"})", {"/campania_nombre"}},
    {R"({"nombre":"x","campania_nombre":"x"})", {}},
    {R"({"nombre":"x","campania_id":")" + std::string(37, 'a') + "\"}", {"/campania_id"}},
    {R"({"nombre":"x","campania_id":")" + std::string(36, 'a') + "\"}", {}},
    {R"({"nombre":"x","campania_id":"a b"})", {"/campania_id"}},
    {R"({"nombre":"x","fecha_inicio":"2026-02-01","fecha_fin":"2026-02-01"})", {"/fecha_fin"}},
    {R"({"nombre":"x","fecha_inicio":"2026-02-02","fecha_fin":"2026-02-01T23:59:59Z"})",
     {"/fecha_fin"}},
    {R"({"nombre":"x","fecha_inicio":"2026-02-01","fecha_fin":"2026-02-01T00:00:01Z"})", {}},
    {R"({"nombre":"x","fecha_inicio":"pronto","fecha_fin":"2026-02-01"})", {"/fecha_inicio"}},
    {R"({"nombre":"x","fecha_inicio":5,"fecha_fin":"2026-02-30"})",
     {"/fecha_inicio", "/fecha_fin"}},
    {"[]", {""}},
    {"7", {""}},
  };
  for (const auto& [input, expected] : table) {
    INFO(input);
    CHECK(faults_of(*campaign(), input) == expected);
  }
  CHECK_FALSE(prepare_input(*campaign(), "{"));
  CHECK_FALSE(prepare_input(*campaign(), std::string(100'000, '[')));
  CHECK_FALSE(prepare_input(*campaign(), "{\"nombre\":\"\xFF\"}"));
}

TEST_CASE("numbers and dates are compared, other things are not", "[saga]") {
  const auto plan = with_input(R"({"reglas":[{"menor":["a","b"],"mensaje":"no"}]})");
  CHECK(faults_of(*plan, R"({"a":1,"b":1.5})").empty());
  CHECK(faults_of(*plan, R"({"a":2,"b":2})") == pointers{"/b"});
  CHECK(prepare_input(*plan, R"({"a":2,"b":2})").error().fields[0].message == "no");
  CHECK(faults_of(*plan, R"({"a":1})").empty());
  CHECK(faults_of(*plan, R"({"a":1,"b":"2026-01-01"})") == pointers{"/a"});
  CHECK(faults_of(*plan, R"({"a":"x","b":[]})") == pointers{"/a", "/b"});
}

TEST_CASE("nested faults have nested pointers", "[saga]") {
  const auto plan = with_input(
    R"({"esquema":{"properties":{"l":{"type":"array","items":{"required":["k/x"],)"
    R"("properties":{"n":{"type":"integer"}}}},"e":{"enum":["a"]},"f":{"format":"date"},)"
    R"("p":{"pattern":"^a+$"}},"additionalProperties":false}})");
  CHECK(faults_of(*plan, R"({"l":[{"k/x":1,"n":1},{"n":"z"}]})")
        == pointers{"/l/1/n", "/l/1/k~1x"});
  CHECK(faults_of(*plan, R"({"e":"b"})") == pointers{"/e"});
  CHECK(faults_of(*plan, R"({"f":5,"p":"aaa"})").empty());
  CHECK(faults_of(*plan, R"({"p":"b"})") == pointers{"/p"});
  CHECK_FALSE(faults_of(*plan, R"({"otro":1})").empty());
}

TEST_CASE("what would be dear to check is refused first", "[saga]") {
  const auto pattern = with_input(R"({"esquema":{"properties":{"p":{"pattern":"(a|b)*c"}}}})");
  CHECK(faults_of(*pattern, R"({"p":")" + std::string(1'000'000, 'a') + "\"}") == pointers{"/p"});
  const auto unique = with_input(R"({"esquema":{"properties":{"u":{"uniqueItems":true}}}})");
  std::string many = "{\"u\":[0";
  for (int i = 1; i < 100'000; ++i)
    many += "," + std::to_string(i);
  CHECK(faults_of(*unique, many + "]}") == pointers{"/u"});
  CHECK_FALSE(faults_of(*unique, R"({"u":[1,1]})").empty());
}

TEST_CASE("a pattern costs linear time, and checks only what it is for", "[saga]") {
  const std::string thousand(1'000, 'a');
  for (const char* text : {"(a*)*b", "(a|a)*b", "^(a|aa)+b", "a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?b"}) {
    const auto plan = with_input(R"({"esquema":{"properties":{"p":{"pattern":")" + std::string{text}
                                 + R"("}},"propertyNames":{"pattern":"^[^b]*$"}}})");
    CHECK(faults_of(*plan, R"({"p":")" + thousand + R"(","otro":")" + thousand + thousand + "\"}")
          == pointers{"/p"});
    CHECK(faults_of(*plan, R"({"p":")" + thousand.substr(1) + "b\"}").empty());
    CHECK(faults_of(*plan, "{\"" + thousand + "a\":1}") == pointers{""});
  }
  const auto letters = with_input(R"({"esquema":{"properties":{"p":{"pattern":"^.{2}$"}}}})");
  CHECK(faults_of(*letters, R"({"p":"ñ€"})").empty());
}

TEST_CASE("a pattern that cannot be had in linear time is refused", "[saga]") {
  const auto fault_of = [](const std::string& pattern) {
    const auto plan = parse_definition(
      R"({"tipo":"t","entrada":{"esquema":{"properties":{"p":{"pattern":")" + pattern
      + R"("}}}},"pasos":[{"nombre":"a","microservicio":"s"}]})");
    return plan ? std::string{} : plan.error().fields.at(0).message;
  };
  CHECK(fault_of(R"((a)\\1)").starts_with("not a regular expression as RE2 has them"));
  CHECK(fault_of("((a{100}){100}){100}").starts_with("not a regular expression as RE2 has them"));
  CHECK(fault_of("(").starts_with("not a regular expression as RE2 has them"));
  CHECK(fault_of(std::string(50'000, '(') + std::string(50'000, ')')) == "longer than 1000 bytes");
  CHECK(fault_of(std::string(200'000, 'a')) == "longer than 1000 bytes");
  CHECK(fault_of("a").empty());
}

TEST_CASE("a schema has only so many patterns", "[saga]") {
  const auto with_patterns = [](int count) {
    std::string items = R"({"pattern":"a"})";
    for (int i = 1; i < count; ++i)
      items += R"(,{"pattern":"a"})";
    return parse_definition(R"({"tipo":"t","entrada":{"esquema":{"properties":{"p":{"items":[)"
                            + items + R"(]}}}},"pasos":[{"nombre":"a","microservicio":"s"}]})");
  };
  CHECK(with_patterns(100));
  const auto more = with_patterns(101);
  REQUIRE_FALSE(more);
  CHECK(more.error().fields.at(0).message.ends_with("more than 100 patterns"));
}

TEST_CASE("a definition without entrada takes any object", "[saga]") {
  const auto plan = parse_definition(
    R"({"tipo":"t","pasos":[{"nombre":"a","microservicio":"s"}]})");
  REQUIRE(plan);
  CHECK(prepare_input(**plan, R"({"x": 1})")->text() == R"({"x":1})");
  CHECK_FALSE(prepare_input(**plan, "1"));
}

TEST_CASE("a schema of any keywords never throws", "[saga]") {
  const std::vector<std::string> values{"true",
                                        "0",
                                        "-1",
                                        "1.5",
                                        "\"x\"",
                                        "\"date\"",
                                        "[]",
                                        "{}",
                                        R"(["a"])",
                                        R"({"type":"object"})",
                                        R"([{"type":"string"},{}])",
                                        R"({"a":{"minimum":3}})",
                                        "\"[\"",
                                        "null",
                                        R"(["null","integer"])"};
  const std::vector<std::string> keywords{"type",
                                          "properties",
                                          "required",
                                          "items",
                                          "additionalItems",
                                          "enum",
                                          "const",
                                          "pattern",
                                          "patternProperties",
                                          "additionalProperties",
                                          "minimum",
                                          "exclusiveMinimum",
                                          "maxLength",
                                          "multipleOf",
                                          "uniqueItems",
                                          "contains",
                                          "dependencies",
                                          "propertyNames",
                                          "anyOf",
                                          "oneOf",
                                          "allOf",
                                          "not",
                                          "if",
                                          "then",
                                          "else",
                                          "format",
                                          "$ref",
                                          "$id",
                                          "id",
                                          "definitions",
                                          "extends"};
  const bool holds = rc::check("total", [&] {
    std::string schema = "{";
    for (int i = *rc::gen::inRange(1, 6); i > 0; --i)
      schema += "\"" + *rc::gen::elementOf(keywords) + "\":" + *rc::gen::elementOf(values)
                + (i > 1 ? "," : "");
    const auto plan = parse_definition(R"({"tipo":"t","entrada":{"esquema":)" + schema
                                       + R"(}},"pasos":[{"nombre":"a","microservicio":"s"}]})");
    if (plan)
      for (const std::string& value : values)
        (void)prepare_input(**plan, R"({"a":)" + value + R"(,"b":"x"})");
  });
  CHECK(holds);
}
