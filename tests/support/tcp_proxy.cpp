#include "support/tcp_proxy.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/tcp_link.hpp"

namespace sagas::test {
namespace {

constexpr int backlog = 1'024;
constexpr int nothing_due = 1'000; // milliseconds

} // namespace

struct tcp_proxy::machine {
  ~machine() {
    if (worker.joinable()) {
      leaving = true;
      wake();
      worker.join();
    }
    for (const int each : {listener, waker})
      if (each >= 0)
        ::close(each);
  }

  status listen();
  void run();
  void wake() const { ::eventfd_write(waker, 1); }
  int wait();
  void accept_all();
  void move_all();

  int listener = -1;
  int waker = -1;
  std::uint16_t port = 0;
  std::atomic<bool> leaving{false};

  std::mutex guard; // of what follows, but for the sockets' own business
  std::condition_variable cut_done;
  std::uint16_t upstream = 0;
  network_trouble now;
  std::optional<cut_order> order;
  std::size_t cuts_owed = 0;
  std::size_t broken = 0;
  std::list<tcp_link> links;
  std::thread worker;
};

status tcp_proxy::machine::listen() {
  listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  waker = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  auto* const plain = reinterpret_cast<sockaddr*>(&where);
  if (waker < 0 || ::bind(listener, plain, size) != 0 || ::listen(listener, backlog) != 0
      || ::getsockname(listener, plain, &size) != 0)
    return failure{errc::unavailable, "no proxy: " + std::generic_category().message(errno)};
  port = ntohs(where.sin_port);
  return nothing{};
}

void tcp_proxy::machine::run() {
  while (!leaving) {
    wait();
    eventfd_t ignored = 0;
    ::eventfd_read(waker, &ignored);
    const std::lock_guard lock{guard};
    accept_all();
    move_all();
  }
}

int tcp_proxy::machine::wait() {
  std::vector<pollfd> all{{listener, POLLIN, 0}, {waker, POLLIN, 0}};
  int limit = nothing_due;
  {
    const std::lock_guard lock{guard};
    for (const tcp_link& each : links) {
      // A socket that nothing is expected of stays out: a hang-up alone would wake us all the time.
      if (const short events = each.client_events(now))
        all.push_back({each.client(), events, 0});
      if (const short events = each.server_events(now))
        all.push_back({each.server(), events, 0});
      if (const auto at = each.due(); at && now.what != network_trouble::kind::black_hole) {
        const auto left = std::chrono::ceil<milliseconds>(*at - steady::now()).count();
        if (left > 0)
          limit = std::min(limit, static_cast<int>(left));
      }
    }
  }
  return ::poll(all.data(), all.size(), limit);
}

void tcp_proxy::machine::accept_all() {
  while (true) {
    const int client = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (client < 0)
      return;
    tcp_link& made = links.emplace_back(client, upstream);
    if (now.what == network_trouble::kind::cut)
      made.limit_answers(now.bytes);
  }
}

void tcp_proxy::machine::move_all() {
  for (tcp_link& each : links) {
    if (now.what == network_trouble::kind::reset)
      each.reset();
    else
      each.move(now, order);
    const bool cut = each.take_cut();
    broken += cut || (each.over() && now.what == network_trouble::kind::reset) ? 1 : 0;
    if (cut && cuts_owed > 0 && !order) {
      --cuts_owed;
      cut_done.notify_all();
    }
  }
  links.remove_if([](const tcp_link& each) { return each.over(); });
}

result<std::unique_ptr<tcp_proxy>> tcp_proxy::open(std::uint16_t upstream) {
  auto made = std::make_unique<machine>();
  made->upstream = upstream;
  if (const status listening = made->listen(); !listening)
    return listening.error();
  made->worker = std::thread{[at = made.get()] { at->run(); }};
  return std::unique_ptr<tcp_proxy>{new tcp_proxy{std::move(made)}};
}

tcp_proxy::tcp_proxy(std::unique_ptr<machine> made) : machine_(std::move(made)) {}
tcp_proxy::~tcp_proxy() = default;

std::uint16_t tcp_proxy::port() const { return machine_->port; }
std::string tcp_proxy::url() const { return "http://127.0.0.1:" + std::to_string(port()); }

// Under the lock, so that a reset which a client has seen is counted.
std::size_t tcp_proxy::broken() const {
  const std::lock_guard lock{machine_->guard};
  return machine_->broken;
}

void tcp_proxy::lead_to(std::uint16_t upstream) {
  const std::lock_guard lock{machine_->guard};
  machine_->upstream = upstream;
}

void tcp_proxy::behave(const network_trouble& how) {
  const std::lock_guard lock{machine_->guard};
  machine_->now = how;
  for (tcp_link& each : machine_->links)
    how.what == network_trouble::kind::cut ? each.limit_answers(how.bytes) : each.unlimit_answers();
  machine_->wake();
}

void tcp_proxy::cut_at(std::string text, cut_moment when) {
  const std::lock_guard lock{machine_->guard};
  machine_->order = cut_order{std::move(text), when};
  machine_->cuts_owed = 1;
}

void tcp_proxy::spare() {
  const std::lock_guard lock{machine_->guard};
  machine_->order.reset();
  machine_->cuts_owed = 0;
}

bool tcp_proxy::wait_for_cut(milliseconds limit) {
  std::unique_lock lock{machine_->guard};
  return machine_->cut_done.wait_for(lock, limit, [this] { return machine_->cuts_owed == 0; });
}

} // namespace sagas::test
