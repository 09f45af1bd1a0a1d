// What a store's tests stand on: a place that outlives the store, of either kind, and sagas that
// run through the machine.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "persistence/memory_store.hpp"
#include "persistence/mysql_store.hpp"
#include "persistence/sqlite_store.hpp"
#include "saga/machine.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"
#include "tests/saga/plans.hpp"

namespace sagas::test {

enum class store_kind { memory, sqlite, encrypted, mariadb };

/// Every kind, for a suite that all of them must pass.
inline constexpr std::array every_store{store_kind::memory, store_kind::sqlite,
                                        store_kind::encrypted, store_kind::mariadb};

/// A place for one store.
class store_bed {
public:
  explicit store_bed(store_kind kind);
  ~store_bed();

  store& operator*() { return *store_; }
  store* operator->() { return store_.get(); }
  std::string path() const { return folder_.file("sagas.db"); }
  sqlite_options& options() { return options_; }
  mysql_store_options& mysql_options() { return mysql_options_; }

  /// Opens a store on the same data, after the one before was closed.
  void reopen() {
    store_.reset();
    open();
  }
  void close() { store_.reset(); }
  /// The keys that it is opened with from the next time on.
  void give_keys(const payload_keys_ptr& keys) { options_.keys = mysql_options_.keys = keys; }
  /// Why it cannot be opened now; it must not be.
  failure refusal();
  /// Lets another node take the data, as a second process would that the lock does not stop.
  void overtake();

  /// Commits one batch, which must succeed.
  batch_result commit(const std::vector<changes>& batch, timestamp now = noon) {
    auto done = store_->commit(batch, now);
    INFO((done ? "" : done.error().message));
    REQUIRE(done);
    REQUIRE(done->acks.size() == batch.size());
    return std::move(*done);
  }
  commit_ack::verdict commit(const changes& what) { return commit(std::vector{what}).acks[0].what; }

  stored_saga load(const saga_id& id) {
    auto found = store_->find(id);
    INFO((found ? "" : found.error().message));
    REQUIRE(found);
    REQUIRE(found->has_value());
    return **found;
  }
  bool knows(const saga_id& id) {
    const auto found = store_->find(id);
    REQUIRE(found);
    return found->has_value();
  }

private:
  void open();
  result<std::unique_ptr<store>> try_open();

  const store_kind kind_;
  temp_folder folder_;
  sqlite_options options_;
  mysql_store_options mysql_options_;
  std::shared_ptr<memory_tables> tables_ = make_memory_tables();
  std::unique_ptr<store> store_;
};

/// One saga whose transitions a test stores.
class saga_run {
public:
  explicit saga_run(std::uint64_t number,
                    definition_ptr definition = sequence({step("a"), step("b")}))
    : plan(std::move(definition)), state(fresh(plan)) {
    state.header.id = id_of(number);
  }

  /// Ids rise with their number.
  static saga_id id_of(std::uint64_t number) {
    saga_id id = first_id_at(noon);
    for (std::size_t i = 0; i < 8; ++i)
      id.bytes[15 - i] = static_cast<std::uint8_t>(id.bytes[15 - i] | number >> (8 * i));
    return id;
  }
  const saga_id& id() const { return state.header.id; }

  changes feed(const event& what) {
    auto decided = advance(plan, state, what);
    INFO((decided ? "" : decided.error().message));
    REQUIRE(decided);
    state = decided->next;
    return std::move(decided->written);
  }
  changes start() { return feed(saga_started{now}); }
  changes start(const std::string& key, const std::string& fingerprint) {
    changes what = start();
    what.once = idempotency{key, fingerprint};
    return what;
  }
  /// Ends the attempt of a step that is in flight.
  changes answer(std::size_t step, outcome what) {
    const bool forward = state.steps[step].action.in_flight();
    const attempt_state& attempt = forward ? state.steps[step].action
                                           : state.steps[step].compensation;
    return feed(outcome_arrived{now, step, forward ? operation::action : operation::compensation,
                                attempt.number, std::move(what)});
  }
  changes done(std::size_t step, const std::string& output = R"({"ok":true})") {
    return answer(step, {outcome_kind::done, document{output}, {}, {}, {}});
  }
  changes refused(std::size_t step) {
    return answer(step, {outcome_kind::business_failure, {}, "negocio", "no hay saldo", {}});
  }
  changes lost(std::size_t step) {
    return answer(step, {outcome_kind::technical_failure, {}, "roto", "se ha roto", {}});
  }

  definition_ptr plan;
  saga_state state;
  timestamp now = noon;
};

/// Holds that the stored rows give back the run's state.
void check_stored(store_bed& bed, const saga_run& run);

} // namespace sagas::test
