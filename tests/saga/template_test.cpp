#include "saga/template.hpp"

#include <map>

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "support/catch.hpp"

using namespace sagas;
using nlohmann::json;

namespace {

const saga_id id = *parse_saga_id("01890a5d-ac96-774b-bcce-b302099a8057");

struct scene {
  document input{R"({"nombre":"Verano \"25\"","presupuesto":1000.5,"n":7,"tipo":"CashBack",)"
                 R"("nulo":null,"dentro":{"lista":[1,{"x":"y"}]},"grande":9007199254740993})"};
  std::map<std::string, document, std::less<>> outputs{
    {"a", document{R"({"encontrados":3,"v":{"w":[true]}})"}}, {"b.c", document{"[5,6]"}}};
  std::string campaign = "c-1";

  std::string render(const std::string& text) const {
    const auto compiled = json_template::parse(text);
    REQUIRE(compiled);
    template_scope scope{.saga = id, .campaign_id = campaign, .input = &input, .output = {}};
    scope.output = [this](std::string_view step) {
      const auto found = outputs.find(step);
      return found == outputs.end() ? nullptr : &found->second;
    };
    return std::string{compiled->render(scope).text()};
  }
};

} // namespace

TEST_CASE("templates render to the figure", "[saga]") {
  const std::pair<const char*, const char*> table[] = {
    {R"({"a":[1,"x",null,true,1.5]})", R"({"a":[1,"x",null,true,1.5]})"},
    {R"("${entrada.nombre}")", R"("Verano \"25\"")"},
    {R"("${entrada.presupuesto}")", "1000.5"},
    {R"("${entrada.grande}")", "9007199254740993"},
    {R"("${entrada.dentro}")", R"({"lista":[1,{"x":"y"}]})"},
    {R"("${entrada.dentro.lista.1.x}")", R"("y")"},
    {R"("${entrada.nada}")", "null"},
    {R"("${entrada.nulo}")", "null"},
    {R"("${pasos.a.salida.encontrados}")", "3"},
    {R"("${pasos.a.salida}")", R"({"encontrados":3,"v":{"w":[true]}})"},
    {R"("${pasos.b.c.salida.1}")", "6"},
    {R"("${pasos.zz.salida.x}")", "null"},
    {R"("${saga.id}")", R"("01890a5d-ac96-774b-bcce-b302099a8057")"},
    {R"("${saga.campania_id}")", R"("c-1")"},
    {R"("Nueva campaña: ${entrada.nombre}")", R"("Nueva campaña: Verano \"25\"")"},
    {R"("${entrada.n}/${entrada.nada}/${entrada.nulo}/${entrada.tipo}")", R"("7///CashBack")"},
    {R"("<${entrada.dentro}>")", R"("<{\"lista\":[1,{\"x\":\"y\"}]}>")"},
    {R"("${saga.id}-${saga.campania_id}")", R"("01890a5d-ac96-774b-bcce-b302099a8057-c-1")"},
    {R"("cuesta $${entrada.n} $5")", R"("cuesta ${entrada.n} $5")"},
    {R"("$${")", R"("${")"},
    {R"({"$producto":[3,"${entrada.presupuesto}"]})", "3001.5"},
    {R"({"$producto":[2,3,"${entrada.n}"]})", "42"},
    {R"({"$producto":[2,"${entrada.nombre}"]})", "null"},
    {R"({"$producto":[9223372036854775807,2]})", "18446744073709551616"},
    {R"({"$producto":[1e308,1e308]})", "null"},
    {R"({"$cociente":["${entrada.presupuesto}",25]})", "40"},
    {R"({"$cociente":[7,2]})", "3"},
    {R"({"$cociente":[-7,2]})", "-4"},
    {R"({"$cociente":[7,-2]})", "-4"},
    {R"({"$cociente":[7,-1]})", "-7"},
    {R"({"$cociente":[-9223372036854775808,-1]})", "9223372036854775808"},
    {R"({"$cociente":[7,0]})", "null"},
    {R"({"$cociente":["${entrada.nada}",2]})", "null"},
    {R"({"$cociente":[{"$producto":["${entrada.n}",10]},{"$producto":[2,3]}]})", "11"},
    {R"({"$defecto":["${entrada.nada}","${entrada.nulo}",{"k":1},2]})", R"({"k":1})"},
    {R"({"$defecto":["${entrada.nada}"]})", "null"},
    {R"({"$segun":{"valor":"${entrada.tipo}","casos":{"CASHBACK":[1],"x":2},"otro":3}})", "[1]"},
    {R"({"$segun":{"valor":"${entrada.n}","casos":{"7":"siete"}}})", R"("siete")"},
    {R"({"$segun":{"valor":"VACÍO","casos":{"vacío":1}}})", "1"},
    {R"({"$segun":{"valor":"${entrada.nada}","casos":{"x":1},"otro":"${entrada.n}"}})", "7"},
    {R"({"$segun":{"valor":"q","casos":{"x":1}}})", "null"},
    {R"({"$otro":1,"b":2})", R"({"$otro":1,"b":2})"},
    {R"({"z":1,"a":{}})", R"({"z":1,"a":{}})"},
  };
  for (const auto& [text, expected] : table) {
    INFO(text);
    CHECK(scene{}.render(text) == expected);
  }
  CHECK(json_template{}.render({}).text() == "{}");
}

TEST_CASE("faults of templates are all named", "[saga]") {
  const std::pair<const char*, std::vector<std::string>> table[] = {
    {R"({"a":"${entrda.x}","b":["${pasos.a}","${entrada..x}"]})", {"/a", "/b/0", "/b/1"}},
    {R"("${entrada.x")", {""}},
    {R"({"a":{"$nada":1}})", {"/a/$nada"}},
    {R"({"$producto":[],"b":1})", {"/$producto"}},
    {R"({"$producto":[]})", {"/$producto"}},
    {R"({"$producto":[true]})", {"/$producto/0"}},
    {R"({"$cociente":[1]})", {"/$cociente"}},
    {R"({"$segun":{"caso":{}}})", {"/$segun/valor", "/$segun/casos", "/$segun/caso"}},
    {R"({"$segun":{"valor":1,"casos":{"a":1,"A":2}}})", {"/$segun/casos/A"}},
    {R"({"${entrada.x}":1})", {"/${entrada.x}"}},
    {R"({"${entrada.x}":1,"b/~":"${z}"})", {"/${entrada.x}", "/b~1~0"}},
    {R"("${saga.nombre}")", {""}},
    {R"("${entradas}")", {""}},
    {R"("${pasos.a.salidas}")", {""}},
  };
  for (const auto& [text, pointers] : table) {
    INFO(text);
    const auto compiled = json_template::parse(text);
    REQUIRE_FALSE(compiled);
    CHECK(compiled.error().code == errc::invalid_input);
    std::vector<std::string> found;
    for (const field_error& fault : compiled.error().fields)
      found.push_back(fault.pointer);
    CHECK(found == pointers);
  }
  CHECK_FALSE(json_template::parse("{"));
  CHECK_FALSE(json_template::parse(R"({"a":1,"a":2})"));
  CHECK_FALSE(json_template::parse("{\"a\":\"\xFF\"}"));
  CHECK_FALSE(json_template::parse(std::string(65, '[') + std::string(65, ']')));
  CHECK(json_template::parse(std::string(64, '[') + std::string(64, ']')));
}

TEST_CASE("a template tells which steps it refers to", "[saga]") {
  const auto compiled = json_template::parse(
    R"({"a":"${pasos.x.salida.k}","b":{"$defecto":["${pasos.y.z.salida}","${pasos.x.salida}"]}})");
  REQUIRE(compiled);
  CHECK(compiled->steps() == std::set<std::string>{"x", "y.z"});
}

TEST_CASE("outputs that double at every step stay bounded", "[saga]") {
  scene what;
  what.outputs["a"] = document{"\"" + std::string(600'000, 'x') + "\""};
  const auto rendered = json::parse(what.render(R"(["${pasos.a.salida}","${pasos.a.salida}"])"));
  CHECK(rendered[0].is_string());
  CHECK(rendered[1].is_null());
}

TEST_CASE("rendering gives valid JSON whatever the documents are", "[saga]") {
  const std::vector<std::string> atoms{
    R"("${entrada.a}")",
    R"("x${entrada.a}y")",
    R"("${entrada}")",
    R"("${pasos.s.salida.b.0}")",
    R"("<${pasos.s.salida}>")",
    R"("${saga.campania_id}")",
    R"("<${saga.campania_id}>")",
    R"({"$producto":["${entrada.a}",0.3]})",
    R"({"$cociente":["${entrada.a}","${entrada.b}"]})",
    R"({"$segun":{"valor":"${entrada.a}","casos":{"x":"${entrada.b}"},"otro":[]}})",
    R"({"$defecto":["${entrada.a}","${pasos.s.salida}",1]})",
    "1e-3",
    "\"\\u0000\"",
    "null"};
  const std::vector<std::string> values{"null",
                                        "0",
                                        "-1",
                                        "1e300",
                                        "3.25",
                                        R"("x")",
                                        R"("a\"\\\u00e1")",
                                        R"({"a":[{"b":1}]})",
                                        "[[],{}]",
                                        "{broken",
                                        "\"\xFF\"",
                                        "",
                                        "1e999",
                                        "tru",
                                        R"({"a":"x","b":0})",
                                        "\"\\ud800\""};
  const bool holds = rc::check("valid", [&] {
    const auto picked = *rc::gen::nonEmpty(
      rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(atoms)));
    std::string text = "{";
    for (std::size_t i = 0; i < picked.size(); ++i)
      text += (i ? ",\"k" : "\"k") + std::to_string(i) + "\":" + picked[i];
    scene what;
    const auto a = *rc::gen::elementOf(values);
    const auto b = *rc::gen::elementOf(values);
    what.input = document{*rc::gen::element(std::string{"{\"a\":" + a + ",\"b\":" + b + "}"}, a)};
    what.outputs["s"] = document{*rc::gen::element(std::string{"{\"b\":[" + b + "]}"}, b)};
    what.campaign = *rc::gen::arbitrary<std::string>();
    const std::string rendered = what.render(text + "}");
    RC_ASSERT(json::accept(rendered));
    RC_ASSERT(json::parse(rendered).size() == picked.size());
  });
  CHECK(holds);
}
