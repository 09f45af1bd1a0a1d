#include "saga/builder.hpp"

#include "saga/definition_json.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace std::chrono_literals;

TEST_CASE("a built definition is the one that its JSON gives", "[saga]") {
  const retry_policy policy{.first_delay = 100ms, .attempts = 9, .final_failures = {"x"}};
  const auto built = definition_builder("viaje")
                       .version(2)
                       .description("d")
                       .deadline(10min)
                       .start_rules(R"({"defectos":{"n":1}})")
                       .step("vuelo", "aire")
                       .description("dv")
                       .input(R"({"x":"${entrada.n}"})")
                       .compensation("no_vuelo")
                       .compensation_input(R"("${pasos.vuelo.salida}")")
                       .compensation_retry(policy)
                       .compensation_timeout(2s)
                       .step("hotel", "camas")
                       .depends_on({})
                       .optional()
                       .step("pago", "dinero")
                       .depends_on({"vuelo", "hotel"})
                       .pivot()
                       .retry(policy)
                       .timeout(5s)
                       .build();
  REQUIRE(built);
  const definition& what = **built;
  CHECK(what.version == 2);
  CHECK(what.description == "d");
  CHECK(what.deadline == 10min);
  CHECK(prepare_input(what, "{}")->text() == R"({"n":1})");
  CHECK(what.steps[0].description == "dv");
  CHECK(what.steps[0].compensation == "no_vuelo");
  CHECK(what.steps[0].compensation_retry == policy);
  CHECK(what.steps[0].compensation_timeout == 2s);
  CHECK(what.steps[1].optional);
  CHECK(what.steps[2].depends_on == std::vector<std::size_t>{0, 1});
  CHECK(what.steps[2].retry == policy);
  CHECK(what.steps[2].timeout == 5s);
  const auto read = parse_definition(what.source.text());
  REQUIRE(read);
  CHECK((*read)->source == what.source);
}

TEST_CASE("a builder names faults like JSON", "[saga]") {
  const auto pointers = [](const result<definition_ptr>& built) {
    REQUIRE_FALSE(built);
    std::vector<std::string> found;
    for (const field_error& fault : built.error().fields)
      found.push_back(fault.pointer);
    return found;
  };
  using list = std::vector<std::string>;
  CHECK(pointers(definition_builder("t").build()) == list{"/pasos"});
  CHECK(pointers(definition_builder("t").pivot().build()) == list{"/pasos"});
  CHECK(pointers(definition_builder("t").step("a", "s").input("{").build())
        == list{"/pasos/0/entrada"});
  CHECK(pointers(definition_builder("t").step("a", "s").timeout(-1s).build())
        == list{"/pasos/0/tiempo_maximo"});
  CHECK(pointers(definition_builder("t").step("\xFF", "s").compensation_timeout(1s).build())
        == list{"/pasos/0/nombre", "/pasos/0/compensacion/nombre"});
}
