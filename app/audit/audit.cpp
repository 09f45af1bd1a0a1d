#include "app/audit/audit.hpp"

#include <optional>
#include <set>

#include "app/audit/checks.hpp"
#include "app/audit/reader.hpp"
#include "app/audit/removals.hpp"
#include "app/audit/tables.hpp"
#include "app/audit/tally.hpp"
#include "app/clock.hpp"

namespace sagas::audit {
namespace {

constexpr std::size_t violations_kept = 1'000;

class auditor {
public:
  explicit auditor(const witnesses& who) : who_(who) {}

  result<report> run() {
    claim({"S1", "A5", "D1", "D2", "accounting"});
    if (!who_.clients.empty())
      claim({"A1", "A2", "A3"});
    if (!who_.ledger.empty())
      claim({"F1", "F2"});
    if (who_.ended)
      claim({"V1"});
    for (const auto step : {&auditor::open, &auditor::check_sagas, &auditor::check_tables})
      if (const status done = (this->*step)(); !done)
        return done.error();
    return std::move(report_);
  }

private:
  // The clients' log first and the ledger last: what a log tells is stored, and what is stored has
  // been done. Only the ledger runs ahead, so its lines from now on are left out.
  status open() {
    if (!who_.clients.empty()) {
      auto read = read_client_log(who_.clients);
      if (!read)
        return read.error();
      clients_ = std::move(*read);
    }
    until_ = who_.taken.value_or(now());
    auto store = database::open(who_.database);
    if (!store)
      return store.error();
    store_ = std::move(*store);
    removed_.emplace(*store_);
    if (who_.ledger.empty())
      return nothing{};
    auto ledger = database::open(who_.ledger);
    if (!ledger)
      return ledger.error();
    ledger_ = std::move(*ledger);
    return nothing{};
  }

  // What is checked, whether or not it finds anything.
  void claim(std::initializer_list<const char*> invariants) {
    for (const char* each : invariants)
      report_.by_invariant.try_emplace(each);
  }

  void accuse(const char* invariant, const std::string& saga, std::string text) {
    ++report_.violations_total;
    ++report_.by_invariant[invariant];
    if (report_.violations.size() < violations_kept)
      report_.violations.push_back({invariant, saga, std::move(text)});
  }

  void run_checks(std::span<const saga_check> checks, const saga_case& saga) {
    for (const saga_check& each : checks) {
      claim({each.invariant});
      each.run(saga, [&](std::string text) { accuse(each.invariant, saga.id, std::move(text)); });
    }
  }

  void check_saga(saga_case& saga) {
    if (clients_) {
      const auto seen = clients_->sagas.find(saga.id);
      saga.client = seen == clients_->sagas.end() ? nullptr : &seen->second;
      run_checks(client_checks(), saga);
      if (saga.undoes.empty() && !saga.is_child)
        check_wanted(saga);
      seen_.insert(saga.id);
    }
    run_checks(state_checks(), saga);
    run_checks(order_checks(), saga);
    if (ledger_ && !saga.moving && !saga.paired) // else nobody can say which side is ahead
      run_checks(participant_checks(), saga);
    const bool waits = saga.status == "REQUIERE_ATENCION" || saga.status == "PAUSADA";
    if (who_.ended && !saga.is_terminal() && !waits)
      accuse("V1", saga.id, "is still " + saga.status + ", though the run is over");
    accounts_.add(saga);
    tally_.add(saga);
  }

  // A saga that nobody was given must be one whose start had no answer.
  void check_wanted(const saga_case& saga) {
    if (saga.client && !saga.client->acknowledged.empty())
      return;
    for (const std::string& key : saga.keys.empty() ? std::vector<std::string>{""} : saga.keys) {
      const auto used = clients_->keys.find(key);
      if (used != clients_->keys.end() && used->second.unknown
          && used->second.sent.contains(saga.start))
        return;
    }
    accuse("A2", saga.id, "was asked for by no client");
  }

  status check_sagas() {
    auto plans = read_shapes(*store_);
    if (!plans)
      return plans.error();
    plans_ = std::move(*plans);
    saga_reader reader{.store = *store_,
                       .ledger = ledger_ ? &*ledger_ : nullptr,
                       .plans = plans_,
                       .until = until_,
                       .opens = make_payload_opener(who_.keys),
                       .on_saga = {},
                       .on_orphan = {}};
    reader.on_saga = [this](saga_case& saga) { check_saga(saga); };
    reader.on_orphan = [this](const char* table, const std::string& saga) {
      const std::string name = table;
      if (name == "diario") {
        if (!removed_->contain(saga))
          accuse("W1", saga, "came to a participant, but there is no such saga");
      } else if (name != "efectos") // its lines in the diary tell
        accuse("A5", saga, "has rows in " + name + ", but there is no such saga");
    };
    return reader.run();
  }

  status check_tables() {
    const auto wrong = [this](const char* invariant, const std::string& saga, std::string text) {
      accuse(invariant, saga, std::move(text));
    };
    accounts_.close(wrong);
    report_.counts = tally_.counts();
    report_.counts.removed = removed_->count();
    if (status done = check_feed(*store_, report_.counts, wrong); !done)
      return done;
    if (status done = check_statistics(*store_, *removed_, wrong); !done)
      return done;
    if (clients_) {
      check_lost();
      count_clients();
      if (status done = check_keys(*store_, *clients_, *removed_, wrong); !done)
        return done;
    }
    if (removed_->error())
      return *removed_->error();
    if (status done = check_undos(*store_, ledger_ ? &*ledger_ : nullptr, wrong); !done)
      return done;
    if (status done = check_children(*store_, plans_, wrong); !done)
      return done;
    return ledger_ ? check_epochs(*store_, *ledger_, wrong) : status{nothing{}};
  }

  void check_lost() {
    for (const auto& [id, view] : clients_->sagas)
      if (!view.acknowledged.empty() && !seen_.contains(id) && !removed_->contain(id))
        accuse("A1", id, "was acknowledged, but is not stored");
  }

  void count_clients() {
    for (const auto& [name, key] : clients_->keys) {
      report_.counts.acknowledged += key.sagas.empty() ? 0 : 1;
      report_.counts.unanswered += key.unknown ? 1 : 0;
    }
  }

  const witnesses& who_;
  timestamp until_{};
  std::optional<client_history> clients_;
  std::optional<database> store_;
  std::optional<removals> removed_; // of store_
  std::optional<database> ledger_;
  shapes plans_;
  std::set<std::string> seen_;
  accounts accounts_;
  tally tally_;
  report report_;
};

} // namespace

result<report> audit(const witnesses& who) { return auditor{who}.run(); }

} // namespace sagas::audit
