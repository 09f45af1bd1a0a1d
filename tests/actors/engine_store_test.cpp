// A store that fails, in each way that it can.
#include <map>
#include <set>

#include "tests/actors/engine_world.hpp"

using namespace sagas;

namespace {

commit_ack rejected() {
  commit_ack ack;
  ack.what = commit_ack::verdict::rejected;
  ack.error = "too long";
  return ack;
}

commit_hooks::hook fails_with(errc code) {
  return [code](std::span<const changes>) { return failure{code, "made to fail"}; };
}

} // namespace

TEST_CASE("without a store starts are refused, running sagas wait, and all goes on by itself",
          "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call&) { return std::nullopt; };
  const auto running = world.started_one();
  world.before_commit = fails_with(errc::unavailable);
  world.answer_done(); // the transition is kept
  CHECK_FALSE(world.run->node().accepting);
  CHECK(world.run->node().why_not.find("made to fail") != std::string::npos);
  const auto refused = world.started_one();
  CHECK(refused->refusal() == errc::unavailable);
  CHECK(world.figures.refused == 1);
  const int failed = world.figures.failed_batches;
  for (int i = 0; i < 10; ++i)
    world.pass(milliseconds{1'000});
  CHECK(world.figures.failed_batches > failed);
  CHECK(world.figures.failed_batches < failed + 12); // it backs off
  CHECK(world.who->told() == "a");

  world.before_commit = nullptr;
  world.who->behave = [](const call&) { return engine_world::done(); };
  world.pass(milliseconds{2'000});
  CHECK(world.run->node().accepting);
  CHECK(running->end == saga_status::completed);
  CHECK(world.started_one()->end == saga_status::completed);
}

TEST_CASE("starts and commands that wait for an absent store are given back", "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call&) { return std::nullopt; };
  const auto running = world.started_one();
  world.before_commit = fails_with(errc::unavailable);
  const auto given_back = world.started_one();
  CHECK(given_back->refusal() == errc::unavailable);
  CHECK(world.run->node().active_sagas == 1);
  const auto paused = world.steer(running->id(), order(saga_command::kind::pause));
  REQUIRE_FALSE(paused);
  CHECK(paused.error().code == errc::unavailable);
  world.before_commit = nullptr;
  world.pass(milliseconds{5'000});
  CHECK(world.status_of(running->id()) == saga_status::running); // the command is not done later
}

TEST_CASE("after a commit with an unknown outcome the saga is loaded again", "[actors][engine]") {
  engine_world world{{.sagas_max = 1}}; // it keeps its place
  world.who->behave = [](const call&) { return std::nullopt; };
  const auto seen = world.started_one();
  SECTION("it was stored") { world.after_commit = fails_with(errc::unknown_outcome); }
  SECTION("it was not stored") { world.before_commit = fails_with(errc::unknown_outcome); }
  world.answer_done();
  CHECK(world.who->told() == "a");
  world.before_commit = nullptr;
  world.after_commit = nullptr;
  world.who->behave = [](const call&) { return engine_world::done(); };
  world.pass(world.settings.reload_min);
  CHECK(seen->end == saga_status::completed);
  CHECK(world.run->node().active_sagas == 0);
}

TEST_CASE("a start with an unknown outcome is settled before its caller hears of it",
          "[actors][engine]") {
  engine_world world;
  bool stored = false;
  SECTION("it was stored") {
    stored = true;
    world.after_commit = fails_with(errc::unknown_outcome);
  }
  SECTION("it was not stored") { world.before_commit = fails_with(errc::unknown_outcome); }
  const auto seen = world.started_one();
  CHECK(seen->answers == 0);
  world.before_commit = nullptr;
  world.after_commit = nullptr;
  world.pass(world.settings.reload_min);
  CHECK(seen->answers == 1);
  if (stored)
    CHECK(seen->end == saga_status::completed);
  else
    CHECK(seen->refusal() == errc::unavailable);
  CHECK(world.run->node().active_sagas == 0);
}

TEST_CASE("a lost store is told once, and nothing is acknowledged any more", "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call&) { return std::nullopt; };
  const auto running = world.started_one();
  world.before_commit = fails_with(errc::fatal);
  const auto lost = world.start();
  const auto lost_too = world.start();
  world.work();
  world.answer_done();
  CHECK(world.fatals.size() == 1);
  CHECK(lost->answers == 0);
  CHECK(world.started_one()->refusal() == errc::unavailable);
  CHECK_FALSE(world.run->drain(milliseconds{0}));
  world.crash();
  CHECK(lost->refusal() == errc::unknown_outcome); // nobody is left hanging
  CHECK(lost_too->refusal() == errc::unknown_outcome);
  CHECK_FALSE(running->end);
}

TEST_CASE("a store that throws is lost like one that says so", "[actors][engine]") {
  engine_world world;
  world.before_commit = [](std::span<const changes>) -> std::optional<failure> {
    throw std::runtime_error{"out of order"};
  };
  const auto lost = world.started_one();
  CHECK(world.fatals.size() == 1);
  CHECK(world.started_one()->refusal() == errc::unavailable);
  CHECK(world.fatals.size() == 1);
  world.crash();
  CHECK(lost->refusal() == errc::unknown_outcome);
}

TEST_CASE("a start that the store refuses fails alone", "[actors][engine]") {
  engine_world world;
  std::size_t together = 0;
  world.instead_of_commit = [&](store& behind, std::span<const changes> batch,
                                timestamp at) -> std::optional<result<batch_result>> {
    const bool poisoned = batch.front().header && batch.front().header->campaign_id == "veneno";
    if (!poisoned)
      return std::nullopt;
    together = batch.size();
    auto told = behind.commit(batch.subspan(1), at);
    REQUIRE(told);
    told->acks.insert(told->acks.begin(), rejected());
    return told;
  };
  start_ptr poison;
  start_ptr sound;
  world.while_committing([&] {
    poison = world.start("seq", {}, "veneno");
    sound = world.start();
  });
  world.started_one();
  CHECK(together == 2);
  CHECK(poison->refusal() == errc::internal);
  CHECK(sound->end == saga_status::completed);
  CHECK(world.run->node().active_sagas == 0);
}

TEST_CASE("an outcome that can't be stored counts as unknown", "[actors][engine]") {
  engine_world world;
  bool poisoned = false;
  world.instead_of_commit = [&](store&, std::span<const changes> batch,
                                timestamp) -> std::optional<result<batch_result>> {
    for (const step_row& row : batch.front().steps)
      if (!row.insert && row.output.text().find("poison") != std::string_view::npos) {
        poisoned = true;
        batch_result told;
        told.acks.push_back(rejected());
        return told;
      }
    return std::nullopt;
  };
  world.who->behave = [&](const call&) {
    auto said = engine_world::done();
    if (!poisoned)
      said.output = document{R"({"is":"poison"})"};
    return said;
  };
  const auto seen = world.started_one();
  CHECK(poisoned);
  CHECK(world.rows_of(seen->id()).front().kind == outcome_kind::unknown);
  world.pass(milliseconds{1'000}); // its retry
  CHECK(seen->end == saga_status::completed);
}

TEST_CASE("a saga that another node owns is dropped", "[actors][engine]") {
  engine_world world;
  world.instead_of_commit = [](store&, std::span<const changes> batch,
                               timestamp) -> std::optional<result<batch_result>> {
    batch_result told;
    told.acks.resize(batch.size());
    for (commit_ack& ack : told.acks)
      ack.what = commit_ack::verdict::fenced;
    return told;
  };
  CHECK(world.started_one()->refusal() == errc::unavailable);
  CHECK(world.run->node().active_sagas == 0);
  CHECK(world.fatals.empty());
}

TEST_CASE("a process whose whole store was taken over has to stop", "[actors][engine]") {
  engine_world world;
  const auto thief = open_memory_store(world.tables);
  world.started_one();
  CHECK(world.fatals.size() == 1);
}

TEST_CASE("a saga whose actor dies is loaded again and takes nothing with it", "[actors][engine]") {
  engine_world world;
  world.who->behave = [](const call&) { return std::nullopt; };
  const auto seen = world.started_one();
  const auto other = world.started_one();
  world.figures.throws_left = 2;
  world.answer_done(); // of the first: its actor throws when it counts the answer
  CHECK(world.log.count(log_level::error) == 1);
  CHECK(world.who->told() == "a a");
  world.who->behave = [](const call&) { return engine_world::done(); };
  world.pass(world.settings.reload_min); // step b is sent, answered, and its actor throws again
  CHECK_FALSE(seen->end);
  world.pass(world.settings.reload_min);
  CHECK_FALSE(seen->end); // doubled
  world.pass(world.settings.reload_min);
  CHECK(seen->end == saga_status::completed);
  world.answer_done();
  CHECK(other->end == saga_status::completed);
}

namespace {

/// Which of so many writers a saga belongs to.
std::size_t writer_of(const saga_id& id, std::size_t writers) { return id.bytes[15] % writers; }

} // namespace

TEST_CASE("with several writers every saga keeps to one of them", "[actors][engine][writers]") {
  engine_world world{{}, 4};
  std::map<saga_id, std::set<const store*>> by_saga;
  std::set<const store*> all;
  world.instead_of_commit = [&](store& behind, std::span<const changes> batch,
                                timestamp) -> std::optional<result<batch_result>> {
    for (const changes& each : batch)
      by_saga[each.id].insert(&behind);
    all.insert(&behind);
    return std::nullopt;
  };
  std::vector<start_ptr> seen;
  for (int i = 0; i < 40; ++i)
    seen.push_back(world.start());
  world.work();
  for (const start_ptr& each : seen)
    CHECK(each->end == saga_status::completed);
  CHECK(all.size() == 4);
  for (const auto& [id, stores] : by_saga)
    CHECK(stores.size() == 1);
  std::uint64_t last = 0;
  for (const auto& batch : world.feed.batches)
    CHECK(batch->batch == ++last);
}

TEST_CASE("a writer without its store holds up its own sagas only", "[actors][engine][writers]") {
  engine_world world{{}, 2};
  world.who->behave = [](const call&) { return std::nullopt; };
  std::vector<start_ptr> seen; // one saga of each
  while (seen.size() < 2) {
    const start_ptr next = world.started_one();
    if (seen.empty() || writer_of(next->id(), 2) != writer_of(seen.front()->id(), 2))
      seen.push_back(next);
  }
  const saga_id held_up = seen[0]->id();
  const saga_id sound = seen[1]->id();
  world.before_commit = [&](std::span<const changes> batch) -> std::optional<failure> {
    if (writer_of(batch.front().id, 2) == writer_of(held_up, 2))
      return failure{errc::unavailable, "made to fail"};
    return std::nullopt;
  };
  world.who->behave = [](const call&) { return engine_world::done(); };
  while (!world.who->answers.empty())
    world.answer_done();
  CHECK(world.status_of(held_up) == saga_status::running);
  CHECK(world.status_of(sound) == saga_status::completed);
  const std::string which = std::to_string(writer_of(held_up, 2) + 1);
  CHECK(world.run->node().why_not.find("writer " + which + " of 2: made to fail")
        != std::string::npos);
  CHECK(world.start()->refusal() == errc::unavailable);
  CHECK(world.steer(held_up, order(saga_command::kind::pause)).error().code == errc::unavailable);
  CHECK(world.steer(sound, order(saga_command::kind::pause)).error().code == errc::conflict);

  world.before_commit = nullptr;
  world.pass(world.settings.store_retry_max);
  CHECK(seen[0]->end == saga_status::completed);
  CHECK(world.run->node().accepting);
}

TEST_CASE("a store that all writers lose is told and logged once", "[actors][engine][writers]") {
  engine_world world{{}, 4};
  world.before_commit = fails_with(errc::fatal);
  for (int i = 0; i < 40; ++i)
    world.start();
  world.work();
  CHECK(world.fatals.size() == 1);
  CHECK(world.log.count(log_level::error) == 1);
}
