#include "chaos/injector.hpp"

#include <csignal>

#include "app/exit_code.hpp"
#include "app/process.hpp"

namespace sagas::chaos {
namespace {

using steady = std::chrono::steady_clock;
using std::chrono::seconds;

constexpr seconds recovers_within{30};
constexpr seconds ends_within{30};
constexpr seconds commits_within{10};
constexpr seconds gives_up_within{15}; // a process that has lost its file
constexpr milliseconds between_tries{50};
constexpr int tries_max = 20;

status pause(milliseconds time) {
  if (wait_for_signal(time))
    return failure{errc::unavailable, "interrupted"};
  return nothing{};
}

} // namespace

void injector::accuse(const char* invariant, std::string text) {
  breaches_.push_back({invariant, std::move(text)});
}

result<fault_record> injector::strike(const fault& what) {
  record_ = {.what = what.what};
  if (const status waited = pause(what.after); !waited)
    return waited.error();
  if (const status done = perform(what); !done)
    return done.error();
  if (at_.wait_for_acknowledged(at_.acknowledged() + 1, recovers_within))
    record_.recovery = std::chrono::ceil<milliseconds>(steady::now() - lifted_);
  else
    accuse("V2", "no start was acknowledged within 30 s after " + as_text(what));
  return record_;
}

status injector::perform(const fault& what) {
  switch (what.what) {
  case fault_kind::kill: return kill(what);
  case fault_kind::stop: return stop(what);
  case fault_kind::term: return term();
  case fault_kind::disk: return fill_disk(what);
  case fault_kind::second: return intrude();
  case fault_kind::oust: return oust();
  case fault_kind::net: return trouble(at_.network(), what);
  case fault_kind::db_kill: return kill_database(what);
  case fault_kind::db_power: return cut_power(what);
  case fault_kind::db_stop: return stop_database(what);
  case fault_kind::db_net: return trouble(mariadb_->network(), what);
  case fault_kind::commit: return cut_commit(what);
  }
  return failure{errc::internal, "no such fault"};
}

status injector::count_in_flight() {
  const auto open = store_.in_flight();
  if (!open)
    return open.error();
  record_.in_flight = *open;
  return nothing{};
}

// Starts the server again if it has ended by itself. Only one code may be the reason.
status injector::revive(std::optional<int> allowed) {
  const auto code = at_.server().wait(milliseconds{0});
  if (!code)
    return nothing{};
  if (code != allowed)
    accuse("alive", "the server ended by itself with code " + std::to_string(*code) + " at "
                      + std::string{name_of(record_.what)});
  return at_.server().start();
}

status injector::kill(const fault& what) {
  if (const status alive = revive({}); !alive)
    return alive;
  at_.server().kill();
  lifted_ = steady::now();
  if (const status counted = count_in_flight(); !counted)
    return counted;
  if (what.again) { // and once more while it is coming back
    if (const status launched = at_.server().launch(); !launched)
      return launched;
    if (const status waited = pause(*what.again); !waited)
      return waited;
    at_.server().kill();
    lifted_ = steady::now();
  }
  return at_.server().start();
}

status injector::stop(const fault& what) {
  if (const status counted = count_in_flight(); !counted)
    return counted;
  at_.server().send(SIGSTOP);
  const status waited = pause(what.lasts);
  at_.server().send(SIGCONT);
  lifted_ = steady::now();
  return waited ? revive({}) : waited;
}

status injector::term() {
  at_.server().send(SIGTERM);
  const auto code = at_.server().wait(ends_within);
  if (code != exit_ok)
    accuse("drain", code ? "SIGTERM ended the server with code " + std::to_string(*code)
                         : "SIGTERM did not end the server within 30 s");
  at_.server().kill();
  lifted_ = steady::now();
  if (const status counted = count_in_flight(); !counted)
    return counted;
  return at_.server().start();
}

// It may hold out or leave for its supervisor, us; what it has acknowledged must be there.
// Counted before: SQLite reads nothing where it finds no room for its shared memory.
status injector::fill_disk(const fault& what) {
  if (const status counted = count_in_flight(); !counted)
    return counted;
  if (const status filled = disk_->fill(); !filled)
    return filled;
  const status waited = pause(what.lasts);
  if (const status emptied = disk_->make_room(); !emptied)
    return emptied;
  lifted_ = steady::now();
  if (!waited)
    return waited;
  if (disk_->is_used_up())
    return failure{errc::unavailable, "the small disk is too small for so long a run"};
  return revive(exit_server);
}

// Another process on the same database is turned away, and this one does not even notice.
status injector::intrude() {
  if (const status owned = store_.await_owner(); !owned)
    return owned;
  if (const status counted = count_in_flight(); !counted)
    return counted;
  demo::server_child intruder = at_.server().another();
  if (const status launched = intruder.launch(); !launched)
    return launched;
  const auto code = intruder.wait(ends_within);
  lifted_ = steady::now();
  if (code != exit_server)
    accuse("lock", code
                     ? "a second process on the database ended with code " + std::to_string(*code)
                     : "a second process on the database was not refused");
  return revive({});
}

// Frozen for so long that somebody else has taken its sagas, it must not write when it wakes up.
status injector::oust() {
  if (const status counted = count_in_flight(); !counted)
    return counted;
  std::optional<std::int64_t> written;
  for (int tries = 0; tries < tries_max && !written; ++tries) {
    at_.server().send(SIGSTOP);
    const auto taken = store_.take_over();
    at_.server().send(SIGCONT);
    if (taken)
      written = *taken;
    else if (const status waited = pause(between_tries); !waited) // it was frozen in a commit
      return waited;
  }
  if (!written)
    return failure{errc::unavailable, "the server was in a commit whenever it was frozen"};
  const auto code = at_.server().wait(gives_up_within);
  if (code != exit_server)
    accuse("F2", code ? "an ousted process ended with code " + std::to_string(*code)
                      : "an ousted process goes on serving");
  at_.server().kill();
  lifted_ = steady::now();
  const auto now = store_.newest_commit();
  if (!now)
    return now.error();
  if (*now != *written)
    accuse("F2", "an ousted process has written " + std::to_string(*now - *written)
                   + " commits after it had lost its sagas");
  return at_.server().start();
}

status injector::trouble(test::tcp_proxy& network, const fault& what) {
  const status counted = count_in_flight();
  network.behave(what.trouble);
  const status waited = pause(what.lasts);
  network.behave({});
  lifted_ = steady::now();
  if (!counted || !waited)
    return counted ? waited : counted;
  return revive({});
}

status injector::kill_database(const fault& what) {
  if (const status counted = count_in_flight(); !counted)
    return counted;
  mariadb_->server().kill();
  const status waited = pause(what.lasts);
  mariadb_->server().start();
  lifted_ = steady::now();
  return waited ? revive({}) : waited;
}

status injector::cut_power(const fault& what) {
  if (const status counted = count_in_flight(); !counted)
    return counted;
  if (const status cut = power_->cut(); !cut)
    return cut;
  mariadb_->server().kill();
  const status waited = pause(what.lasts);
  if (const status restored = power_->restore(); !restored)
    return restored;
  mariadb_->server().start();
  lifted_ = steady::now();
  return waited ? revive({}) : waited;
}

status injector::stop_database(const fault& what) {
  if (const status counted = count_in_flight(); !counted)
    return counted;
  mariadb_->server().freeze();
  const status waited = pause(what.lasts);
  mariadb_->server().thaw();
  lifted_ = steady::now();
  return waited ? revive({}) : waited;
}

status injector::cut_commit(const fault& what) {
  if (const status counted = count_in_flight(); !counted)
    return counted;
  mariadb_->network().cut_at("COMMIT", what.moment);
  if (!mariadb_->network().wait_for_cut(commits_within))
    accuse("V2", "under load nothing was committed for 10 s");
  mariadb_->network().spare(); // the server may be gone, and the next one has done nothing
  lifted_ = steady::now();
  return revive({});
}

} // namespace sagas::chaos
