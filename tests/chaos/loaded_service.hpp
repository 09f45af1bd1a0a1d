// The real program under load, behind a proxy: clients that start campaigns, cancel some and write
// down what they are told, and an operator who decides about what is parked.
#pragma once

#include <atomic>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/audit/audit.hpp"
#include "app/demo/clients.hpp"
#include "app/demo/operator.hpp"
#include "app/demo/server_child.hpp"
#include "app/demo/verdict.hpp"
#include "chaos/database.hpp"
#include "support/tcp_proxy.hpp"

namespace sagas::chaos {

struct load_options {
  database* store = nullptr; ///< what the server writes to; must outlive the service
  std::string program;       ///< the path of sagas
  std::string folder;        ///< of the clients' log
  std::string server_folder;
  std::size_t campaigns = 0;
  std::size_t connections = 24;
  std::chrono::microseconds pace{2'000}; ///< from one new campaign to the next, at least
  std::map<std::string, std::string> environment = {}; ///< of the server
  bool children = false;                               ///< a step of each campaign is a saga
};

/// The thread that opens it owns it, and must outlive it: the server dies with that thread.
class loaded_service {
public:
  explicit loaded_service(load_options options);
  ~loaded_service();
  loaded_service(const loaded_service&) = delete;
  loaded_service& operator=(const loaded_service&) = delete;

  /// Starts the server, on files that are there or new ones, and gives it a definition with short
  /// time-outs.
  status open();
  /// Lets the load come.
  void begin();

  demo::server_child& server() { return *server_; }
  test::tcp_proxy& network() { return *network_; }

  std::size_t acknowledged() const { return clients_->acknowledged(); }
  /// Waits until so many starts have been acknowledged; false when `limit` passes first.
  bool wait_for_acknowledged(std::size_t count, milliseconds limit) const;

  /// No further campaigns. Waits until the clients have done with those that are begun and all have
  /// ended, and has their ends read.
  /// @returns whether all of that was within `limit`; errors: no answers at all, a full disk
  result<bool> settle(milliseconds limit);

  /// What the witnesses say, once it has settled: with the file of all that was stored.
  result<audit::report> audit(const std::string& database) const;
  /// The first answer that no client should get; empty: none.
  const std::string& surprise() const { return clients_->surprise(); }
  /// Whether each campaign that was started became what its plan says.
  result<demo::verdict> judge(const std::string& database) const;

private:
  void attend();

  const load_options options_;
  std::optional<demo::server_child> server_;
  std::unique_ptr<test::tcp_proxy> network_;
  std::vector<demo::campaign> orders_;
  std::optional<audit::client_log> log_;
  std::optional<demo::campaign_clients> clients_;
  std::future<result<load::summary>> load_;
  std::thread operator_;
  std::atomic<bool> all_ended_{false};
  std::atomic<bool> leaving_{false};
};

} // namespace sagas::chaos
