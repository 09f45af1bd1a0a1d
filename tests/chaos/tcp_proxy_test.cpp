#include "support/tcp_proxy.hpp"

#include <array>
#include <thread>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

using trouble = network_trouble::kind;

constexpr milliseconds soon{5'000};

sockaddr_in local(std::uint16_t port) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return where;
}

bool has_more(int socket, milliseconds within) {
  pollfd what{socket, POLLIN, 0};
  return ::poll(&what, 1, static_cast<int>(within.count())) == 1;
}

// Up to `size` bytes; fewer at the end of the connection or when nothing comes any more.
std::string read_some(int socket, std::size_t size, milliseconds within = soon) {
  std::string all;
  std::array<char, 4'096> block;
  while (all.size() < size && has_more(socket, within)) {
    const ssize_t got = ::recv(socket, block.data(), std::min(block.size(), size - all.size()), 0);
    if (got <= 0)
      break;
    all.append(block.data(), static_cast<std::size_t>(got));
  }
  return all;
}

bool is_over(int socket) {
  char byte = 0;
  return has_more(socket, soon) && ::recv(socket, &byte, 1, 0) <= 0;
}

// Answers each block with the same, and remembers what came.
class echo {
public:
  echo() {
    sockaddr_in where = local(0);
    socklen_t size = sizeof where;
    auto* const plain = reinterpret_cast<sockaddr*>(&where);
    REQUIRE(::bind(listener_, plain, size) == 0);
    REQUIRE(::listen(listener_, 8) == 0);
    REQUIRE(::getsockname(listener_, plain, &size) == 0);
    port_ = ntohs(where.sin_port);
    worker_ = std::thread{[this] { serve(); }};
  }
  ~echo() {
    ::shutdown(listener_, SHUT_RDWR); // wakes the accept
    worker_.join();
    ::close(listener_);
  }
  std::uint16_t port() const { return port_; }
  /// What one connection sent, once it is over.
  std::string take_received() {
    worker_.join();
    std::string all = std::exchange(received_, {});
    worker_ = std::thread{[this] { serve(); }};
    return all;
  }

private:
  void serve() {
    const int peer = ::accept(listener_, nullptr, nullptr);
    std::array<char, 4'096> block;
    while (peer >= 0) {
      const ssize_t size = ::recv(peer, block.data(), block.size(), 0);
      if (size <= 0)
        break;
      received_.append(block.data(), static_cast<std::size_t>(size));
      ::send(peer, block.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL);
    }
    ::close(peer);
  }

  int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::uint16_t port_ = 0;
  std::string received_;
  std::thread worker_;
};

class caller {
public:
  explicit caller(std::uint16_t port) {
    const sockaddr_in where = local(port);
    REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0);
  }
  ~caller() { ::close(socket_); }
  void say(const std::string& text) const {
    ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
  }
  int socket() const { return socket_; }

private:
  int socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

std::unique_ptr<tcp_proxy> proxy_to(const echo& server) {
  auto made = tcp_proxy::open(server.port());
  REQUIRE(made);
  return std::move(*made);
}

} // namespace

TEST_CASE("a proxy passes everything on, both ways", "[chaos][proxy]") {
  echo server;
  const auto between = proxy_to(server);
  const caller client{between->port()};
  const std::string much(300'000, 'x');
  std::thread sender{[&] { client.say(much); }};
  CHECK(read_some(client.socket(), much.size()) == much);
  sender.join();
}

TEST_CASE("a black hole holds everything, and gives it when it is over", "[chaos][proxy]") {
  echo server;
  const auto between = proxy_to(server);
  const caller client{between->port()};
  client.say("a");
  REQUIRE(read_some(client.socket(), 1) == "a");
  between->behave({.what = trouble::black_hole});
  client.say("b");
  CHECK_FALSE(has_more(client.socket(), milliseconds{100}));
  between->behave({});
  CHECK(read_some(client.socket(), 1) == "b");
}

TEST_CASE("a delay makes each block late", "[chaos][proxy]") {
  echo server;
  const auto between = proxy_to(server);
  const caller client{between->port()};
  between->behave({.what = trouble::delay, .delay = milliseconds{60}});
  const auto from = std::chrono::steady_clock::now();
  client.say("a");
  CHECK(read_some(client.socket(), 1) == "a");
  CHECK(std::chrono::steady_clock::now() - from >= milliseconds{120}); // there and back
}

TEST_CASE("a reset ends what is open and what comes", "[chaos][proxy]") {
  echo server;
  const auto between = proxy_to(server);
  const caller client{between->port()};
  client.say("a");
  REQUIRE(read_some(client.socket(), 1) == "a");
  between->behave({.what = trouble::reset});
  CHECK(is_over(client.socket()));
  CHECK(is_over(caller{between->port()}.socket()));
}

TEST_CASE("an answer is cut at its byte", "[chaos][proxy]") {
  echo server;
  const auto between = proxy_to(server);
  between->behave({.what = trouble::cut, .bytes = 3});
  const caller client{between->port()};
  client.say("abcdef");
  CHECK(read_some(client.socket(), 6).size() <= 3);
  CHECK(is_over(client.socket()));
  CHECK(between->broken() == 1);
}

TEST_CASE("a cut before a text keeps it from the server", "[chaos][proxy]") {
  echo server;
  const auto between = proxy_to(server);
  const caller client{between->port()};
  between->cut_at("COMMIT", cut_moment::before);
  client.say("a");
  REQUIRE(read_some(client.socket(), 1) == "a");
  client.say("COMMIT");
  CHECK(is_over(client.socket()));
  CHECK(between->wait_for_cut(soon));
  CHECK(server.take_received() == "a");
}

TEST_CASE("a cut in a text loses its answer alone", "[chaos][proxy]") {
  echo server;
  const auto between = proxy_to(server);
  const caller client{between->port()};
  between->cut_at("COMMIT", cut_moment::in);
  client.say("COMMIT");
  CHECK(is_over(client.socket()));
  CHECK(between->wait_for_cut(soon));
  CHECK(server.take_received() == "COMMIT");
}

TEST_CASE("a cut after a text loses what comes next", "[chaos][proxy]") {
  echo server;
  const auto between = proxy_to(server);
  const caller client{between->port()};
  between->cut_at("COMMIT", cut_moment::after);
  client.say("COMMIT");
  CHECK(read_some(client.socket(), 6) == "COMMIT");
  CHECK_FALSE(between->wait_for_cut(milliseconds{0}));
  client.say("b");
  CHECK(is_over(client.socket()));
  CHECK(between->wait_for_cut(soon));
  CHECK(server.take_received() == "COMMIT");
}

TEST_CASE("a proxy whose server is away resets its clients", "[chaos][proxy]") {
  std::uint16_t nobody = 0;
  {
    const echo gone;
    nobody = gone.port();
  }
  const auto between = tcp_proxy::open(nobody);
  REQUIRE(between);
  CHECK(is_over(caller{(*between)->port()}.socket()));
}
