#include "persistence/mysql_owner.hpp"

#include <algorithm>

#include <soci/soci.h>

#include "persistence/mysql_store.hpp"

namespace sagas {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::seconds sign_every{4};
// Lock names are the server's, not a database's.
constexpr const char* lock_name = "CONCAT('sagas-', LEFT(SHA2(DATABASE(), 256), 40))";

// Waits for whole seconds; less than the session's read time-out.
bool take_lock(soci::session& session, std::chrono::seconds wait) {
  int taken = 0;
  soci::indicator state = soci::i_null;
  session << "SELECT GET_LOCK(" << lock_name << ", " << wait.count() << ")",
    soci::into(taken, state);
  return state == soci::i_ok && taken == 1;
}

std::unique_ptr<soci::session> open_keeper(const mysql_terms& server) {
  auto session = open_mysql_session(server);
  *session << "SET SESSION wait_timeout = " << mysql_owner_patience.count();
  return session;
}

} // namespace

result<std::shared_ptr<mysql_owner>> mysql_owner::claim(const mysql_terms& server,
                                                        std::chrono::milliseconds wait) {
  const auto until = clock::now() + wait;
  return as_mysql_value([&]() -> result<std::shared_ptr<mysql_owner>> {
    auto session = open_keeper(server);
    bool taken = take_lock(*session, std::chrono::seconds{0});
    while (!taken && clock::now() < until)
      taken = take_lock(*session, std::chrono::seconds{1});
    if (!taken)
      return {errc::conflict, "another process has opened the database " + server.database
                                + ": stop it, or name another database (db.name)"};
    return std::make_shared<mysql_owner>(server, std::move(session));
  });
}

mysql_owner::mysql_owner(const mysql_terms& server, std::unique_ptr<soci::session> session)
  : server_(server), session_(std::move(session)), keeper_([this] { keep(); }) {}

mysql_owner::~mysql_owner() {
  {
    const std::lock_guard lock{guard_};
    stopping_ = true;
  }
  wake_.notify_one();
  keeper_.join();
  try {
    if (session_)
      *session_ << "DO RELEASE_LOCK(" << lock_name << ")";
  } catch (const std::exception&) {
    session_.reset(); // the server frees it with the connection
  }
}

void mysql_owner::keep() {
  std::unique_lock lock{guard_};
  while (!wake_.wait_for(lock, sign_every, [this] { return stopping_; })) {
    lock.unlock();
    give_sign();
    lock.lock();
  }
}

void mysql_owner::give_sign() {
  try {
    if (session_) {
      *session_ << "DO 1";
      return;
    }
    session_ = open_keeper(server_);
    take_lock(*session_, std::chrono::seconds{0});
  } catch (const std::exception&) {
    session_.reset(); // tried again with the next sign
  }
}

} // namespace sagas
