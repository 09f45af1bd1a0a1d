// Child sagas on the real engine: whatever happens, parent and child end as one.
#include "saga/builder.hpp"
#include "support/catch.hpp"
#include "testkit/crash.hpp"
#include "testkit/world.hpp"

using namespace sagas;
using namespace std::chrono_literals;
using testkit::world;
using steps = std::vector<std::string>;

namespace {

definition_ptr built(const definition_builder& from) {
  const auto plan = from.build();
  INFO((plan ? "" : plan.error().message));
  REQUIRE(plan);
  return *plan;
}

const retry_policy brief{.first_delay = 1s, .jitter = 0, .attempts = 2};

definition_ptr parent(const char* child = R"({"tipo": "cobro"})") {
  return built(definition_builder("pedido")
                 .step("reservar", "uno")
                 .compensation("liberar")
                 .child("cobrar", child)
                 .input(R"({"importe": 7})")
                 .step("avisar", "uno")
                 .input(R"({"recibo": "${pasos.cobrar.salida.salidas.pagar.recibo}"})")
                 .retry(brief));
}

definition_ptr payment() {
  return built(definition_builder("cobro")
                 .step("retener", "dos")
                 .compensation("soltar")
                 .compensation_retry(brief)
                 .step("pagar", "dos")
                 .compensation("devolver")
                 .retry(brief));
}

saga_command cancellation() {
  saga_command made;
  made.what = saga_command::kind::cancel;
  made.who = {"ana", "no"};
  return made;
}

void whole_family(world& of) { of.know(payment()); }

} // namespace

TEST_CASE("a child runs as a step of its parent, which goes on with what it answers",
          "[testkit][child]") {
  world around{parent()};
  whole_family(around);
  around.action("pagar", {testkit::done(R"({"recibo": "r-1"})").after(25s)});
  const auto order = around.start();
  CHECK(around.run_to_end());
  CHECK(order.status() == saga_status::completed);
  CHECK(around.elapsed() < 26s); // it heard of the end, and did not ask for it
  const auto child = around.child(order, "cobrar");
  CHECK(child.status() == saga_status::completed);
  CHECK(child.in_force() == steps{"retener", "pagar"});
  CHECK(order.in_force() == steps{"reservar", "avisar"});
}

TEST_CASE("a child that fails makes its parent turn back", "[testkit][child]") {
  world around{parent()};
  whole_family(around);
  around.action("pagar", {testkit::refused("sin saldo")});
  const auto order = around.start();
  CHECK(around.run_to_end());
  CHECK(order.status() == saga_status::compensated);
  CHECK(order.in_force().empty());
  CHECK(around.child(order, "cobrar").status() == saga_status::compensated);
}

TEST_CASE("a child without a definition, or with a wrong entrada, fails its step",
          "[testkit][child]") {
  world unknown{parent()};
  const auto first = unknown.start();
  CHECK(unknown.run_to_end());
  CHECK(first.status() == saga_status::compensated);

  world refused{parent()};
  refused.know(
    built(definition_builder("cobro")
            .start_rules(R"({"esquema": {"properties": {"importe": {"type": "string"}}}})")
            .step("pagar", "dos")));
  const auto second = refused.start();
  CHECK(refused.run_to_end());
  CHECK(second.status() == saga_status::compensated);
}

TEST_CASE("a parent that is cancelled has its child cancelled", "[testkit][child]") {
  world around{parent()};
  whole_family(around);
  around.action("pagar", {testkit::done().after(20s)});
  const auto order = around.start();
  around.pass(5s);
  const auto child = around.child(order, "cobrar");
  CHECK(child.status() == saga_status::running);
  CHECK(around.command(order, cancellation()));
  CHECK(around.run_to_end());
  CHECK(order.status() == saga_status::cancelled);
  CHECK(child.status() == saga_status::cancelled);
  CHECK(child.in_force().empty());
}

TEST_CASE("a child that had ended well is undone with its parent", "[testkit][child]") {
  world around{parent()};
  whole_family(around);
  around.action("avisar", {testkit::refused("nadie")});
  const auto order = around.start();
  CHECK(around.run_to_end());
  CHECK(order.status() == saga_status::compensated);
  const auto child = around.child(order, "cobrar");
  CHECK(child.status() == saga_status::completed); // it never changes: another saga undoes it
  CHECK(child.in_force().empty());
}

TEST_CASE("a child that is left alone goes on without its parent", "[testkit][child]") {
  world around{parent(R"({"tipo": "cobro", "al_retroceder": "dejar"})")};
  whole_family(around);
  around.action("pagar", {testkit::done().after(20s)});
  const auto order = around.start();
  around.pass(5s);
  const auto child = around.child(order, "cobrar");
  CHECK(around.command(order, cancellation()));
  CHECK(around.run_to_end());
  CHECK(order.status() == saga_status::cancelled);
  CHECK(child.status() == saga_status::completed);
  CHECK(child.in_force() == steps{"retener", "pagar"});
}

TEST_CASE("a parent waits for a person when its child stays in force", "[testkit][child]") {
  world around{parent()};
  whole_family(around);
  around.action("pagar", {testkit::refused("sin saldo")});
  around.undo("retener", {testkit::refused("imposible")});
  const auto order = around.start();
  CHECK_FALSE(around.run_to_end());
  const auto child = around.child(order, "cobrar");
  CHECK(child.status() == saga_status::parked);
  CHECK(order.status() == saga_status::running); // it waits for its child's end
  saga_command skip;
  skip.what = saga_command::kind::decide;
  skip.step = "retener";
  skip.decided = decision::skip;
  skip.who = {"ana", "se queda"};
  CHECK(around.command(child, skip));
  CHECK_FALSE(around.run_to_end());
  CHECK(child.status() == saga_status::failed);
  CHECK(order.status() == saga_status::parked);
  skip.step = "cobrar";
  CHECK(around.command(order, skip));
  CHECK(around.run_to_end());
  CHECK(order.status() == saga_status::failed);
  CHECK(child.in_force() == steps{"retener"});
}

TEST_CASE("a type that begins itself ends at the depth that is allowed", "[testkit][child]") {
  world around{built(definition_builder("pozo").child("abajo", R"({"tipo": "pozo"})").input("{}"))};
  const auto first = around.start();
  CHECK(around.run_to_end());
  CHECK(first.status() == saga_status::failed); // nothing had an effect
}

TEST_CASE("whenever the process ends, a family completes", "[testkit][child][crash]") {
  const auto tried = testkit::crash_everywhere(
    parent(),
    [](world& around) {
      whole_family(around);
      around.start();
    },
    [](world& around, const std::string& where) {
      INFO(where);
      const auto order = around.runs().front();
      CHECK(order.status() == saga_status::completed);
      const auto child = around.child(order, "cobrar");
      CHECK(child.status() == saga_status::completed);
      CHECK(child.in_force() == steps{"retener", "pagar"});
    });
  CHECK(tried > 10);
}

TEST_CASE("whenever the process ends, a family is undone", "[testkit][child][crash]") {
  const char* const refuses = GENERATE("pagar", "avisar");
  const auto tried = testkit::crash_everywhere(
    parent(),
    [&](world& around) {
      whole_family(around);
      around.action(refuses, {testkit::refused("no")});
      around.start();
    },
    [&](world& around, const std::string& where) {
      INFO(where);
      const auto order = around.runs().front();
      CHECK(order.status() == saga_status::compensated);
      CHECK(order.in_force().empty());
      const auto child = around.child(order, "cobrar");
      CHECK(child.status()
            == (std::string_view{refuses} == "pagar" ? saga_status::compensated
                                                     : saga_status::completed));
      CHECK(child.in_force().empty());
    });
  CHECK(tried > 10);
}
