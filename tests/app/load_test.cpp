// The load generator, against a server of a few lines that answers as a test wants.
#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/load/answer_reader.hpp"
#include "app/load/generator.hpp"
#include "app/load/histogram.hpp"
#include "support/catch.hpp"

namespace sagas::load {
namespace {

using progress = answer_reader::progress;

constexpr const char* fine = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

// Serves on a free port of this machine until it is destroyed.
class tiny_server {
public:
  /// What to send for a request (whole, as it came); empty: nothing, the connection is closed.
  using answering = std::function<std::string(const std::string& request)>;

  explicit tiny_server(answering answer) : answer_(std::move(answer)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const at = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(listener_, at, size) == 0);
    REQUIRE(::listen(listener_, 128) == 0);
    REQUIRE(::getsockname(listener_, at, &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { serve(); }};
  }
  ~tiny_server() {
    stop_ = true;
    thread_.join();
    ::close(listener_);
    for (const auto& [socket, text] : open_)
      ::close(socket);
  }

  std::uint16_t port() const { return port_; }

private:
  void serve() {
    while (!stop_) {
      std::vector<pollfd> all{{listener_, POLLIN, 0}};
      for (const auto& [socket, text] : open_)
        all.push_back({socket, POLLIN, 0});
      ::poll(all.data(), all.size(), 20);
      if (all.front().revents != 0)
        open_[::accept(listener_, nullptr, nullptr)];
      for (std::size_t i = 1; i < all.size(); ++i)
        if (all[i].revents != 0)
          serve_one(all[i].fd);
    }
  }

  void serve_one(int socket) {
    std::array<char, 65536> block;
    const ssize_t size = ::recv(socket, block.data(), block.size(), 0);
    std::string& text = open_[socket];
    if (size > 0)
      text.append(block.data(), static_cast<std::size_t>(size));
    if (size > 0 && !is_whole(text))
      return;
    const std::string answer = size > 0 ? answer_(text) : std::string{};
    text.clear();
    if (!answer.empty()) {
      ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
      return;
    }
    ::close(socket);
    open_.erase(socket);
  }

  static bool is_whole(const std::string& request) {
    const auto end = request.find("\r\n\r\n");
    const auto length = request.find("Content-Length: ");
    return end != std::string::npos
           && request.size()
                == end + 4
                     + (length == std::string::npos ? 0 : std::stoul(request.substr(length + 16)));
  }

  answering answer_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::map<int, std::string> open_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// A load of `requests` in all; counts what comes back by status.
struct counted_load {
  counted_load(std::uint16_t port, std::size_t clients, int requests) {
    what.port = port;
    what.clients = clients;
    what.next = [this, requests](std::size_t client, std::string& to) {
      if (asked == requests)
        return false;
      ++asked;
      write_request(to, "POST", "/of/" + std::to_string(client), "{\"n\":1}");
      return true;
    };
    what.done = [this](const answer& got) { ++by_status[got.status]; };
  }
  plan what;
  int asked = 0;
  std::map<int, int> by_status;
};

progress feed_bytewise(answer_reader& reader, std::string_view text) {
  progress last = progress::incomplete;
  for (std::size_t i = 0; i < text.size(); ++i) {
    REQUIRE(last == progress::incomplete);
    last = reader.feed(text.substr(i, 1));
  }
  return last;
}

} // namespace

TEST_CASE("an answer that comes byte by byte is read whole", "[app][load]") {
  answer_reader reader;
  CHECK(
    feed_bytewise(reader, "HTTP/1.1 202 Accepted\r\nX-Total: 7\r\nContent-Length: 5\r\n\r\nhello")
    == progress::whole);
  CHECK(reader.status() == 202);
  CHECK(reader.body() == "hello");
  CHECK(reader.header("x-total") == "7");
  CHECK(reader.header("x-other").empty());
  CHECK(reader.keeps_alive());
}

TEST_CASE("chunks are joined, and an interim answer is passed over", "[app][load]") {
  answer_reader reader;
  CHECK(feed_bytewise(reader, "HTTP/1.1 100 Continue\r\n\r\n"
                              "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\nConnection: close"
                              "\r\n\r\n5\r\nhello\r\nA\r\n, my world\r\n0\r\n\r\n")
        == progress::whole);
  CHECK(reader.status() == 200);
  CHECK(reader.body() == "hello, my world");
  CHECK_FALSE(reader.keeps_alive());
}

TEST_CASE("what is no answer is found broken", "[app][load]") {
  for (const char* text : {"SSH-2.0\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab",
                           "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxy\r\n"}) {
    answer_reader reader;
    INFO(text);
    CHECK(reader.feed(text) == progress::broken);
  }
}

TEST_CASE("every request of many clients is answered, over one connection each", "[app][load]") {
  tiny_server server{[](const std::string&) { return fine; }};
  counted_load load{server.port(), 20, 1'000};
  const auto got = run(load.what);
  REQUIRE(got);
  CHECK(got->answers == 1'000);
  CHECK(got->broken == 0);
  CHECK(got->connects == 20);
  CHECK(load.by_status == std::map<int, int>{{200, 1'000}});
}

TEST_CASE("a connection that the server closes is opened again", "[app][load]") {
  std::atomic<int> count{0};
  tiny_server server{[&](const std::string&) -> std::string {
    switch (++count % 4) {
    case 0: return "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    case 1: return {}; // closed without an answer
    default: return fine;
    }
  }};
  counted_load load{server.port(), 2, 40};
  const auto got = run(load.what);
  REQUIRE(got);
  CHECK(load.by_status == std::map<int, int>{{0, 10}, {200, 20}, {503, 10}});
  CHECK(got->broken == 10);
  CHECK(got->connects >= 10);
}

TEST_CASE("a request larger than the socket takes at once arrives whole", "[app][load]") {
  std::atomic<std::size_t> size{0};
  tiny_server server{[&](const std::string& request) {
    size = request.size();
    return fine;
  }};
  counted_load load{server.port(), 1, 1};
  const std::string body(8 << 20, ' ');
  load.what.next = [&, first = true](std::size_t, std::string& to) mutable {
    if (!std::exchange(first, false))
      return false;
    write_request(to, "POST", "/", body);
    return true;
  };
  const auto got = run(load.what);
  REQUIRE(got);
  CHECK(size > body.size());
  CHECK(load.by_status == std::map<int, int>{{200, 1}});
}

TEST_CASE("an answer that does not come in time counts as none", "[app][load]") {
  tiny_server server{[](const std::string&) { return "HTTP/1.1 200 OK\r\nContent-Le"; }};
  counted_load load{server.port(), 1, 1};
  load.what.answer_within = milliseconds{50};
  REQUIRE(run(load.what));
  CHECK(load.by_status == std::map<int, int>{{0, 1}});
}

TEST_CASE("a load on nobody fails with a line for people", "[app][load]") {
  std::uint16_t port = 0;
  {
    const tiny_server gone{[](const std::string&) { return fine; }};
    port = gone.port();
  }
  counted_load load{port, 3, 10};
  load.what.lost_after = milliseconds{150};
  const auto got = run(load.what);
  REQUIRE_FALSE(got);
  CHECK(got.error().code == errc::unavailable);
}

TEST_CASE("an address is read from a URL", "[app][load]") {
  const auto found = parse_target("http://127.0.0.1:8003");
  REQUIRE(found);
  CHECK(found->host == "127.0.0.1");
  CHECK(found->port == 8003);
  for (const char* wrong : {"127.0.0.1:8003", "http://127.0.0.1", "http://h:0", "http://h:99999"})
    CHECK_FALSE(parse_target(wrong));
}

TEST_CASE("percentiles of a histogram are within two per cent", "[app][load]") {
  histogram all;
  CHECK(all.percentile(0.5).count() == 0);
  for (int value = 1; value <= 100'000; ++value)
    all.add(microseconds{value});
  CHECK(all.count() == 100'000);
  CHECK(all.longest().count() == 100'000);
  for (const double share : {0.01, 0.5, 0.95, 0.99, 1.0}) {
    const double wanted = share * 100'000;
    CHECK(static_cast<double>(all.percentile(share).count()) >= wanted);
    CHECK(static_cast<double>(all.percentile(share).count()) <= wanted * 1.02);
  }
  histogram twice;
  twice.add(all);
  twice.add(all);
  CHECK(twice.count() == 200'000);
  CHECK(twice.percentile(0.5) == all.percentile(0.5));
}

} // namespace sagas::load
