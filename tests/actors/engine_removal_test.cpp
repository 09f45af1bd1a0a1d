// Removing old sagas beside a running engine.
#include "tests/actors/engine_world.hpp"

using namespace sagas;
using kind = saga_command::kind;

namespace {

constexpr std::chrono::hours two_days{48};

using removal_seen = std::shared_ptr<std::optional<result<std::size_t>>>;

removal_seen ask(engine_world& world, const saga_id& id) {
  auto seen = std::make_shared<std::optional<result<std::size_t>>>();
  world.run->remove({id}, world.now, [seen](result<std::size_t> done) { *seen = std::move(done); });
  return seen;
}

std::size_t count_of(const removal_seen& seen) {
  REQUIRE(*seen);
  REQUIRE(**seen);
  return ***seen;
}

std::size_t remove(engine_world& world, const saga_id& id) {
  const auto seen = ask(world, id);
  world.work();
  return count_of(seen);
}

errc refusal_of_removal(engine_world& world, const saga_id& id) {
  const auto seen = ask(world, id);
  world.work();
  REQUIRE(*seen);
  REQUIRE_FALSE(**seen);
  return (*seen)->error().code;
}

start_ptr completed_one(engine_world& world, std::optional<idempotency> once = {}) {
  world.who->behave = [](const call&) { return engine_world::done(); };
  const auto seen = world.start("seq", std::move(once));
  world.work();
  REQUIRE(seen->end == saga_status::completed);
  return seen;
}

} // namespace

TEST_CASE("a saga that ended long ago is removed, and is nobody's any more",
          "[actors][engine][removal]") {
  engine_world world;
  const saga_id id = completed_one(world)->id();
  world.pass(two_days);
  CHECK(remove(world, id) == 1);
  CHECK(world.figures.removed_sagas == 1);
  const auto refused = world.steer(id, order(kind::cancel));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::not_found);
  CHECK(world.run->node().active_sagas == 0);
  CHECK(remove(world, id) == 0);
}

TEST_CASE("no saga goes within a day of its end, nor one that goes on",
          "[actors][engine][removal]") {
  engine_world world;
  const saga_id ended = completed_one(world)->id();
  world.who->behave = [](const call&) { return std::nullopt; };
  const saga_id open = world.started_one()->id();
  REQUIRE(world.steer(open, order(kind::pause)));
  CHECK(remove(world, ended) == 0); // though it was asked for
  world.pass(two_days);
  CHECK(remove(world, open) == 0);
  CHECK(remove(world, ended) == 1);
  CHECK(world.status_of(open) == saga_status::paused);
}

TEST_CASE("an answer that comes when its saga is removed is counted, and changes nothing",
          "[actors][engine][removal]") {
  engine_world world;
  world.who->behave = [](const call&) { return std::nullopt; };
  const auto seen = world.started_one(); // the first call keeps its answer
  world.who->behave = [](const call&) { return engine_world::done(); };
  for (int i = 0; i < 100 && !seen->end; ++i)
    world.pass(std::chrono::seconds{10});
  REQUIRE(seen->end == saga_status::completed);
  world.pass(two_days);
  CHECK(remove(world, seen->id()) == 1);
  const int ignored = world.figures.ignored;
  world.answer_done();
  world.work();
  CHECK(world.figures.ignored == ignored + 1);
  CHECK(world.fatals.empty());
  CHECK(world.run->node().active_sagas == 0);
}

TEST_CASE("a key is free once its saga is removed, also in mid-start",
          "[actors][engine][removal]") {
  engine_world world;
  const idempotency key{"pedido-1", "huella"};
  const saga_id first = completed_one(world, key)->id();
  world.pass(two_days);
  SECTION("before") {
    CHECK(remove(world, first) == 1);
    const saga_id second = completed_one(world, key)->id();
    CHECK(second != first);
  }
  SECTION("between the answer that the key is taken and the look at its saga") {
    removal_seen gone;
    world.while_committing([&] { gone = ask(world, first); });
    const auto torn = world.start("seq", key);
    world.work();
    CHECK(count_of(gone) == 1);
    CHECK(torn->refusal() == errc::unavailable); // try again
    const saga_id second = completed_one(world, key)->id();
    CHECK(second != first);
  }
}

TEST_CASE("nothing is removed without a store, or by an engine that stops",
          "[actors][engine][removal]") {
  engine_world world;
  const saga_id id = completed_one(world)->id();
  world.pass(two_days);
  SECTION("no store") {
    world.before_commit = [](std::span<const changes>) {
      return failure{errc::unavailable, "disk full"};
    };
    world.who->behave = [](const call&) { return std::nullopt; };
    world.start();
    world.work();
    CHECK(refusal_of_removal(world, id) == errc::unavailable);
  }
  SECTION("draining") {
    world.run->drain(milliseconds{0});
    CHECK(refusal_of_removal(world, id) == errc::unavailable);
  }
}
