// Sagas that wait long are rows with a due time: they leave memory and are loaded when something
// comes for them.
#include "tests/actors/engine_world.hpp"

using namespace sagas;
using std::chrono::hours;
using std::chrono::seconds;

namespace {

// Every saga that awaits an answer for 5 s leaves.
engine_config crowded() { return {.resident = 0, .rest_after = seconds{5}}; }

// One that has left while its call of "a" is awaited.
start_ptr resting_one(engine_world& world) {
  world.who->behave = [](const call&) { return std::nullopt; };
  const auto seen = world.started_one();
  CHECK(world.run->node().active_sagas == 1);
  world.pass(seconds{5});
  CHECK(world.run->node().active_sagas == 0);
  return seen;
}

} // namespace

TEST_CASE("an answer brings a resting saga back, and nothing is sent twice", "[actors][engine]") {
  engine_world world{crowded()};
  const auto seen = resting_one(world);
  world.answer_done();
  CHECK(world.who->told() == "a b");
  CHECK(world.run->node().active_sagas == 1);
  world.who->behave = [](const call&) { return engine_world::done(); };
  world.pass(seconds{5});
  world.answer_done();
  CHECK(world.who->told() == "a b c");
  CHECK(seen->end == saga_status::completed);
  CHECK(world.figures.ignored == 0);
}

TEST_CASE("a resting saga's attempt times out when it would have", "[actors][engine]") {
  engine_world world{crowded()};
  const auto seen = resting_one(world);
  world.pass(seconds{24});
  CHECK(world.rows_of(seen->id())[0].kind == std::nullopt);
  world.pass(seconds{1});
  CHECK(world.rows_of(seen->id())[0].kind == outcome_kind::unknown);
  world.pass(seconds{1});
  CHECK(world.who->told() == "a a");
}

TEST_CASE("a resting saga that is steered rests again, its time running on", "[actors][engine]") {
  engine_world world{crowded()};
  const auto seen = resting_one(world);
  world.pass(seconds{5});
  REQUIRE(world.steer(seen->id(), order(saga_command::kind::pause)));
  CHECK(world.who->told() == "a"); // it was not sent again
  world.pass(seconds{5});
  CHECK(world.run->node().active_sagas == 0);
  world.pass(seconds{15}); // 30 s since it was sent
  CHECK(world.rows_of(seen->id())[0].kind == outcome_kind::unknown);
}

TEST_CASE("answers that come together to a resting saga are all heard, in order",
          "[actors][engine]") {
  engine_world world{crowded()};
  const auto seen = resting_one(world);
  const participant::answer twice = world.who->answers.front();
  twice(engine_world::done());
  twice(engine_world::refusal());
  world.work();
  CHECK(world.who->told() == "a b");
  CHECK(world.figures.ignored == 1);
}

TEST_CASE("an answer at any moment of leaving is heard", "[actors][engine]") {
  for (std::size_t at = 0; at < 12; ++at)
    for (const std::size_t last : {0U, 1U}) {
      engine_world world{crowded()};
      world.who->behave = [](const call&) { return std::nullopt; };
      world.started_one();
      world.now += seconds{5};
      world.run->fire_timers();
      for (std::size_t i = 0; i < at && world.run->runnable() > 0; ++i)
        world.run->run_one(last ? world.run->runnable() - 1 : 0);
      const auto reply = world.who->answers.front();
      reply(engine_world::done());
      while (world.run->runnable() > 0)
        world.run->run_one(last ? world.run->runnable() - 1 : 0);
      INFO("after " << at << " messages");
      CHECK(world.who->told() == "a b");
      CHECK(world.figures.ignored == 0);
    }
}

TEST_CASE("few sagas stay in memory however long they wait", "[actors][engine]") {
  engine_world world{{.resident = 2, .rest_after = seconds{5}}};
  world.who->behave = [](const call&) { return std::nullopt; };
  world.started_one();
  world.started_one();
  world.pass(seconds{10});
  CHECK(world.run->node().active_sagas == 2);
  world.started_one();
  world.pass(seconds{5});
  CHECK(world.run->node().active_sagas == 2);
}

TEST_CASE("resting sagas leave room for others", "[actors][engine]") {
  auto settings = crowded();
  settings.sagas_max = 1;
  engine_world world{settings};
  std::vector<start_ptr> all;
  for (int i = 0; i < 5; ++i)
    all.push_back(resting_one(world));
  world.who->behave = [](const call&) { return engine_world::done(); };
  while (!world.who->answers.empty())
    world.answer_done();
  for (const auto& seen : all)
    CHECK(seen->end == saga_status::completed);
  CHECK(world.run->node().accepting);
}

TEST_CASE("a saga that rests when the process ends is recovered like any other",
          "[actors][engine]") {
  engine_world world{crowded()};
  const auto seen = resting_one(world);
  world.who->behave = [](const call&) { return engine_world::done(); };
  world.crash_and_open();
  CHECK(world.status_of(seen->id()) == saga_status::completed);
  CHECK(world.who->told() == "a a b c");
}

TEST_CASE("an answer to a saga whose actor has died waits for the one that follows",
          "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call& what) {
    return what.step().name == "b" ? std::optional<outcome>{} : engine_world::done();
  };
  const auto seen = world.start();
  while (world.who->told() != "a b")
    world.run->run_one();
  world.work();
  world.figures.throws_left = 1;
  REQUIRE(world.steer(seen->id(), order(saga_command::kind::pause)));
  REQUIRE(world.steer(seen->id(), order(saga_command::kind::resume)));
  const participant::answer twice = world.who->answers.front();
  world.answer_done(); // stored, but its actor dies when it counts it
  twice(engine_world::done());
  world.work();
  world.pass(world.settings.reload_min);
  CHECK(seen->end == saga_status::completed);
  CHECK(world.figures.ignored == 1);
}
