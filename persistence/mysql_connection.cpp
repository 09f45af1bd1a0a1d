#include "persistence/mysql_connection.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include <soci/mysql/soci-mysql.h>

#include "saga/planted.hpp"

namespace sagas {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int tries_max = 10; // of one transaction that the server gives up
constexpr milliseconds pause_first{5};
constexpr milliseconds pause_max{500};

failure fenced() {
  return {errc::fenced, "another process has opened the store since: this one must stop"};
}

} // namespace

/// How often, and how long, one transaction is tried again.
class mysql_connection::patience {
public:
  explicit patience(milliseconds settle_wait) : until_(clock::now() + settle_wait) {}

  /// Waits a little; false when it is enough.
  bool again(bool in_doubt) {
    ++tries_;
    if (clock::now() >= until_ || (!in_doubt && tries_ >= tries_max))
      return false;
    std::this_thread::sleep_for(pause_);
    pause_ = std::min(2 * pause_, pause_max);
    return true;
  }

private:
  const clock::time_point until_;
  milliseconds pause_ = pause_first;
  int tries_ = 0;
};

mysql_connection::mysql_connection(const mysql_store_options& options, int writer,
                                   std::uint64_t epoch, listener told)
  : options_(options), listener_(std::move(told)) {
  writer_.value = writer;
  epoch_.value = static_cast<long long>(epoch);
}

void mysql_connection::open() {
  if (session_)
    return;
  session_ = open_mysql_session(options_.server);
  // A transaction that the old connection has left open would keep the fence's row locked for as
  // long as the server does not notice that nobody is there.
  const unsigned long old = std::exchange(connection_, connection_id(*session_));
  if (old != 0 && old != connection_)
    kill(old);
  *session_ << "SET SESSION wait_timeout = " << mysql_owner_patience.count();
  fence_ = std::make_unique<soci::statement>(
    make_write(*session_,
               "UPDATE escritores SET ultimo = :n WHERE escritor = :w AND epoca = :e "
               "AND ultimo = :l",
               next_, writer_, epoch_, last_));
  look_ = std::make_unique<soci::statement>(*session_);
  fill_fields(*look_, stored_epoch_, stored_last_);
  use_fields(*look_, writer_);
  prepare(*look_, "SELECT epoca, ultimo FROM escritores WHERE escritor = :w FOR UPDATE");
  listener_.opened(*session_);
}

void mysql_connection::kill(unsigned long connection) {
  try {
    *session_ << "KILL CONNECTION " << connection;
  } catch (const soci::mysql_soci_error& why) {
    if (why.err_num_ != 1094) // it was gone already
      throw;
  }
}

void mysql_connection::drop() {
  if (!session_)
    return;
  listener_.closing();
  fence_.reset();
  look_.reset();
  session_.reset();
}

// Ends what is open; a connection that can't is none.
void mysql_connection::roll_back() {
  try {
    session_->rollback();
  } catch (const soci::soci_error&) {
    drop();
  }
}

status mysql_connection::transact(const std::function<status()>& work) {
  if (const status settled = settle(); !settled)
    return settled;
  next_.value = last_.value + 1;
  patience left{options_.settle_wait};
  for (;;) {
    attempt tried = attempt_once(work);
    if (tried.next == step::done)
      return nothing{};
    if (tried.next == step::failed)
      return tried.why;
    const bool worthwhile = in_doubt_ || tried.next == step::again;
    if (worthwhile && left.again(in_doubt_))
      continue;
    if (in_doubt_)
      tried.why.code = errc::unknown_outcome;
    return tried.why;
  }
}

mysql_connection::attempt mysql_connection::attempt_once(const std::function<status()>& work) {
  bool committing = false;
  bool opened = false;
  try {
    open();
    opened = true;
    session_->begin();
    if (attempt passed = pass_fence(); passed.next != step::again) {
      roll_back();
      return passed;
    }
    in_doubt_ = false; // the fence's row says that no earlier try was committed
    if (status made = work(); !made) {
      roll_back();
      return {step::failed, made.error()};
    }
    committing = true;
    session_->commit();
    last_ = next_;
    return {};
  } catch (...) {
    mysql_problem problem = caught_mysql_problem();
    in_doubt_ = in_doubt_ || committing;
    if (committing)
      drop(); // whatever the server says: the fence's row tells
    if (!opened)
      problem.kind = mysql_trouble::back_off;
    return after(problem);
  }
}

// `again`: passed. `done`: what is to be done was committed by an earlier try.
mysql_connection::attempt mysql_connection::pass_fence() {
  if (run(*fence_) == 1 || planted(bug::no_fence)
      || (in_doubt_ && planted(bug::retry_commit_blindly)))
    return {step::again, {}};
  stored_epoch_.value = 0;
  each_row(*look_, [] {});
  if (stored_epoch_.value != epoch_.value)
    return {step::failed, in_doubt_ ? failure{errc::unknown_outcome, fenced().message} : fenced()};
  if (!in_doubt_ || stored_last_.value != next_.value)
    return {step::failed, {errc::fatal, "somebody else has written as this writer"}};
  in_doubt_ = false;
  last_ = next_;
  return {};
}

// What to do after an error in mid-transaction. Any error may have left a half: roll back.
mysql_connection::attempt mysql_connection::after(const mysql_problem& problem) {
  switch (problem.kind) {
  case mysql_trouble::lost: drop(); return {step::again, problem.why};
  case mysql_trouble::redo:
    if (session_)
      roll_back();
    return {step::again, problem.why};
  case mysql_trouble::back_off:
  case mysql_trouble::not_writable:
  case mysql_trouble::refused: drop(); return {step::later, problem.why};
  case mysql_trouble::poison:
  case mysql_trouble::bug: break;
  }
  if (session_)
    roll_back();
  return {in_doubt_ ? step::later : step::failed, problem.why};
}

// Finds out what became of a transaction that answered unknown_outcome.
status mysql_connection::settle() {
  if (!in_doubt_)
    return nothing{};
  const status looked = as_mysql_value([&]() -> status {
    open();
    session_->begin();
    stored_epoch_.value = 0;
    each_row(*look_, [] {});
    session_->commit();
    if (stored_epoch_.value != epoch_.value)
      return fenced();
    last_ = stored_last_;
    in_doubt_ = false;
    return nothing{};
  });
  if (!looked)
    drop();
  return looked;
}

status mysql_connection::read(const std::function<status()>& work) {
  if (const status settled = settle(); !settled)
    return settled;
  failure why;
  for (int tries = 0; tries < 2; ++tries) // once more on a new connection
    try {
      open();
      return work();
    } catch (...) {
      mysql_problem problem = caught_mysql_problem();
      why = problem.why;
      if (problem.kind == mysql_trouble::bug && problem.code == 0)
        break; // a damaged row
      drop();
    }
  return why;
}

} // namespace sagas
