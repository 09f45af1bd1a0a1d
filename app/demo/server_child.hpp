// A server process of our own: the real program as a child, on a file, killed and started again.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/child_process.hpp"
#include "saga/result.hpp"
#include "saga/time.hpp"

namespace sagas::demo {

struct server_options {
  std::string program;                ///< the path of sagas
  std::string folder;                 ///< sagas.db, participants.db and server.log lie there
  std::uint16_t port = 0;             ///< 0: a free one, kept over restarts
  std::string injection = {};         ///< JSON of the participants' faults; empty: none
  std::vector<std::string> more = {}; ///< further flags of sagas serve
  std::map<std::string, std::string> environment = {}; ///< of its own
};

/// One thread; the one that starts it must outlive it.
class server_child {
public:
  explicit server_child(server_options options) : options_(std::move(options)) {}

  /// One more process on the same files, on a port of its own.
  server_child another() const {
    server_options same = options_;
    same.port = 0;
    return server_child{std::move(same)};
  }

  /// Of the processes that are started from now on.
  server_options& options() { return options_; }

  /// Starts it, and again after its end; returns once it accepts starts.
  status start(milliseconds limit = std::chrono::seconds{30});
  /// The same in two steps: the process, and its line that tells its URL.
  status launch();
  status await(milliseconds limit = std::chrono::seconds{30});
  /// As the power would: kill -9, at once.
  void kill();
  /// Sends a signal.
  void send(int signal) const { process_->send_signal(signal); }
  /// Its exit code; nothing when it still runs after `limit`.
  std::optional<int> wait(milliseconds limit) { return process_->wait(limit); }

  pid_t id() const { return process_->id(); }
  const std::string& url() const { return url_; }
  std::string database() const { return options_.folder + "/sagas.db"; }
  std::string ledger() const { return options_.folder + "/participants.db"; }
  std::string log() const { return options_.folder + "/server.log"; }

private:
  result<std::vector<std::string>> arguments() const;

  server_options options_;
  std::optional<child_process> process_;
  std::string url_;
};

} // namespace sagas::demo
