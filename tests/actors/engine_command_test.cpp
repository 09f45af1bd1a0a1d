// Steering sagas, in memory or not.
#include "tests/actors/engine_world.hpp"

using namespace sagas;
using kind = saga_command::kind;

namespace {

// Fails every undo of "a", so that a saga which turns back parks there.
void park_at_a(engine_world& world) {
  world.who->behave = [](const call& what) {
    const bool undo = what.request.op == operation::compensation;
    if (what.step().name == "b" && !undo)
      return engine_world::refusal();
    return undo ? engine_world::breakdown() : engine_world::done();
  };
}

start_ptr parked_one(engine_world& world) {
  park_at_a(world);
  const auto seen = world.started_one();
  world.pass(milliseconds{1'000}); // its last attempt
  REQUIRE(world.status_of(seen->id()) == saga_status::parked);
  return seen;
}

} // namespace

TEST_CASE("a paused saga sends nothing until it is resumed", "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call&) { return std::nullopt; };
  const auto seen = world.started_one();
  const auto paused = world.steer(seen->id(), order(kind::pause));
  REQUIRE(paused);
  CHECK(*paused == saga_status::paused);
  world.answer_done();
  CHECK(world.who->told() == "a");
  CHECK(world.run->node().active_sagas == 0); // it rests
  world.who->behave = [](const call&) { return engine_world::done(); };
  const auto resumed = world.steer(seen->id(), order(kind::resume));
  REQUIRE(resumed);
  CHECK(*resumed == saga_status::running);
  CHECK(seen->end == saga_status::completed);
}

TEST_CASE("a parked saga is not in memory, and a decision brings it back", "[actors][engine]") {
  engine_world world;
  const auto seen = parked_one(world);
  CHECK(world.figures.parked == 1);
  CHECK(world.run->node().active_sagas == 0);
  SECTION("retry") {
    world.who->behave = [](const call&) { return engine_world::done(); };
    REQUIRE(world.steer(seen->id(), decide_on("a", decision::retry)));
    CHECK(seen->end == saga_status::compensated);
  }
  SECTION("complete") {
    REQUIRE(world.steer(seen->id(), decide_on("a", decision::complete)));
    CHECK(seen->end == saga_status::compensated);
  }
  SECTION("skip") {
    REQUIRE(world.steer(seen->id(), decide_on("a", decision::skip)));
    CHECK(seen->end == saga_status::failed);
  }
}

TEST_CASE("what a state forbids is a conflict, in memory or not", "[actors][engine]") {
  engine_world world;
  const auto seen = parked_one(world);
  const auto refused = world.steer(seen->id(), decide_on("b", decision::retry));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::conflict);
  CHECK(world.run->node().active_sagas == 0); // it went back to rest
  const auto no_step = world.steer(seen->id(), decide_on("zz", decision::retry));
  REQUIRE_FALSE(no_step);
  CHECK(no_step.error().code == errc::not_found);
}

TEST_CASE("a saga that has ended can't be steered, and an unknown one not found",
          "[actors][engine]") {
  engine_world world;
  const auto seen = world.started_one();
  for (const kind what : {kind::cancel, kind::pause, kind::resume}) {
    const auto refused = world.steer(seen->id(), order(what));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::conflict);
  }
  const auto nothing_there = world.steer(first_id_at(world.now), order(kind::cancel));
  REQUIRE_FALSE(nothing_there);
  CHECK(nothing_there.error().code == errc::not_found);
  CHECK(world.run->node().active_sagas == 0);
}

TEST_CASE("a command that comes while the last commit runs is answered", "[actors][engine]") {
  // At every point of a saga's life, whatever the order in which actors run: exactly one answer.
  for (std::size_t at = 0; at < 40; ++at)
    for (const std::size_t last : {0U, 1U}) {
      engine_world world;
      const auto seen = world.start();
      const auto step = [&] {
        if (world.run->runnable() > 0)
          world.run->run_one(last ? world.run->runnable() - 1 : 0);
      };
      while (!seen->answer)
        step();
      for (std::size_t i = 0; i < at; ++i)
        step();
      const auto told = world.command(seen->id(), order(kind::cancel));
      while (world.run->runnable() > 0)
        step();
      world.work();
      INFO("at " << at);
      REQUIRE(*told);
      if (**told)
        CHECK(seen->end == saga_status::cancelled);
      else {
        CHECK((*told)->error().code == errc::conflict);
        CHECK(seen->end == saga_status::completed);
      }
      CHECK(world.run->node().active_sagas == 0);
    }
}

TEST_CASE("a resting saga misses no command, whenever it comes", "[actors][engine]") {
  for (std::size_t at = 0; at < 30; ++at) {
    engine_world world;
    const auto seen = parked_one(world);
    world.who->behave = [](const call&) { return engine_world::done(); };
    const auto refused = world.command(seen->id(), order(kind::resume)); // loads it in vain
    for (std::size_t i = 0; i < at && world.run->runnable() > 0; ++i)
      world.run->run_one();
    const auto told = world.command(seen->id(), decide_on("a", decision::retry));
    world.work();
    INFO("at " << at);
    REQUIRE(*refused);
    CHECK((*refused)->error().code == errc::conflict);
    REQUIRE(*told);
    CHECK(**told);
    CHECK(seen->end == saga_status::compensated);
    CHECK(world.run->node().active_sagas == 0);
  }
}

TEST_CASE("a late answer wakes no resting saga, and breaks none", "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call& what) {
    return what.step().name == "b" ? std::optional<outcome>{} : engine_world::done();
  };
  const auto seen = world.started_one();
  REQUIRE(world.steer(seen->id(), order(kind::pause)));
  world.pass(std::chrono::seconds{31}); // b's attempt is lost
  CHECK(world.run->node().active_sagas == 0);
  world.answer_done();
  CHECK(world.status_of(seen->id()) == saga_status::paused);
}
