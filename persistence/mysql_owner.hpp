// Who owns a database: the process whose session holds the server's lock of that name.
// Internal to persistence/.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "persistence/mysql_session.hpp"

namespace sagas {

/// Holds the lock until it is destroyed, by a session and a thread of its own. The session gives a
/// sign every few seconds; the server ends it, and frees the lock, after mysql_owner_patience
/// without one. A lock that was lost is taken again when it is free; when it is not, another
/// process has raised the epoch, and the next commit learns that.
class mysql_owner {
public:
  /// errc::conflict when another process holds it for all of `wait`.
  static result<std::shared_ptr<mysql_owner>> claim(const mysql_terms& server,
                                                    std::chrono::milliseconds wait);
  mysql_owner(const mysql_terms& server, std::unique_ptr<soci::session> session);
  mysql_owner(const mysql_owner&) = delete;
  mysql_owner& operator=(const mysql_owner&) = delete;
  ~mysql_owner();

private:
  void keep();
  void give_sign();

  const mysql_terms server_;
  std::unique_ptr<soci::session> session_; // null: lost
  std::mutex guard_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread keeper_;
};

} // namespace sagas
