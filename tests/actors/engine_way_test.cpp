// The way of a saga through the actors, to each of its ends.
#include "tests/actors/engine_world.hpp"

using namespace sagas;

namespace {

// Whether the batch holds a row that starts an attempt of this step's action.
bool sends(std::span<const changes> batch, std::string_view step) {
  for (const changes& what : batch)
    for (const step_row& row : what.steps)
      if (row.insert && row.op == operation::action && what.plan->steps[row.step].name == step)
        return true;
  return false;
}

} // namespace

TEST_CASE("a saga whose steps are all done completes, step by step", "[actors][engine]") {
  engine_world world;
  const auto seen = world.started_one();
  CHECK(seen->answers == 1);
  CHECK(seen->end == saga_status::completed);
  CHECK(world.who->told() == "a b c");
  CHECK(world.status_of(seen->id()) == saga_status::completed);
  CHECK(world.figures.batches == std::vector<std::size_t>{1, 1, 1, 1}); // n + 1 commits
  CHECK(world.figures.started == 1);
  CHECK(world.figures.attempts == 3);
  CHECK(world.figures.ended == 1);
  CHECK(world.run->node().active_sagas == 0);
  CHECK(world.run->node().queued_commits == 0);
}

TEST_CASE("a refused step turns the saga back, and what was done is undone", "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call& what) {
    const bool refused = what.step().name == "c" && what.request.op == operation::action;
    return refused ? engine_world::refusal() : engine_world::done();
  };
  const auto seen = world.started_one();
  CHECK(seen->end == saga_status::compensated);
  CHECK(world.who->told() == "a b c -b -a");
}

TEST_CASE("a saga that fails with nothing to undo has failed", "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call&) { return engine_world::refusal(); };
  CHECK(world.started_one()->end == saga_status::failed);
}

TEST_CASE("a cancelled saga is undone once its step has answered", "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call& what) {
    return what.step().name == "b" && what.request.op == operation::action
             ? std::optional<outcome>{}
             : engine_world::done();
  };
  const auto seen = world.started_one();
  CHECK(world.steer(seen->id(), order(saga_command::kind::cancel)));
  world.answer_done();
  CHECK(seen->end == saga_status::cancelled);
  CHECK(world.who->told() == "a b -b -a");
}

TEST_CASE("nothing is sent before it is stored", "[actors][engine]") {
  engine_world world;
  std::size_t checked = 0;
  world.before_commit = [&](std::span<const changes> batch) -> std::optional<failure> {
    for (const char* step : {"a", "b", "c"})
      if (sends(batch, step)) {
        CHECK(world.who->told().find(step) == std::string::npos);
        ++checked;
      }
    return std::nullopt;
  };
  const auto seen = world.start();
  world.after_commit = [&](std::span<const changes>) -> std::optional<failure> {
    CHECK(seen->answers == (world.figures.batches.empty() ? 0 : 1)); // nor acknowledged
    return std::nullopt;
  };
  world.work();
  CHECK(checked == 3);
  CHECK(seen->end == saga_status::completed);
}

TEST_CASE("what waits while a commit runs shares the next one", "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call&) { return std::nullopt; };
  std::vector<start_ptr> all;
  world.while_committing([&] {
    for (int i = 0; i < 20; ++i)
      all.push_back(world.start());
  });
  world.started_one();
  CHECK(world.figures.batches == std::vector<std::size_t>{1, 20});
  for (const auto& seen : all)
    CHECK(seen->answers == 1);
}

TEST_CASE("a commit takes no more than batch_max", "[actors][engine]") {
  engine_world world{{.batch_max = 3}};
  for (int i = 0; i < 10; ++i)
    world.start();
  world.work();
  for (const std::size_t size : world.figures.batches)
    CHECK(size <= 3);
  CHECK(world.figures.ended == 10);
}

TEST_CASE("events are published once, in the order of their commits", "[actors][engine]") {
  engine_world world;
  world.started_one();
  world.started_one();
  std::uint64_t last = 0;
  for (const auto& batch : world.feed.batches) {
    CHECK(batch->batch == last + 1);
    last = batch->batch;
  }
  CHECK(last == world.figures.batches.size());
}

TEST_CASE("the same key with the same body answers the same saga", "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call&) { return std::nullopt; };
  const auto first = world.start("seq", idempotency{"k", "f"});
  world.work();
  const auto again = world.start("seq", idempotency{"k", "f"});
  world.work();
  CHECK(again->id() == first->id());
  CHECK_FALSE((*again->answer)->fresh);
  CHECK(world.run->node().active_sagas == 1);
  world.who->behave = [](const call&) { return engine_world::done(); };
  world.answer_done();
  CHECK(first->end == saga_status::completed);
  CHECK(again->end == saga_status::completed); // who waits for it waits for the same saga

  const auto late = world.start("seq", idempotency{"k", "f"});
  world.work();
  CHECK((*late->answer)->status == saga_status::completed);
  CHECK(late->end == saga_status::completed);
}

TEST_CASE("the same key with another body is refused", "[actors][engine]") {
  engine_world world;
  world.start("seq", idempotency{"k", "f"});
  world.work();
  const auto other = world.start("seq", idempotency{"k", "g"});
  world.work();
  CHECK(other->refusal() == errc::invalid_input);
  CHECK_FALSE(other->end);
  CHECK(world.run->node().active_sagas == 0);
}

TEST_CASE("a microservicio that nobody serves is a technical failure", "[actors][engine]") {
  engine_world world;
  world.crash();
  world.open();
  auto nobody = std::make_unique<engine>(
    world.settings,
    engine_parts{open_memory_stores(world.tables, 1), world.definitions, world.feed, world.figures,
                 world.log, [&] { return world.now; }, [](const failure&) {}});
  REQUIRE(nobody->open());
  nobody->run_all();
  std::optional<saga_status> end;
  std::optional<saga_id> id;
  nobody->start(
    {world.definitions.find("seq"), document{"{}"}, {}, {}, {}, {}},
    [&](result<started> told) { id = told->id; }, [&](saga_status how) { end = how; });
  for (int i = 0; i < 3; ++i) {
    nobody->run_all();
    world.now += milliseconds{5'000};
  }
  nobody->run_all();
  CHECK(end == saga_status::failed);
  CHECK(world.rows_of(*id).size() == 3);
  CHECK(world.rows_of(*id)[0].kind == outcome_kind::technical_failure);
}

TEST_CASE("participants are listed with their figures", "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call& what) {
    return what.step().name == "b" ? engine_world::breakdown() : engine_world::done();
  };
  world.started_one();
  const auto all = world.run->participants();
  REQUIRE(all.size() == 1);
  CHECK(all[0].service == "s");
  CHECK(all[0].kind == "http");
  CHECK(all[0].healthy);
  CHECK(all[0].calls == 2);
  CHECK(all[0].failures == 1);
  CHECK(all[0].in_flight == 0);
}
