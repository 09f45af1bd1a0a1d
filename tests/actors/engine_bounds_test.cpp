// Bounds: what is too much is refused, at once and without harm; and the orderly end.
#include "tests/actors/engine_world.hpp"

using namespace sagas;

TEST_CASE("more sagas than sagas_max are refused on the caller's thread", "[actors][engine]") {
  engine_world world{{.sagas_max = 2}};
  world.who->behave = [](const call&) { return std::nullopt; };
  world.started_one();
  world.started_one();
  const auto refused = world.start(); // nothing has run since
  CHECK(refused->refusal() == errc::overloaded);
  CHECK(world.figures.refused == 1);
  CHECK_FALSE(world.run->node().accepting);
  world.who->behave = [](const call&) { return engine_world::done(); };
  world.answer_done();
  CHECK(world.run->node().accepting);
  CHECK(world.started_one()->end == saga_status::completed);
}

TEST_CASE("more waiting transitions than commits_max refuse starts", "[actors][engine]") {
  engine_world world{{.commits_max = 1}};
  start_ptr refused;
  world.before_commit = [&](std::span<const changes>) -> std::optional<failure> {
    if (!refused)
      refused = world.start();
    return std::nullopt;
  };
  CHECK(world.started_one()->end == saga_status::completed);
  CHECK(refused->refusal() == errc::overloaded);
}

TEST_CASE("a saga lets no more than waiting_max events wait", "[actors][engine]") {
  engine_world world{{.waiting_max = 3}};
  world.who->behave = [](const call&) { return std::nullopt; };
  const auto seen = world.started_one();
  std::vector<engine_world::command_seen> told;
  world.while_committing([&] {
    for (int i = 0; i < 8; ++i)
      told.push_back(world.command(seen->id(), order(saga_command::kind::pause)));
  });
  world.answer_done();
  int refused = 0;
  for (const auto& each : told) {
    REQUIRE(*each);
    refused += !**each && (*each)->error().code == errc::overloaded;
  }
  CHECK(refused == 5);
}

TEST_CASE("calls beyond a participant's bound fail at once, without an effect",
          "[actors][engine]") {
  engine_world world;
  world.run->add_participant("s", "http", world.who, {.workers = 1, .queued_max = 1});
  world.who->behave = [](const call&) { return std::nullopt; };
  std::vector<start_ptr> all;
  for (int i = 0; i < 3; ++i)
    all.push_back(world.start());
  world.work(); // all three calls are made before the participant has its turn
  CHECK(world.who->calls.size() < 3);
  int full = 0;
  for (const auto& seen : all)
    for (const step_row& row : world.rows_of(seen->id()))
      full += row.kind == outcome_kind::technical_failure;
  CHECK(full == 3 - static_cast<int>(world.who->calls.size()));
}

TEST_CASE("a participant that is replaced still gets the calls that waited for it",
          "[actors][engine]") {
  engine_world world;
  std::vector<start_ptr> all;
  for (int i = 0; i < 3; ++i)
    all.push_back(world.start());
  while (world.run->participants()[0].calls < 3)
    world.run->run_one();
  REQUIRE(world.who->calls.size() < 3);
  const auto other = std::make_shared<fake_participant>();
  other->behave = [](const call&) { return engine_world::done(); };
  world.run->add_participant("s", "http", other);
  world.work();
  for (const auto& seen : all)
    CHECK(seen->end == saga_status::completed);
  CHECK(world.who->told() == "a a a");
  CHECK(other->calls.size() == 6);
}

TEST_CASE("drain refuses starts, stores what is on its way, and decides no more",
          "[actors][engine]") {
  engine_world world;
  const auto seen = world.start();
  while (!seen->answer)
    world.run->run_one();
  CHECK(world.run->drain(milliseconds{0}));
  CHECK(world.start()->refusal() == errc::unavailable);
  CHECK_FALSE(world.run->node().accepting);
  CHECK_FALSE(seen->end);
  CHECK(world.run->node().queued_commits == 0);
  std::optional<result<saga_status>> told;
  world.run->command(seen->id(), order(saga_command::kind::cancel),
                     [&](result<saga_status> what) { told = what; });
  REQUIRE(told);
  CHECK(told->error().code == errc::unavailable);
  world.crash_and_open();
  CHECK(world.status_of(seen->id()) == saga_status::completed);
}

TEST_CASE("a start that was admitted before drain is answered", "[actors][engine]") {
  engine_world world;
  const auto seen = world.start();
  CHECK(world.run->drain(milliseconds{0}));
  CHECK(seen->refusal() == errc::unavailable);
  CHECK(world.run->node().active_sagas == 0);
}

TEST_CASE("settings out of range are named", "[actors][engine]") {
  engine_world world;
  world.crash();
  world.settings.batch_max = 0;
  world.settings.tick = milliseconds{0};
  engine wrong{world.settings,
               {open_memory_stores(world.tables, 1), world.definitions, world.feed, world.figures,
                world.log, [&] { return world.now; }, [](const failure&) {}}};
  const status opened = wrong.open();
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == errc::invalid_input);
  CHECK(opened.error().fields.size() == 2);
}
