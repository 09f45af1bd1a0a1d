#include "app/load/generator.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <ctime>
#include <system_error>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/load/answer_reader.hpp"

namespace sagas::load {
namespace {

using steady = std::chrono::steady_clock;

constexpr milliseconds tick{100}; // how often time-outs are looked for and lost clients come back

std::chrono::microseconds cpu_time_of_thread() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::microseconds{used.tv_sec * 1'000'000 + used.tv_nsec / 1'000};
}

// One connection and its request.
struct client {
  enum class phase : std::uint8_t {
    apart, // without a connection until the next tick
    connecting,
    sending,  // waits for room to send the rest of its request
    awaiting, // the answer
    left,
  };
  phase now = phase::apart;
  int socket = -1;
  std::size_t sent = 0;
  steady::time_point began{}; // to connect, or to send
  std::string request;
  answer_reader reader;
};

class generator {
public:
  explicit generator(const plan& what) : plan_(what), clients_(what.clients) {}
  ~generator() {
    for (client& each : clients_)
      close(each);
    if (poll_ >= 0)
      ::close(poll_);
  }
  generator(const generator&) = delete;
  generator& operator=(const generator&) = delete;

  result<summary> run();

private:
  status prepare();
  void wait();
  void every_tick();
  void handle(std::size_t index, std::uint32_t events);
  void connect(std::size_t index);
  void connected(std::size_t index);
  void send(std::size_t index);
  void receive(std::size_t index);
  void finish(std::size_t index, int status, std::string_view body);
  void give_up(std::size_t index);
  void take_next(std::size_t index);
  void begin(std::size_t index);
  void watch(std::size_t index, std::uint32_t events, int how);
  void close(client& which);

  const plan& plan_;
  sockaddr_in address_{};
  int poll_ = -1;
  std::vector<client> clients_;
  std::size_t left_ = 0;
  std::size_t open_ = 0; // connections that were accepted
  steady::time_point lost_since_{};
  bool refused_by_system_ = false;
  std::array<char, 64 << 10> block_{};
  summary totals_;
};

status generator::prepare() {
  address_.sin_family = AF_INET;
  address_.sin_port = htons(plan_.port);
  if (::inet_pton(AF_INET, plan_.host.c_str(), &address_.sin_addr) != 1)
    return failure{errc::invalid_input, "'" + plan_.host + "' is no IPv4 address"};
  poll_ = ::epoll_create1(EPOLL_CLOEXEC);
  if (poll_ < 0)
    return failure{errc::internal,
                   std::string{"no epoll: "} + std::generic_category().message(errno)};
  return nothing{};
}

result<summary> generator::run() {
  if (const status ready = prepare(); !ready)
    return ready.error();
  const auto cpu_before = cpu_time_of_thread();
  lost_since_ = steady::now();
  for (std::size_t i = 0; i < clients_.size(); ++i)
    take_next(i);
  every_tick(); // connects them
  auto next_tick = steady::now() + tick;
  while (left_ < clients_.size()) {
    wait();
    const auto now = steady::now();
    if (now >= next_tick) {
      every_tick();
      next_tick = now + tick;
    }
    if (open_ > 0)
      lost_since_ = now;
    if (refused_by_system_)
      return failure{errc::internal, "the system gives no more sockets: raise ulimit -n"};
    if (now - lost_since_ > plan_.lost_after)
      return failure{errc::unavailable,
                     "nobody answers at " + plan_.host + ":" + std::to_string(plan_.port)};
  }
  totals_.cpu_time = cpu_time_of_thread() - cpu_before;
  return totals_;
}

void generator::wait() {
  std::array<epoll_event, 256> events;
  const int count = ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()),
                                 static_cast<int>(tick.count()));
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    handle(static_cast<std::size_t>(event.data.u64), event.events);
  }
}

void generator::every_tick() {
  const auto now = steady::now();
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    client& each = clients_[i];
    if (each.now == client::phase::apart)
      connect(i);
    else if (each.now != client::phase::left && now - each.began > plan_.answer_within)
      each.now == client::phase::connecting ? close(each) : give_up(i);
  }
}

void generator::handle(std::size_t index, std::uint32_t events) {
  switch (clients_[index].now) {
  case client::phase::connecting: return connected(index);
  case client::phase::sending:
    return (events & (EPOLLERR | EPOLLHUP)) != 0 ? give_up(index) : send(index);
  case client::phase::awaiting: return receive(index);
  case client::phase::apart:
  case client::phase::left: return;
  }
}

// Opens a connection; a client that finds none stays apart until the next tick.
void generator::connect(std::size_t index) {
  client& self = clients_[index];
  self.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (self.socket < 0) {
    refused_by_system_ = true;
    return;
  }
  const int on = 1;
  ::setsockopt(self.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  self.now = client::phase::connecting;
  self.began = steady::now();
  watch(index, EPOLLOUT, EPOLL_CTL_ADD);
  if (::connect(self.socket, reinterpret_cast<const sockaddr*>(&address_), sizeof address_) != 0
      && errno != EINPROGRESS)
    close(self);
}

void generator::connected(std::size_t index) {
  client& self = clients_[index];
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(self.socket, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0)
    return close(self);
  ++open_;
  ++totals_.connects;
  watch(index, EPOLLIN, EPOLL_CTL_MOD);
  begin(index);
}

void generator::begin(std::size_t index) {
  client& self = clients_[index];
  self.now = client::phase::awaiting;
  self.began = steady::now();
  send(index);
}

void generator::send(std::size_t index) {
  client& self = clients_[index];
  const std::string_view rest = std::string_view{self.request}.substr(self.sent);
  const ssize_t size = ::send(self.socket, rest.data(), rest.size(), MSG_NOSIGNAL);
  if (size < 0 && errno != EAGAIN)
    return give_up(index);
  self.sent += size > 0 ? static_cast<std::size_t>(size) : 0;
  const auto next = self.sent < self.request.size() ? client::phase::sending
                                                    : client::phase::awaiting;
  if (next == self.now)
    return;
  self.now = next;
  watch(index, next == client::phase::sending ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
}

void generator::receive(std::size_t index) {
  client& self = clients_[index];
  const ssize_t size = ::recv(self.socket, block_.data(), block_.size(), 0);
  if (size < 0 && errno == EAGAIN)
    return;
  if (size <= 0)
    return give_up(index);
  switch (self.reader.feed({block_.data(), static_cast<std::size_t>(size)})) {
  case answer_reader::progress::incomplete: return;
  case answer_reader::progress::broken: return give_up(index);
  case answer_reader::progress::whole: break;
  }
  ++totals_.answers;
  finish(index, self.reader.status(), self.reader.body());
  const bool again = self.reader.keeps_alive();
  if (!again)
    close(self);
  take_next(index);
  if (!again && self.now == client::phase::apart)
    connect(index);
}

// The request ends without an answer; the client comes back at the next tick.
void generator::give_up(std::size_t index) {
  ++totals_.broken;
  close(clients_[index]);
  finish(index, 0, {});
  take_next(index);
}

void generator::finish(std::size_t index, int status, std::string_view body) {
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(steady::now()
                                                                          - clients_[index].began);
  plan_.done({.client = index, .status = status, .body = body, .took = took});
}

void generator::take_next(std::size_t index) {
  client& self = clients_[index];
  self.request.clear();
  self.reader.reset();
  self.sent = 0;
  if (!plan_.next(index, self.request)) {
    close(self);
    self.now = client::phase::left;
    ++left_;
    return;
  }
  if (self.socket >= 0)
    begin(index);
}

void generator::watch(std::size_t index, std::uint32_t events, int how) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = index;
  ::epoll_ctl(poll_, how, clients_[index].socket, &event);
}

void generator::close(client& which) {
  const bool was_open = which.now == client::phase::sending || which.now == client::phase::awaiting;
  if (which.socket >= 0)
    ::close(which.socket);
  which.socket = -1;
  which.now = client::phase::apart;
  open_ -= was_open ? 1 : 0;
}

} // namespace

result<summary> run(const plan& what) { return generator{what}.run(); }

void write_request(std::string& to, std::string_view method, std::string_view path,
                   std::string_view body, std::string_view more_headers) {
  to.append(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: localhost\r\n");
  if (!body.empty()) {
    to.append("Content-Type: application/json\r\nContent-Length: ");
    to.append(std::to_string(body.size())).append("\r\n");
  }
  to.append(more_headers).append("\r\n").append(body);
}

result<target> parse_target(std::string_view url) {
  constexpr std::string_view scheme = "http://";
  const failure wrong{errc::invalid_input, "'" + std::string{url} + "' is not http://ADDRESS:PORT"};
  const std::size_t colon = url.rfind(':');
  if (!url.starts_with(scheme) || colon < scheme.size() || colon == std::string_view::npos)
    return wrong;
  target found{std::string{url.substr(scheme.size(), colon - scheme.size())}, 0};
  std::string_view port = url.substr(colon + 1);
  if (port.ends_with('/'))
    port.remove_suffix(1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), found.port);
  if (error != std::errc{} || end != port.data() + port.size() || found.port == 0)
    return wrong;
  return found;
}

} // namespace sagas::load
