// A TCP proxy of our own between a client and a server: it does to their connections what networks
// do, when a test says so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "saga/result.hpp"
#include "saga/time.hpp"

namespace sagas::test {

/// What happens to every connection, those that are open and those that come.
struct network_trouble {
  enum class kind : std::uint8_t {
    none,
    delay,      ///< each block arrives `delay` later
    black_hole, ///< nothing moves; once it is over, it goes on, as TCP does
    reset,      ///< connections are reset at once
    cut,        ///< connections are reset once the server has sent `bytes` more
  };
  kind what = kind::none;
  milliseconds delay{0};
  std::size_t bytes = 0;
};

/// Where to cut the one connection whose client sends a certain text.
enum class cut_moment : std::uint8_t {
  before, ///< the text never reaches the server
  in,     ///< the server answers it, and the answer is lost
  after,  ///< the client has the answer; what it sends next is lost
};

/// One thread of its own does the work. Its functions may be called from any thread.
class tcp_proxy {
public:
  /// Listens on a free port of 127.0.0.1 and leads to another one there. errc::unavailable when
  /// the system refuses sockets.
  static result<std::unique_ptr<tcp_proxy>> open(std::uint16_t upstream);
  ~tcp_proxy();
  tcp_proxy(const tcp_proxy&) = delete;
  tcp_proxy& operator=(const tcp_proxy&) = delete;

  std::uint16_t port() const;
  std::string url() const; ///< http://127.0.0.1:port

  /// New connections go to that port of 127.0.0.1.
  void lead_to(std::uint16_t upstream);
  /// From now on, until it is told otherwise.
  void behave(const network_trouble& how);
  /// Cuts once, the first connection whose client sends `text` within one block.
  void cut_at(std::string text, cut_moment when);
  /// Whether the cut that was asked for has happened, waiting for it at most so long.
  bool wait_for_cut(milliseconds limit);
  /// No cut any more, if it has not happened.
  void spare();
  /// Connections that have been cut or reset so far.
  std::size_t broken() const;

private:
  struct machine;
  explicit tcp_proxy(std::unique_ptr<machine> made);
  std::unique_ptr<machine> machine_;
};

} // namespace sagas::test
