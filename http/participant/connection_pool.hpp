// Calls that share connections. Curl looks for a free one through all that lead to a service, one
// by one, so there are as many pools as keep each of them small. Inside http/participant/.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <sys/epoll.h>

#include "http/participant/transfer.hpp"

namespace sagas::http {

/// One thread: the loop's, whose epoll hears of its sockets.
class connection_pool {
public:
  /// At most so many calls of a lane in one of them. With 500 of each of four lanes under way a
  /// saga of four calls costs 570 us of processor, in a single pool 990 (docs/adr/0017).
  static constexpr std::uint16_t calls_of_a_lane = 64;

  /// Null: curl has no memory.
  static std::unique_ptr<connection_pool> open(int epoll, std::uint32_t number);
  connection_pool(const connection_pool&) = delete;
  connection_pool& operator=(const connection_pool&) = delete;
  ~connection_pool() { curl_multi_cleanup(multi_); }

  std::uint32_t number() const { return number_; }
  bool add(CURL* call);
  void remove(CURL* call);

  /// What an event of the epoll is about.
  static std::uint32_t number_in(const epoll_event& what) {
    return static_cast<std::uint32_t>(what.data.u64 >> 32);
  }
  static int socket_in(const epoll_event& what) { return static_cast<int>(what.data.u64); }
  void take(const epoll_event& what);
  /// Does what is due.
  void turn(steady_time now);
  /// When it wants to.
  const std::optional<steady_time>& due() const { return due_; }
  /// A call that has ended; null: no other has.
  const CURLMsg* ended();

private:
  connection_pool(CURLM* multi, int epoll, std::uint32_t number);
  static int watch(CURL*, curl_socket_t socket, int what, void* self, void*);
  static int set_timer(CURLM*, long ms, void* self);

  CURLM* const multi_;
  const int epoll_;
  const std::uint32_t number_;
  std::optional<steady_time> due_;
  long running_ = 0;
  long most_ = 0; // that ran at once
};

} // namespace sagas::http
