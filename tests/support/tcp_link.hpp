// One connection through a tcp_proxy: two sockets, and what is on its way between them.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "support/tcp_proxy.hpp"

namespace sagas::test {

using steady = std::chrono::steady_clock;

/// The text that a connection is cut at.
struct cut_order {
  std::string text;
  cut_moment when = cut_moment::before;
};

class tcp_link {
public:
  /// Takes the client's socket, and begins to connect to that port of 127.0.0.1.
  tcp_link(int client, std::uint16_t upstream);
  ~tcp_link();
  tcp_link(const tcp_link&) = delete;
  tcp_link& operator=(const tcp_link&) = delete;

  int client() const { return down_.to; }
  int server() const { return up_.to; }
  bool over() const { return over_; }

  /// What to wait for at each socket, as poll() names it, and until when at the latest.
  short client_events(const network_trouble& now) const;
  short server_events(const network_trouble& now) const;
  std::optional<steady::time_point> due() const;

  /// Moves what can be moved.
  /// @param order taken when this is the connection that it cuts
  void move(const network_trouble& now, std::optional<cut_order>& order);
  /// Both sides see a reset.
  void reset();
  /// The server may send so many bytes more.
  void limit_answers(std::size_t bytes) { allowed_ = bytes; }
  void unlimit_answers() { allowed_.reset(); }
  /// Whether it has been cut, told once.
  bool take_cut() { return std::exchange(was_cut_, false); }

private:
  struct block {
    std::string bytes;
    steady::time_point due;
  };
  struct lane { // one direction
    int from = -1;
    int to = -1;
    std::deque<block> waiting;
    std::size_t held = 0; // bytes in `waiting`
    bool ended = false;   // nothing more comes
    bool shut = false;    // and the other side knows
  };

  bool finish_connecting();
  void finish();
  void read(lane& way, milliseconds delay, std::optional<cut_order>& order);
  void heed(const std::string& bytes, std::optional<cut_order>& order);
  bool write(lane& way);
  std::size_t sendable(const lane& way, std::size_t size) const;
  void cut();

  lane up_;   // from the client to the server
  lane down_; // and back
  bool connected_ = false;
  bool over_ = false;
  bool was_cut_ = false;
  std::optional<cut_moment> cutting_; // the text has come by
  std::optional<std::size_t> allowed_;
};

} // namespace sagas::test
