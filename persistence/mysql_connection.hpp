// One writer's connection: sessions that come and go, transactions that happen exactly once.
// Internal to persistence/.
//
// Each writer has a row in `escritores`: its epoch, and the number of its newest transaction. A
// transaction begins with "UPDATE escritores SET ultimo = n WHERE ... epoca = e AND ultimo = n-1".
// That is the fence: a newer process has changed the epoch, so nothing is found. And it is the
// marker: after a COMMIT whose answer was lost the same is done again on a new connection. The
// row's lock makes it wait until the old transaction has ended on the server; if that one was
// committed, nothing is found, and the row says n.
#pragma once

#include <functional>
#include <memory>

#include "persistence/fields.hpp"
#include "persistence/mysql_store.hpp"

namespace sagas {

class mysql_connection {
public:
  /// `opened` sees each new session before it is used, `closing` when one goes; both may throw
  /// nothing but what SOCI throws.
  struct listener {
    std::function<void(soci::session&)> opened;
    std::function<void()> closing;
  };
  mysql_connection(const mysql_store_options& options, int writer, std::uint64_t epoch,
                   listener told);
  ~mysql_connection() { drop(); }

  std::uint64_t epoch() const { return static_cast<std::uint64_t>(epoch_.value); }

  /// Runs `work` in one transaction behind the fence. It may run several times; that it answers
  /// success means that its last run has been committed, once. An error of `work` itself rolls
  /// back.
  status transact(const std::function<status()>& work);

  /// Runs `work`, which only reads, when it is certain what the last transaction has become.
  status read(const std::function<status()>& work);

private:
  enum class step : std::uint8_t { done, again, later, failed };
  struct attempt {
    step next = step::done;
    failure why;
  };
  class patience;

  attempt attempt_once(const std::function<status()>& work);
  attempt pass_fence();
  attempt after(const mysql_problem& problem);
  status settle();
  void open();
  void kill(unsigned long connection);
  void drop();
  void roll_back();

  const mysql_store_options options_;
  const listener listener_;
  std::unique_ptr<soci::session> session_;
  unsigned long connection_ = 0; // the server's number of the last session
  number_field writer_, epoch_, last_, next_;
  number_field stored_epoch_, stored_last_;
  std::unique_ptr<soci::statement> fence_, look_;
  bool in_doubt_ = false; // transaction next_ may or may not have been committed
};

} // namespace sagas
