// A store between the engine and the real one: lets reads and commits fail, and reads the tables
// back behind every commit.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "persistence/memory_store.hpp"
#include "saga/store.hpp"
#include "tests/simulation/services.hpp"

namespace sagas::sim {

/// The tables of a run, and what they were like when last read.
struct watched_tables {
  std::shared_ptr<memory_tables> tables = make_memory_tables();
  std::unique_ptr<queries> reader = open_memory_queries(tables);
  std::map<saga_id, saga_version> last;
};

enum class commit_fault : std::uint8_t {
  none,
  unavailable,
  unknown_before, ///< the outcome is unknown, and nothing was written
  unknown_after,  ///< the outcome is unknown, and all was written
  crash_before,
  crash_after,
  fatal, ///< the process has to stop
};

/// What one writer's store is made from.
struct watched_parts {
  stage& on;
  watched_tables& all;
  std::shared_ptr<life> whose;
  feed_sink& watchers; ///< those of the engine
  std::unique_ptr<store> inner;
};

class watched_store : public store {
public:
  explicit watched_store(watched_parts from);

  std::uint64_t epoch() const override { return inner_->epoch(); }
  result<batch_result> commit(std::span<const changes> batch, timestamp now) override;
  result<std::vector<stored_saga>> unfinished(const unfinished_query& what) override;
  result<std::optional<stored_saga>> find(const saga_id& id) override;
  status count_recovery(std::span<const saga_id> ids) override;
  status settle_recovery(std::span<const saga_id> ids) override;
  status save_definition(const stored_definition& what) override;
  result<std::vector<stored_definition>> definitions() override;
  result<std::size_t> remove(std::span<const saga_id> ids, timestamp ended_before) override;
  status keep(std::span<const kept_change> what) override;
  result<reseal_report> reseal(std::size_t sagas_max) override;

protected:
  /// The real commit; what a planted bug replaces.
  virtual result<batch_result> write(std::span<const changes> batch, timestamp now);

  store& inner() { return *inner_; }
  stage& on_;
  watched_tables& all_;

private:
  std::optional<failure> reading_fault();
  template <class Value>
  Value slowly(Value read);
  commit_fault draw_fault(std::size_t transitions);
  result<batch_result> write_all_but_poison(std::span<const changes> batch, timestamp now);
  failure nobody_knows();
  void read_back(std::span<const changes> batch);
  void tell(const result<batch_result>& done);

  const std::shared_ptr<life> whose_;
  const std::unique_ptr<store> inner_;
};

/// What the tables hold of a saga now; nothing when they have none.
std::optional<saga_version> read_saga(store& from, queries& reader, const saga_id& id);

} // namespace sagas::sim
