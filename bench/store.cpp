#include "bench/store.hpp"

#include <utility>

#include "bench/context.hpp"

namespace sagas::bench {
namespace {

using steady = std::chrono::steady_clock;

class timed_store final : public store {
public:
  timed_store(std::unique_ptr<store> inner, commit_log& log)
    : inner_(std::move(inner)), log_(log) {}

  std::uint64_t epoch() const override { return inner_->epoch(); }
  result<batch_result> commit(std::span<const changes> batch, timestamp now) override {
    const auto begin = steady::now();
    auto done = inner_->commit(batch, now);
    if (done)
      log_.add(batch.size(), steady::now() - begin);
    return done;
  }
  result<std::vector<stored_saga>> unfinished(const unfinished_query& what) override {
    return inner_->unfinished(what);
  }
  result<std::optional<stored_saga>> find(const saga_id& id) override { return inner_->find(id); }
  status count_recovery(std::span<const saga_id> ids) override {
    return inner_->count_recovery(ids);
  }
  status settle_recovery(std::span<const saga_id> ids) override {
    return inner_->settle_recovery(ids);
  }
  status save_definition(const stored_definition& what) override {
    return inner_->save_definition(what);
  }
  result<std::vector<stored_definition>> definitions() override { return inner_->definitions(); }
  result<std::size_t> remove(std::span<const saga_id> ids, timestamp ended_before) override {
    return inner_->remove(ids, ended_before);
  }
  status keep(std::span<const kept_change> what) override { return inner_->keep(what); }
  result<reseal_report> reseal(std::size_t sagas_max) override { return inner_->reseal(sagas_max); }

private:
  std::unique_ptr<store> inner_;
  commit_log& log_;
};

} // namespace

void commit_log::add(std::size_t transitions, steady::duration took) {
  const std::lock_guard lock{guard_};
  content_.times.add(std::chrono::duration_cast<load::microseconds>(took));
  content_.transitions += transitions;
  content_.spent += took;
}

void commit_log::content::add(const content& more) {
  times.add(more.times);
  transitions += more.transitions;
  spent += more.spent;
}

commit_log::content commit_log::take() {
  const std::lock_guard lock{guard_};
  return std::exchange(content_, {});
}

std::unique_ptr<store> timed(std::unique_ptr<store> inner, commit_log& log) {
  return std::make_unique<timed_store>(std::move(inner), log);
}

store_list timed(store_list inner, commit_log& log) {
  for (std::unique_ptr<store>& each : inner)
    each = timed(std::move(each), log);
  return inner;
}

void commit_all(store& to, std::span<const changes> batch, timestamp now) {
  const auto done = must(to.commit(batch, now), "a commit");
  for (const commit_ack& each : done.acks)
    if (each.what != commit_ack::verdict::committed)
      throw failed{"a transition was not committed: " + each.error};
}

} // namespace sagas::bench
