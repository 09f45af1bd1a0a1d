// Sagas that wait for a signal or for a time are rows, nothing more, until it comes.
#include "saga/builder.hpp"
#include "tests/actors/engine_world.hpp"

using namespace sagas;
using std::chrono::hours;

namespace {

saga_command signal(std::string content) {
  return {saga_command::kind::signal, "aprobada", {}, document{std::move(content)}, {}};
}

// Started, and at its wait for "aprobada", which lapses after two days.
start_ptr waiting_one(engine_world& world) {
  const auto plan = definition_builder("visto")
                      .step("a", "s")
                      .wait("espera", R"({"senal":"aprobada","plazo":"2d"})")
                      .step("b", "s")
                      .build();
  REQUIRE(plan);
  world.definitions.add(*plan);
  const auto seen = world.started_one("visto");
  CHECK(world.who->told() == "a");
  return seen;
}

} // namespace

TEST_CASE("a saga that waits for a signal is not in memory, and goes on when it comes",
          "[actors][engine]") {
  engine_world world;
  const auto seen = waiting_one(world);
  CHECK(world.run->node().active_sagas == 0);
  REQUIRE(world.steer(seen->id(), signal(R"({"por":"ana"})")));
  CHECK(world.who->told() == "a b");
  CHECK(seen->end == saga_status::completed);
  CHECK(world.rows_of(seen->id())[1].output.text() == R"({"por":"ana"})");
}

TEST_CASE("a signal may be repeated, after the saga's end too", "[actors][engine]") {
  engine_world world;
  const auto seen = waiting_one(world);
  world.who->behave = [](const call&) { return std::nullopt; };
  REQUIRE(world.steer(seen->id(), signal(R"({"n":1})")));
  CHECK(*world.steer(seen->id(), signal(R"({"n":1})")) == saga_status::running);
  CHECK(world.steer(seen->id(), signal(R"({"n":2})")).error().code == errc::conflict);
  world.answer_done();
  REQUIRE(seen->end == saga_status::completed);
  CHECK(*world.steer(seen->id(), signal(R"({"n":1})")) == saga_status::completed);
  CHECK(world.steer(seen->id(), signal(R"({"n":2})")).error().code == errc::conflict);
}

TEST_CASE("waits survive a crash: the signal that came early, and the time that runs",
          "[actors][engine]") {
  engine_world world;
  SECTION("early") {
    world.who->behave = [](const call&) { return std::nullopt; };
    const auto seen = waiting_one(world);
    REQUIRE(world.steer(seen->id(), signal("{}")));
    world.who->behave = [](const call&) { return engine_world::done(); };
    world.crash_and_open();
    CHECK(world.who->told() == "a a b");
    CHECK(world.status_of(seen->id()) == saga_status::completed);
  }
  SECTION("time") {
    const auto seen = waiting_one(world);
    world.pass(hours{40});
    world.crash_and_open();
    CHECK(world.run->node().active_sagas == 0);
    world.pass(hours{7});
    CHECK(world.status_of(seen->id()) == saga_status::running);
    world.pass(hours{1});
    CHECK(world.status_of(seen->id()) == saga_status::failed); // nothing to undo
  }
}
