// The real program under load: clients that start campaigns, and an operator who decides about what
// is parked, while a test does to the server what it likes.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <optional>
#include <thread>
#include <vector>

#include "app/audit/audit.hpp"
#include "app/demo/clients.hpp"
#include "app/demo/operator.hpp"
#include "app/demo/server_child.hpp"
#include "app/demo/verdict.hpp"
#include "app/private_copy.hpp"
#include "persistence/mysql_session.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"

namespace sagas::test {

/// $SAGAS_CRASH_SEED, or one by chance. Printed, so that a run can be repeated as far as the
/// machine's own timing allows.
std::uint64_t crash_seed();

/// The environment of a program that is to use this database.
std::map<std::string, std::string> environment_of(const mysql_terms& database);

class loaded_server {
public:
  /// Starts the server and gives it a definition with short time-outs; on a SQLite file, or on the
  /// database that `on` names. `before` is called first, to put files in the server's place.
  explicit loaded_server(std::size_t campaigns, std::vector<std::string> flags = {},
                         std::optional<mysql_terms> on = {},
                         const std::function<void(const demo::server_child&)>& before = {});
  ~loaded_server();
  loaded_server(const loaded_server&) = delete;
  loaded_server& operator=(const loaded_server&) = delete;

  demo::server_child& server() { return server_; }
  const demo::server_child& server() const { return server_; }
  const temp_folder& folder() const { return folder_; }

  /// From the next start on the database that `on` names; nothing: on the SQLite file.
  void move_to(const std::optional<mysql_terms>& on);
  void begin(std::size_t connections);
  /// Waits until so many starts have been acknowledged; false when `limit` passes first.
  bool wait_for_acknowledged(std::size_t count,
                             milliseconds limit = std::chrono::seconds{30}) const;
  std::size_t acknowledged() const { return clients_.acknowledged(); }
  /// No further campaigns; returns when clients have done with those that are begun, all have
  /// ended, and their ends have been read.
  void settle();
  /// The campaigns that have been started.
  std::vector<demo::campaign> started() const;

  /// What the witnesses say, and whether each campaign became what its plan says.
  audit::report audit() const;
  void check_all() const;

private:
  void attend();
  // The database as a file: the server's own, or a copy of what another server has.
  struct seen_database {
    std::optional<private_copy> copy;
    std::string path;
    std::optional<timestamp> taken;
  };
  seen_database look() const;
  audit::report audit(const seen_database& database) const;

  std::optional<mysql_terms> on_;
  temp_folder folder_;
  demo::server_child server_;
  std::vector<demo::campaign> orders_;
  audit::client_log log_;
  demo::campaign_clients clients_;
  std::future<result<load::summary>> load_;
  std::thread operator_;
  std::atomic<bool> all_ended_{false};
  std::atomic<bool> leaving_{false};
};

} // namespace sagas::test
