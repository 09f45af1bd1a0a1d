// The one thread that owns every socket: accepts, reads, sends what is left to send, and closes
// who is late.
#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <unordered_map>
#include <vector>

#include "http/server/acceptor.hpp"
#include "http/server/connection.hpp"
#include "http/server/live_exchange.hpp"
#include "http/server/poller.hpp"
#include "http/server/request_reader.hpp"
#include "http/server/tls_source.hpp"
#include "http/server/worker_pool.hpp"

namespace sagas::http {

class event_loop {
public:
  /// `state` holds the loop's event; `epoll` and `listener` are ready to use. Without `tls`: HTTP.
  event_loop(std::shared_ptr<shared_state> state, descriptor epoll, descriptor listener,
             std::unique_ptr<tls_source> tls, worker_pool& workers);
  event_loop(const event_loop&) = delete;
  event_loop& operator=(const event_loop&) = delete;
  ~event_loop(); ///< closes every connection

private:
  // A connection with its reading half.
  struct client {
    client(connection_ptr to, request_reader from) : link(std::move(to)), reader(std::move(from)) {}

    connection_ptr link;
    request_reader reader;
    steady::time_point began = {}; // the request that is arriving
    std::size_t served = 0;
    bool counted = true; // among those that connections_max bounds
  };

  void run();
  void look();
  steady::time_point next_look() const;

  // -- one client
  void admit(descriptor socket);
  void on_event(client& who, std::uint32_t events);
  void resume(const connection_ptr& link);
  void read(client& who, bool to_the_end);
  bool take(client& who, std::string_view bytes, bool more);
  void hand_over(client& who, bool more);
  void refuse(client& who, const problem& why);
  void drop(client& who);

  // -- time
  void run_limits();
  void sweep();
  void dispatch();
  void begin_drain();

  const std::shared_ptr<shared_state> state_;
  poller events_;
  acceptor door_;
  const std::unique_ptr<tls_source> tls_; // none: HTTP
  worker_pool& workers_;
  std::unordered_map<int, client> clients_;
  std::size_t counted_ = 0;
  std::vector<worker_pool::job> arrived_; // whole requests of this round
  std::vector<char> scratch_;
  steady::time_point now_ = steady::now();
  steady::time_point next_sweep_ = now_;
  const steady::duration sweep_every_;
  bool drained_ = false;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

} // namespace sagas::http
