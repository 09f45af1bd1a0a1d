// An engine without threads on a store in memory, with one participant that does as it is told and
// a clock in the test's hand. What is destroyed has crashed; what is opened again goes on.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/engine.hpp"
#include "persistence/memory_store.hpp"
#include "support/catch.hpp"
#include "tests/actors/engine_fakes.hpp"

namespace sagas {

/// What became of a start.
struct start_seen {
  std::optional<result<started>> answer;
  int answers = 0;
  std::optional<saga_status> end;
  saga_id id() const {
    REQUIRE(answer);
    INFO((*answer ? "" : answer->error().message));
    REQUIRE(*answer);
    return (*answer)->id;
  }
  errc refusal() const {
    REQUIRE(answer);
    REQUIRE_FALSE(*answer);
    return answer->error().code;
  }
};
using start_ptr = std::shared_ptr<start_seen>;

class engine_world {
public:
  /// Opens on the definitions "seq" (a, b, c, each with an undo) and "pivot" (a, then the pivot p).
  explicit engine_world(engine_config config = {}, std::size_t writers = 1);
  ~engine_world() { run.reset(); }

  void open();
  void crash() { run.reset(); }
  void crash_and_open() {
    crash();
    open();
    work();
  }
  /// Runs until nothing is left to do now.
  void work() { run->run_all(); }
  void pass(milliseconds time) {
    now += time;
    work();
  }

  start_ptr start(const std::string& type = "seq", std::optional<idempotency> once = {},
                  const std::string& campaign = "camp-1");
  /// The same, run until nothing is left to do.
  start_ptr started_one(const std::string& type = "seq");

  /// Does this while the next commit runs, and lets everybody but the store go on meanwhile.
  void while_committing(std::function<void()> what);

  /// Answers the earliest call that waits for it.
  void answer(outcome what);
  void answer_done() { answer(done()); }

  using command_seen = std::shared_ptr<std::optional<result<saga_status>>>;
  command_seen command(const saga_id& id, saga_command what);
  /// The same, run until nothing is left to do.
  result<saga_status> steer(const saga_id& id, saga_command what);

  saga_status status_of(const saga_id& id);
  std::vector<step_row> rows_of(const saga_id& id);

  static outcome done() { return {outcome_kind::done, document{R"({"ok":true})"}, {}, {}, {}}; }
  static outcome refusal() { return {outcome_kind::business_failure, {}, "no", "no quiere", {}}; }
  static outcome breakdown() {
    return {outcome_kind::technical_failure, {}, "roto", "se ha roto", {}};
  }

  engine_config settings;
  std::size_t writers;
  timestamp now;
  definition_registry definitions;
  fake_feed feed;
  fake_telemetry figures;
  fake_log log;
  std::shared_ptr<fake_participant> who = std::make_shared<fake_participant>();
  std::shared_ptr<memory_tables> tables = make_memory_tables();
  commit_hooks::hook before_commit; ///< may be changed at any time
  commit_hooks::hook after_commit;
  told_store::saying instead_of_commit;
  std::function<void()> page_was_read;
  std::vector<failure> fatals;
  std::unique_ptr<engine> run;

private:
  store_list storages();
};

/// A command by "ana".
inline saga_command order(saga_command::kind what) { return {what, {}, {}, {}, {"ana", "prueba"}}; }
inline saga_command decide_on(const std::string& step, decision what) {
  return {saga_command::kind::decide, step, what, {}, {"ana", "prueba"}};
}

} // namespace sagas
