// What a restart finds and does.
#include <algorithm>
#include <set>

#include "tests/actors/engine_world.hpp"

using namespace sagas;

TEST_CASE("a saga goes on after a crash at any point, and ends once", "[actors][engine]") {
  for (std::size_t at = 0;; ++at) {
    engine_world world;
    world.who->behave = [](const call& what) {
      const bool refused = what.step().name == "c" && what.request.op == operation::action;
      return refused ? engine_world::refusal() : engine_world::done();
    };
    const auto seen = world.start();
    std::size_t steps = 0;
    for (; steps < at && world.run->runnable() > 0; ++steps)
      world.run->run_one();
    const bool all = world.run->runnable() == 0;
    world.crash_and_open();
    INFO("crash after " << at << " messages");
    CHECK(seen->answers == 1); // an answer or an error, never nothing
    if (*seen->answer)
      CHECK(world.status_of((*seen->answer)->id) == saga_status::compensated);
    CHECK(world.figures.ended <= 1);
    CHECK(world.run->node().active_sagas == 0);
    if (all)
      break;
  }
}

TEST_CASE("after a crash the same attempts are sent again, with the same keys",
          "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call&) { return std::nullopt; };
  world.started_one();
  world.crash_and_open();
  REQUIRE(world.who->calls.size() == 2);
  CHECK(idempotency_key(world.who->calls[0]) == idempotency_key(world.who->calls[1]));
  CHECK(world.who->calls[0].request == world.who->calls[1].request);
  CHECK(world.who->calls[0].epoch < world.who->calls[1].epoch);
}

TEST_CASE("unfinished sagas are loaded page by page, and starts wait for it", "[actors][engine]") {
  engine_world world{{.recovery_page = 4}};
  world.who->behave = [](const call&) { return std::nullopt; };
  std::set<saga_id> ids;
  for (int i = 0; i < 10; ++i)
    ids.insert(world.started_one()->id());
  world.crash();
  world.who->calls.clear();
  world.open();
  CHECK_FALSE(world.run->node().accepting);
  CHECK(world.start()->refusal() == errc::unavailable);
  world.work();
  CHECK(world.run->node().accepting);
  CHECK(world.figures.pages == std::vector<std::size_t>{4, 4, 2});
  for (const call& what : world.who->calls)
    CHECK(ids.erase(what.saga) == 1);
  CHECK(ids.empty());
  const auto rows = open_memory_store(world.tables)->unfinished({.after = {}, .limit = 100});
  REQUIRE(rows);
  CHECK(rows->size() == 10); // none is left counted
}

TEST_CASE("recovery keeps within sagas_max", "[actors][engine]") {
  engine_world world{{.recovery_page = 2}};
  world.who->behave = [](const call&) { return std::nullopt; };
  for (int i = 0; i < 9; ++i)
    world.started_one();
  world.crash();
  world.who->answers.clear();
  world.settings.sagas_max = 4;
  world.open();
  world.work();
  CHECK(world.run->node().active_sagas <= 5);
  world.who->behave = [](const call&) { return engine_world::done(); };
  while (!world.who->answers.empty())
    world.answer_done();
  CHECK(world.figures.ended == 9);
  CHECK(world.run->node().accepting);
}

TEST_CASE("sagas that wait for a person are not loaded", "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call&) { return std::nullopt; };
  const auto seen = world.started_one();
  REQUIRE(world.steer(seen->id(), order(saga_command::kind::pause)));
  world.answer_done();
  world.crash_and_open();
  CHECK(world.figures.pages.empty());
  CHECK(world.steer(seen->id(), order(saga_command::kind::resume)));
  CHECK(world.who->told() == "a b");
}

TEST_CASE("a saga that ends the process each time it is loaded is parked at the third",
          "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call&) { return std::nullopt; };
  const auto innocent = world.started_one();
  const auto culprit = world.started_one();
  // The process ends as soon as the culprit's call comes.
  bool ended = false;
  world.who->behave = [&](const call& what) {
    ended = ended || what.saga == culprit->id();
    return std::nullopt;
  };
  for (int i = 0; i < 2; ++i) {
    world.crash();
    world.open();
    ended = false;
    while (!ended && world.run->runnable() > 0)
      world.run->run_one();
    REQUIRE(ended);
  }
  world.crash();
  world.who->calls.clear();
  world.open();
  world.work();
  CHECK(world.status_of(culprit->id()) == saga_status::parked);
  CHECK(world.status_of(innocent->id()) == saga_status::running);
  REQUIRE(world.who->calls.size() == 1);
  CHECK(world.who->calls[0].saga == innocent->id());
  CHECK(world.run->node().accepting);

  world.who->behave = [](const call&) { return engine_world::done(); };
  REQUIRE(world.steer(culprit->id(), order(saga_command::kind::resume)));
  CHECK(world.status_of(culprit->id()) == saga_status::completed);
}

namespace {

/// A stored saga whose loading has ended the process so often.
saga_id blamed_saga(engine_world& world, int times) {
  world.who->behave = [](const call&) { return std::nullopt; };
  const saga_id id = world.started_one()->id();
  world.crash();
  const auto storage = open_memory_store(world.tables);
  for (int i = 0; i < times; ++i)
    REQUIRE(storage->count_recovery(std::span{&id, 1}));
  world.who->calls.clear();
  world.who->answers.clear();
  world.open();
  return id;
}

} // namespace

TEST_CASE("a saga is parked even if crashes have cut that short before", "[actors][engine]") {
  engine_world world;
  const saga_id id = blamed_saga(world, 5);
  world.work();
  CHECK(world.status_of(id) == saga_status::parked);
  CHECK(world.who->calls.empty());
}

TEST_CASE("a command that comes while a saga is being parked takes it up again",
          "[actors][engine]") {
  engine_world world;
  const saga_id id = blamed_saga(world, 2);
  world.while_committing([&] { world.command(id, order(saga_command::kind::cancel)); });
  world.work();
  CHECK(world.status_of(id) == saga_status::compensating);
  REQUIRE(world.who->calls.size() == 1); // it waits for this answer again
  world.answer_done();
  CHECK(world.who->told() == "a -a");
}

TEST_CASE("a stored saga without a definition is left as it is, and the others run",
          "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call&) { return std::nullopt; };
  const auto orphan = world.started_one();
  const auto other = world.started_one();
  world.crash();
  {
    const auto storage = open_memory_store(world.tables);
    auto rows = storage->find(orphan->id());
    REQUIRE(rows);
    changes damage;
    damage.id = orphan->id();
    damage.plan = world.definitions.find("seq");
    damage.header = (*rows)->header;
    damage.header->version = 99;
    REQUIRE(storage->commit(std::span{&damage, 1}, world.now));
  }
  world.who->behave = [](const call&) { return engine_world::done(); };
  world.open();
  world.work();
  CHECK(world.status_of(orphan->id()) == saga_status::running);
  CHECK(world.status_of(other->id()) == saga_status::completed);
  CHECK(world.log.count(log_level::error) == 1);
  CHECK(world.run->node().accepting);
  const auto refused = world.steer(orphan->id(), order(saga_command::kind::cancel));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::corrupt);
}

TEST_CASE("definitions are stored at open and known again at the next", "[actors][engine]") {
  engine_world world;
  world.crash();
  definition_registry empty;
  engine again{world.settings,
               {open_memory_stores(world.tables, 1), empty, world.feed, world.figures, world.log,
                [&] { return world.now; }, [](const failure&) {}}};
  REQUIRE(again.open());
  CHECK(empty.find("seq") != nullptr);
  CHECK(empty.find("pivot") != nullptr);
}

TEST_CASE("open refuses a stored version with another text", "[actors][engine]") {
  engine_world world;
  world.crash();
  definition_registry other;
  auto changed = std::make_shared<definition>(*world.definitions.find("seq"));
  changed->source = document{R"({"tipo":"seq"})"};
  other.add(changed);
  engine again{world.settings,
               {open_memory_stores(world.tables, 1), other, world.feed, world.figures, world.log,
                [&] { return world.now; }, [](const failure&) {}}};
  const status opened = again.open();
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == errc::conflict);
}

TEST_CASE("a definition is known once it is stored", "[actors][engine]") {
  engine_world world;
  auto next = std::make_shared<definition>(*world.definitions.find("seq"));
  next->version = 2;
  next->source = document{R"({"tipo":"seq","version":2})"};
  std::optional<status> told;
  world.run->register_definition(next, [&](status what) { told = what; });
  CHECK(world.definitions.find("seq")->version == 1);
  world.work();
  REQUIRE(told);
  CHECK(*told);
  CHECK(world.definitions.find("seq")->version == 2);
}

TEST_CASE("several writers load each unfinished saga once", "[actors][engine][writers]") {
  engine_world world{{.recovery_page = 4}, 4};
  world.who->behave = [](const call&) { return std::nullopt; };
  for (int i = 0; i < 30; ++i)
    world.started_one();
  world.crash();
  world.who->calls.clear();
  world.who->answers.clear();
  world.open();
  world.work();
  std::set<saga_id> called;
  for (const call& what : world.who->calls)
    CHECK(called.insert(what.saga).second);
  CHECK(called.size() == 30);
  world.who->behave = [](const call&) { return engine_world::done(); };
  while (!world.who->answers.empty())
    world.answer_done();
  CHECK(world.figures.ended == 30);
}

TEST_CASE("a page that was read before its saga ended elsewhere brings nothing back",
          "[actors][engine][writers]") {
  engine_world world{{}, 2};
  world.who->behave = [](const call&) { return std::nullopt; };
  saga_id id{};
  while (id.bytes[15] % 2 == 0) // not of the writer that reads the pages
    id = world.started_one()->id();
  world.crash();
  world.who->calls.clear();
  world.page_was_read = [&] {
    world.page_was_read = nullptr;
    world.who->behave = [](const call&) { return engine_world::refusal(); };
    world.command(id, order(saga_command::kind::cancel));
    while (world.run->runnable() > 0)
      world.run->run_one();
    CHECK(world.status_of(id) == saga_status::cancelled);
  };
  world.open();
  world.work();
  CHECK_FALSE(world.page_was_read);
  CHECK(std::count_if(world.who->calls.begin(), world.who->calls.end(),
                      [&](const call& what) { return what.saga == id; })
        == 1);
  CHECK(world.run->node().active_sagas == 0);
  CHECK(world.run->node().accepting);
}
