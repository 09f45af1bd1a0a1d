// Answers that come late, twice or never; time-outs, retries and rest, on a clock in our hand.
#include "tests/actors/engine_world.hpp"

using namespace sagas;
using std::chrono::hours;
using std::chrono::seconds;

TEST_CASE("an attempt without an answer times out and is tried again", "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call&) { return std::nullopt; };
  const auto seen = world.started_one();
  world.pass(seconds{29});
  CHECK(world.who->told() == "a");
  world.pass(seconds{1});
  CHECK(world.rows_of(seen->id())[0].kind == outcome_kind::unknown);
  world.pass(seconds{1}); // the policy's first delay
  CHECK(world.who->told() == "a a");
  CHECK(world.who->calls[0].request.attempt == 1);
  CHECK(world.who->calls[1].request.attempt == 2);
  CHECK(idempotency_key(world.who->calls[0]) == idempotency_key(world.who->calls[1]));
}

TEST_CASE("a call tells its deadline, its epoch and its saga", "[actors][engine]") {
  engine_world world;
  const auto seen = world.started_one();
  const call& first = world.who->calls.front();
  CHECK(first.saga == seen->id());
  CHECK(first.epoch == world.run->node().epoch);
  CHECK(first.deadline == world.now + seconds{30});
}

TEST_CASE("an answer that comes after its attempt was given up changes nothing",
          "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call&) { return std::nullopt; };
  const auto seen = world.started_one();
  world.pass(seconds{30}); // a's first attempt is lost
  world.pass(seconds{1});  // its second is on its way
  REQUIRE(world.who->told() == "a a");
  world.answer(engine_world::refusal());
  CHECK(world.figures.ignored == 1);
  CHECK(world.status_of(seen->id()) == saga_status::running);
  world.answer_done();
  CHECK(world.who->told() == "a a b");
}

TEST_CASE("an answer that comes twice counts once", "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call&) { return std::nullopt; };
  world.started_one();
  const participant::answer twice = world.who->answers.front();
  world.answer_done();
  twice(engine_world::done());
  world.work();
  CHECK(world.figures.ignored == 1);
  CHECK(world.who->told() == "a b");
  CHECK(world.run->participants()[0].in_flight == 1);
}

TEST_CASE("an answer for a saga that has ended is counted and harmless", "[actors][engine]") {
  engine_world world;
  participant::answer late;
  world.who->behave = [](const call&) { return std::nullopt; };
  const auto seen = world.started_one();
  late = world.who->answers.front();
  world.answer(engine_world::refusal());
  REQUIRE(seen->end == saga_status::failed);
  late(engine_world::done());
  world.work();
  CHECK(world.figures.ignored == 1);
  CHECK(world.status_of(seen->id()) == saga_status::failed);
}

TEST_CASE("an answer may come after the engine is gone", "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call&) { return std::nullopt; };
  world.started_one();
  const auto late = world.who->answers.front();
  world.crash();
  late(engine_world::done());
  CHECK(world.who->told() == "a");
}

TEST_CASE("a call whose answer was dropped is no longer in flight", "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call&) { return std::nullopt; };
  world.started_one();
  CHECK(world.run->participants()[0].in_flight == 1);
  world.who->answers.clear();
  CHECK(world.run->participants()[0].in_flight == 0);
  CHECK(world.run->participants()[0].failures == 1);
}

TEST_CASE("a saga that is still running is asked again with the same attempt", "[actors][engine]") {
  engine_world world;
  world.who->behave = [&](const call& what) {
    if (what.step().name != "a" || world.who->calls.size() > 1)
      return engine_world::done();
    return outcome{outcome_kind::still_running, {}, {}, {}, world.now + seconds{3}};
  };
  const auto seen = world.started_one();
  CHECK(world.who->told() == "a");
  world.pass(seconds{3});
  CHECK(world.who->told() == "a a b c");
  CHECK(world.who->calls[1].request.attempt == 1);
  CHECK(seen->end == saga_status::completed);
}

TEST_CASE("the saga's deadline turns it back", "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call& what) {
    if (what.request.op == operation::compensation || what.step().name == "a")
      return std::optional{engine_world::done()};
    return std::optional{
      outcome{outcome_kind::still_running, {}, {}, {}, timestamp{hours{24 * 365 * 100}}}};
  };
  const auto seen = world.started_one();
  world.pass(hours{1});
  CHECK(seen->end == saga_status::compensated);
}

TEST_CASE("a saga that waits long for its retry rests as a row with a due time",
          "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call& what) {
    return what.step().name == "p" && what.request.attempt == 1 ? engine_world::breakdown()
                                                                : engine_world::done();
  };
  const auto seen = world.started_one("pivot");
  CHECK(world.run->node().active_sagas == 0);
  world.pass(hours{1});
  CHECK(seen->end == saga_status::completed); // and who waits for it still hears of it
  CHECK(world.who->told() == "a p p z");
}

TEST_CASE("the timer of a saga is armed once, not for each step", "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call&) { return std::nullopt; };
  world.started_one();
  const auto first = world.run->fire_timers();
  world.now += seconds{10};
  world.answer_done();
  CHECK(world.run->fire_timers() == first); // b's time-out comes later: looked at when it fires
  world.pass(seconds{20});
  CHECK(world.who->told() == "a b");
  CHECK(world.run->fire_timers() == *first + seconds{10});
}

TEST_CASE("an ended saga leaves no timer behind", "[actors][engine]") {
  engine_world world;
  world.started_one();
  CHECK_FALSE(world.run->fire_timers());
}
