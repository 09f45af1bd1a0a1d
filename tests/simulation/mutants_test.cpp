// Bugs planted beside the product: the checker has to find each of them within some seeds.
#include "support/catch.hpp"
#include "tests/simulation/run.hpp"

using namespace sagas;
using namespace sagas::sim;

namespace {

constexpr std::uint64_t seeds_max = 1'000;

using batch_span = std::span<const changes>;

/// Acknowledges everything, as a store would that has committed it.
batch_result all_committed(batch_span batch) {
  return {.acks = std::vector<commit_ack>(batch.size()), .events = {}};
}

/// Acknowledges at once and writes with the next commit: a crash in between loses it.
class hasty_store final : public watched_store {
public:
  using watched_store::watched_store;

private:
  result<batch_result> write(batch_span batch, timestamp now) override {
    const auto before = std::exchange(held_, {batch.begin(), batch.end()});
    if (!before.empty())
      if (auto late = watched_store::write(before, now); !late)
        return late;
    return all_committed(batch);
  }
  std::vector<changes> held_;
};

/// Writes the first half of a batch, and acknowledges the whole.
class half_store final : public watched_store {
public:
  using watched_store::watched_store;

private:
  result<batch_result> write(batch_span batch, timestamp now) override {
    auto done = watched_store::write(batch.first((batch.size() + 1) / 2), now);
    if (done)
      done->acks.resize(batch.size());
    return done;
  }
};

/// Writes what it is given, but for one part of each transition.
template <class Spoil>
class spoiling_store final : public watched_store {
public:
  using watched_store::watched_store;

private:
  result<batch_result> write(batch_span batch, timestamp now) override {
    std::vector<changes> spoiled{batch.begin(), batch.end()};
    for (changes& each : spoiled)
      Spoil{}(each);
    return watched_store::write(spoiled, now);
  }
};

struct drop_last_row {
  void operator()(changes& what) const {
    if (what.steps.size() > 1)
      what.steps.pop_back();
  }
};
struct drop_key {
  void operator()(changes& what) const { what.once.reset(); }
};
struct drop_notes {
  void operator()(changes& what) const { what.history.clear(); }
};
struct drop_outcome {
  void operator()(changes& what) const {
    for (step_row& row : what.steps)
      if (row.kind == outcome_kind::unknown)
        row.kind = outcome_kind::technical_failure;
  }
};

/// Writes whoever owns the tables by now.
class unfenced_store final : public watched_store {
public:
  using watched_store::watched_store;

private:
  result<batch_result> write(batch_span batch, timestamp now) override {
    return open_memory_store(all_.tables)->commit(batch, now);
  }
};

/// Lets watchers know as soon as each writer does, whatever the others have on their way.
class hasty_teller final : public watched_store {
public:
  explicit hasty_teller(watched_parts from)
    : watched_store(std::move(from)), watchers_(from.watchers) {}
  result<batch_result> commit(batch_span batch, timestamp now) override {
    auto done = watched_store::commit(batch, now);
    if (done && !done->events.events.empty())
      watchers_.publish(std::make_shared<feed_batch>(std::exchange(done->events, {})));
    return done;
  }

private:
  feed_sink& watchers_;
};

/// Gives out each page twice, as two writers would that both page through all sagas.
class stammering_store final : public watched_store {
public:
  using watched_store::watched_store;
  result<std::vector<stored_saga>> unfinished(const unfinished_query& what) override {
    const auto asked = std::exchange(last_, what.after);
    return watched_store::unfinished({asked, what.troubled, what.limit});
  }

private:
  std::optional<saga_id> last_;
};

/// A ledger in which something is wrong.
class ledger_around : public participant_ledger {
public:
  explicit ledger_around(std::unique_ptr<participant_ledger> inner) : inner_(std::move(inner)) {}
  result<std::optional<ledger_row>> find(const saga_id& saga, std::string_view service,
                                         std::string_view step) override {
    return inner_->find(saga, service, step);
  }
  status put(const ledger_row& row) override { return inner_->put(row); }
  status note(const ledger_note& line) override { return inner_->note(line); }
  status commit() override { return inner_->commit(); }

protected:
  std::unique_ptr<participant_ledger> inner_;
};

/// Remembers nothing: every repetition acts again.
class no_barrier final : public ledger_around {
public:
  using ledger_around::ledger_around;
  result<std::optional<ledger_row>> find(const saga_id&, std::string_view,
                                         std::string_view) override {
    return std::optional<ledger_row>{};
  }
};

/// Forgets that an undo came before its action.
class no_hanging_guard final : public ledger_around {
public:
  using ledger_around::ledger_around;
  status put(const ledger_row& row) override {
    ledger_row forgetful = row;
    forgetful.undone = row.undone && row.acted;
    return inner_->put(forgetful);
  }
};

/// Forgets which epochs it has seen.
class no_epoch_guard final : public ledger_around {
public:
  using ledger_around::ledger_around;
  status put(const ledger_row& row) override {
    ledger_row forgetful = row;
    forgetful.epoch = 0;
    return inner_->put(forgetful);
  }
};

/// Keeps a diary without its effects.
class poor_diary final : public ledger_around {
public:
  using ledger_around::ledger_around;
  status note(const ledger_note& line) override {
    return line.what == "efecto" ? status{nothing{}} : inner_->note(line);
  }
};

template <class Store>
makers with_store() {
  makers made;
  made.make_store = [](watched_parts from) {
    return std::unique_ptr<store>{std::make_unique<Store>(std::move(from))};
  };
  return made;
}

template <class Ledger>
makers with_ledger() {
  makers made;
  made.make_ledger = [](stage& on, service_memory& memory) {
    return std::unique_ptr<participant_ledger>{std::make_unique<Ledger>(open_ledger(on, memory))};
  };
  return made;
}

/// Whether some run with this bug breaks that invariant.
bool breaks(const makers& made, const std::string& invariant) {
  for (std::uint64_t seed = 1; seed <= seeds_max; ++seed)
    if (const auto bad = run(random_tape(seed), made).bad; bad && bad->invariant == invariant)
      return true;
  return false;
}

} // namespace

TEST_CASE("a store that acknowledges before it commits is caught", "[simulation][mutants]") {
  CHECK(breaks(with_store<hasty_store>(), "A1"));
}

TEST_CASE("a store that swallows half a batch is caught", "[simulation][mutants]") {
  CHECK(breaks(with_store<half_store>(), "A1"));
}

TEST_CASE("a store that writes half a transition is caught", "[simulation][mutants]") {
  CHECK(breaks(with_store<spoiling_store<drop_last_row>>(), "A5"));
}

TEST_CASE("a store that forgets idempotency keys is caught", "[simulation][mutants]") {
  CHECK(breaks(with_store<spoiling_store<drop_key>>(), "A3"));
}

TEST_CASE("a store that loses decisions is caught", "[simulation][mutants]") {
  CHECK(breaks(with_store<spoiling_store<drop_notes>>(), "A1"));
}

TEST_CASE("a store that forgets an unknown outcome is caught", "[simulation][mutants]") {
  CHECK(breaks(with_store<spoiling_store<drop_outcome>>(), "W2"));
}

TEST_CASE("a store without a fence is caught", "[simulation][mutants]") {
  CHECK(breaks(with_store<unfenced_store>(), "F2"));
}

TEST_CASE("publishing out of order is caught", "[simulation][mutants]") {
  CHECK(breaks(with_store<hasty_teller>(), "E1"));
}

TEST_CASE("a saga that is recovered twice is caught", "[simulation][mutants]") {
  CHECK(breaks(with_store<stammering_store>(), "R2"));
}

TEST_CASE("a participant without a barrier is caught", "[simulation][mutants]") {
  CHECK(breaks(with_ledger<no_barrier>(), "S3"));
}

TEST_CASE("a participant that acts behind its undo is caught", "[simulation][mutants]") {
  CHECK(breaks(with_ledger<no_hanging_guard>(), "S4"));
}

TEST_CASE("a participant that obeys an older epoch is caught", "[simulation][mutants]") {
  CHECK(breaks(with_ledger<no_epoch_guard>(), "F3"));
}

TEST_CASE("a participant's diary without its effects is caught", "[simulation][mutants]") {
  CHECK(breaks(with_ledger<poor_diary>(), "S3"));
}

TEST_CASE("a failure is told in a short history and with the command that repeats it",
          "[simulation][mutants]") {
  const auto made = with_store<half_store>();
  std::uint64_t seed = 1;
  auto found = run(random_tape(seed), made);
  while (!found.bad)
    found = run(random_tape(++seed), made);
  const tape small = shrink(random_tape(seed), found.bad->invariant, made);
  CHECK(small.steps.size() <= 20);
  CHECK(run(small, made).bad->invariant == found.bad->invariant);
  const std::string text = explain(seed, *found.bad, made);
  CHECK(text.find("SAGAS_SEED=" + std::to_string(seed) + " ") != std::string::npos);
  CHECK(text.find("breaks " + found.bad->invariant) != std::string::npos);
}
