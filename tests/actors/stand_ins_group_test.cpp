// The stand-in participants as an actor: answers leave behind the ledger's commit, with delays and
// losses as told.
#include "persistence/ledger.hpp"
#include "tests/actors/engine_world.hpp"
#include "tests/actors/stand_ins_world.hpp"

using namespace sagas;

namespace {

// Counts commits, and fails when told to.
class counted_ledger final : public participant_ledger {
public:
  struct figures {
    std::vector<std::size_t> notes; ///< in each commit
    bool broken = false;
  };
  explicit counted_ledger(std::shared_ptr<figures> seen) : seen_(std::move(seen)) {}
  result<std::optional<ledger_row>> find(const saga_id& saga, std::string_view service,
                                         std::string_view step) override {
    return behind_->find(saga, service, step);
  }
  status put(const ledger_row& row) override { return behind_->put(row); }
  status note(const ledger_note& line) override {
    ++noted_;
    return behind_->note(line);
  }
  status commit() override {
    seen_->notes.push_back(std::exchange(noted_, 0));
    if (seen_->broken)
      return {errc::unavailable, "the disk is full"};
    return behind_->commit();
  }

private:
  std::shared_ptr<figures> seen_;
  std::unique_ptr<memory_ledger> behind_ = make_memory_ledger();
  std::size_t noted_ = 0;
};

struct group_world : engine_world {
  explicit group_world(injection_rules rules = {}, bool blocking = false) {
    stand_in_group group;
    group.services = {"s"}; // the newest of a service wins
    group.ledger = std::make_unique<counted_ledger>(ledger);
    group.blocking = blocking;
    group.rules = std::move(rules);
    run->add_stand_ins(std::move(group));
  }
  std::shared_ptr<counted_ledger::figures> ledger = std::make_shared<counted_ledger::figures>();
};

injection_rules with(fault_rates rates) {
  injection_rules rules;
  rules.services["*"] = rates;
  return rules;
}

} // namespace

TEST_CASE("stand-ins do a saga's steps, and are listed as actors", "[actors][engine]") {
  group_world world;
  CHECK(world.started_one()->end == saga_status::completed);
  CHECK(world.who->calls.empty());
  const auto all = world.run->participants();
  REQUIRE(all.size() == 1);
  CHECK(all[0].kind == "actor");
  CHECK(all[0].calls == 3);
  CHECK(all[0].in_flight == 0);
}

TEST_CASE("calls that wait together share one commit of the ledger", "[actors][engine]") {
  const bool blocking = GENERATE(false, true);
  group_world world{{}, blocking};
  std::vector<start_ptr> all;
  for (int i = 0; i < 30; ++i)
    all.push_back(world.start());
  world.work();
  for (const auto& seen : all)
    CHECK(seen->end == saga_status::completed);
  std::size_t noted = 0;
  for (const std::size_t notes : world.ledger->notes)
    noted += notes;
  CHECK(noted == 90);
  CHECK(world.ledger->notes.size() < 90);
}

TEST_CASE("no answer leaves without the ledger's commit", "[actors][engine]") {
  group_world world;
  world.ledger->broken = true;
  const auto seen = world.started_one();
  CHECK(world.rows_of(seen->id()).front().kind == std::nullopt);
  CHECK(world.run->participants()[0].failures == 1);
  CHECK(world.log.count(log_level::warning) == 1);
  world.ledger->broken = false;
  world.pass(std::chrono::seconds{30}); // it counts as lost
  world.pass(std::chrono::seconds{1});
  CHECK(seen->end == saga_status::completed);
}

TEST_CASE("injected delays pass on the engine's clock", "[actors][engine]") {
  fault_rates slow;
  slow.delay.low = milliseconds{200};
  group_world world{with(slow)};
  const auto seen = world.started_one();
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(seen->end);
    world.pass(milliseconds{199});
    CHECK_FALSE(seen->end);
    world.pass(milliseconds{1});
  }
  CHECK(seen->end == saga_status::completed);
}

TEST_CASE("an injected duplicate is ignored, an injected loss times out", "[actors][engine]") {
  fault_rates faults;
  SECTION("duplicate") { faults.duplicate_reply = 1; }
  SECTION("loss") { faults.lost_reply = 1; }
  group_world world{with(faults)};
  const auto seen = world.started_one();
  if (faults.duplicate_reply > 0) {
    CHECK(seen->end == saga_status::completed);
    CHECK(world.figures.ignored == 3);
    return;
  }
  CHECK_FALSE(seen->end);
  CHECK(world.run->participants()[0].in_flight == 0);
  world.pass(std::chrono::seconds{30});
  CHECK(world.rows_of(seen->id()).front().kind == outcome_kind::unknown);
}
