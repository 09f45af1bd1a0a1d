// Encrypting payloads anew beside a running engine.
#include "tests/actors/engine_world.hpp"

using namespace sagas;

namespace {

using reseal_seen = std::shared_ptr<std::optional<result<reseal_report>>>;

reseal_seen ask(engine_world& world) {
  auto seen = std::make_shared<std::optional<result<reseal_report>>>();
  world.run->reseal(10, [seen](result<reseal_report> done) { *seen = std::move(done); });
  world.work();
  REQUIRE(*seen);
  return seen;
}

} // namespace

TEST_CASE("payloads are encrypted anew between commits, and the store's report is the answer",
          "[actors][engine][payloads]") {
  engine_world world;
  const auto seen = ask(world);
  REQUIRE(**seen);
  CHECK((*seen)->operator*().finished);
}

TEST_CASE("nothing is encrypted anew without a store, or by an engine that stops",
          "[actors][engine][payloads]") {
  engine_world world;
  SECTION("no store") {
    world.before_commit = [](std::span<const changes>) {
      return failure{errc::unavailable, "disk full"};
    };
    world.who->behave = [](const call&) { return std::nullopt; };
    world.start();
    world.work();
  }
  SECTION("draining") { world.run->drain(milliseconds{0}); }
  const auto seen = ask(world);
  REQUIRE_FALSE(**seen);
  CHECK((*seen)->error().code == errc::unavailable);
}
