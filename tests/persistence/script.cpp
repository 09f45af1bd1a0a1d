#include "tests/persistence/script.hpp"

#include "persistence/sqlite_store.hpp"
#include "tests/persistence/plain_sql.hpp"
#include "tests/saga/driver.hpp"

namespace sagas::test {
namespace {

definition_ptr plan() {
  static const definition_ptr made = sequence({step("uno"), step("dos"), step("tres")});
  return made;
}

// One saga on its way: what it does next depends on its number alone.
class runner {
public:
  explicit runner(int number) : number_(number), state_(state_of(number)) {}

  const saga_id& id() const { return state_.header.id; }
  const stored_saga& rows() const { return table_.stored; }
  bool has_ended() const { return is_terminal(state_.header.status); }

  changes go_on() {
    now_ += milliseconds{7};
    auto decided = advance(plan(), state_, next());
    REQUIRE(decided);
    state_ = decided->next;
    table_.apply(decided->written);
    return decided->written;
  }

private:
  static saga_state state_of(int number) {
    saga_header header;
    header.id = first_id_at(noon + milliseconds{number});
    header.started = noon + milliseconds{number};
    header.campaign_id = "camp-" + std::to_string(number);
    header.input = document{R"({"relleno":")" + std::string(600, 'x') + "\"}"};
    return new_saga(*plan(), std::move(header));
  }

  event next() const {
    if (state_.header.status == saga_status::started)
      return saga_started{now_};
    if (number_ % 5 == 3 && state_.steps[1].action.in_flight()
        && state_.header.way == direction::forward)
      return cancel_requested{now_, {"ana", "prueba"}};
    for (std::size_t i = 0; i < state_.steps.size(); ++i)
      for (const operation op : {operation::action, operation::compensation}) {
        const attempt_state& attempt = op == operation::action ? state_.steps[i].action
                                                               : state_.steps[i].compensation;
        if (attempt.in_flight())
          return outcome_arrived{now_, i, op, attempt.number, answer(i, op)};
      }
    return time_passed{*wakes_at(*plan(), state_)};
  }

  outcome answer(std::size_t step, operation op) const {
    if (op == operation::action && step == 2 && number_ % 5 == 1)
      return {outcome_kind::business_failure, {}, "negocio", "no hay saldo", {}};
    if (op == operation::action && step == 0 && number_ % 5 == 2
        && state_.steps[0].action.number == 1)
      return {outcome_kind::unknown, {}, "perdida", "sin respuesta", {}};
    return {outcome_kind::done, document{R"({"n":)" + std::to_string(number_) + "}"}, {}, {}, {}};
  }

  int number_;
  saga_state state_;
  table table_;
  timestamp now_ = noon;
};

// What the store holds of the script's sagas.
stored_sagas read_all(store& from, const script& what) {
  stored_sagas found;
  for (const auto& [id, saga] : what.after.back()) {
    auto stored = from.find(id);
    REQUIRE(stored);
    if (!*stored)
      continue;
    for (step_row& row : (*stored)->steps)
      row.insert = false;
    found[id] = std::move(**stored);
  }
  return found;
}

bool same(const stored_sagas& a, const stored_sagas& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.first == y.first && x.second.header == y.second.header
           && x.second.steps == y.second.steps;
  });
}

std::unique_ptr<store> reopen(const std::string& path) {
  auto opened = open_sqlite_store({.path = path, .synchronous = sqlite_synchronous::off});
  INFO((opened ? "" : opened.error().message));
  REQUIRE(opened);
  return std::move(*opened);
}

void check_sound(const std::string& path) {
  CHECK(ask(path, "PRAGMA integrity_check") == "ok");
  CHECK(ask(path, "SELECT count(*) FROM sagas")
        == ask(path, "SELECT coalesce(sum(cuenta), 0) FROM estadisticas_sagas "
                     "WHERE periodo = 'TOTAL'"));
  CHECK(ask(path, "SELECT count(*) FROM pasos_saga WHERE timestamp_fin IS NOT NULL")
        == ask(path, "SELECT coalesce(sum(cuenta), 0) FROM estadisticas_pasos "
                     "WHERE periodo = 'TOTAL'"));
}

} // namespace

script make_script(int sagas) {
  std::vector<runner> running;
  running.reserve(static_cast<std::size_t>(sagas));
  for (int i = 0; i < sagas; ++i)
    running.emplace_back(i);
  script made;
  made.after.emplace_back();
  for (std::size_t round = 0;; ++round) {
    std::vector<changes> batch;
    stored_sagas stored = made.after.back();
    for (std::size_t i = 0; i < running.size(); ++i) {
      if (running[i].has_ended() || (round + i) % 3 == 0) // not everybody in every batch
        continue;
      batch.push_back(running[i].go_on());
      stored[running[i].id()] = running[i].rows();
    }
    if (batch.empty() && std::all_of(running.begin(), running.end(), [](const runner& each) {
          return each.has_ended();
        }))
      return made;
    if (batch.empty())
      continue;
    for (auto& [id, saga] : stored)
      for (step_row& row : saga.steps)
        row.insert = false; // as it is read back
    made.batches.push_back(std::move(batch));
    made.after.push_back(std::move(stored));
  }
}

progress commit_from(store& to, const script& what, std::size_t first) {
  progress made{first, {}, {}};
  for (; made.acknowledged < what.batches.size(); ++made.acknowledged) {
    const auto done = to.commit(what.batches[made.acknowledged], noon);
    if (!done) {
      made.failed_with = done.error().code;
      made.why = done.error().message;
      return made;
    }
    for (const commit_ack& ack : done->acks)
      REQUIRE(ack.what == commit_ack::verdict::committed);
  }
  return made;
}

std::optional<std::size_t> batches_stored(const std::string& path, const script& what) {
  const stored_sagas found = read_all(*reopen(path), what);
  check_sound(path);
  for (std::size_t i = what.after.size(); i-- > 0;)
    if (same(found, what.after[i]))
      return i;
  return std::nullopt;
}

void check_goes_on(const std::string& path, const script& what, std::size_t first) {
  const auto again = reopen(path);
  CHECK_FALSE(commit_from(*again, what, first).failed_with);
  CHECK(same(read_all(*again, what), what.after.back()));
}

} // namespace sagas::test
