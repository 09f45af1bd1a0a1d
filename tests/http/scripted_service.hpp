// A web service that answers as a test says, byte by byte: the bad ones too.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/server/descriptor.hpp"

namespace sagas::http::testing {

class scripted_service {
public:
  /// What a script has of a connection. Reading and writing wait for at most 5 s.
  class visit {
  public:
    explicit visit(int socket) : socket_(socket) {}
    const std::string& request() const { return request_; }
    bool read_request();
    bool say(std::string_view bytes) const;
    void answer(int status, const std::string& body, const std::string& headers = {}) const;
    void reset() const; ///< ends with a reset
    /// Waits until the caller hangs up; at most `limit`.
    void wait_for_end(std::chrono::milliseconds limit) const;

  private:
    int socket_;
    std::string request_;
    std::string rest_;
  };

  /// `script` runs for each request, on a thread of its connection; false ends the connection.
  explicit scripted_service(std::function<bool(visit&)> script);
  ~scripted_service();
  scripted_service(const scripted_service&) = delete;
  scripted_service& operator=(const scripted_service&) = delete;

  std::string url(const std::string& path = "/") const;
  std::string target() const { return "127.0.0.1:" + std::to_string(port_); }
  std::size_t connections() const { return connections_; }
  std::vector<std::string> requests() const;

private:
  struct visitor {
    std::atomic<bool> gone{false};
    std::thread thread;
  };
  void accept_all();
  void serve(int socket);
  void forget_the_gone();

  const std::function<bool(visit&)> script_;
  std::uint16_t port_ = 0;
  descriptor listener_; // tells the port
  std::atomic<bool> leaving_{false};
  std::atomic<std::size_t> connections_{0};
  mutable std::mutex guard_;
  std::vector<std::string> requests_;
  std::list<visitor> visits_; // of the worker, and of the destructor behind it
  std::thread worker_;
};

/// A port of this machine at which nobody listens.
std::string dead_target();

} // namespace sagas::http::testing
