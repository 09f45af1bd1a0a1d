// Every limit, reached from outside; behind each the server serves on.
#include <algorithm>
#include <atomic>
#include <mutex>

#include "server_fixture.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

using clock = std::chrono::steady_clock;

milliseconds since(clock::time_point begin) {
  return std::chrono::duration_cast<milliseconds>(clock::now() - begin);
}

// Sends `piece` again and again until the peer answers or closes.
raw_answer drip(raw_client& client, const std::string& piece, milliseconds pause) {
  raw_answer answer;
  eventually([&, next = clock::now()]() mutable {
    if (clock::now() < next)
      return false;
    next = clock::now() + pause;
    return !client.send(piece) || client.has_answer();
  });
  return client.read();
}

} // namespace

TEST_CASE("headers that come too slowly are a 408", "[http][server]") {
  const test_server server;
  auto client = server.connect();
  const auto begin = clock::now();
  client.send("GET /hola HTTP/1.1\r\n");
  const auto answer = drip(client, "X: y\r\n", milliseconds{20});
  CHECK(answer.status == 408);
  CHECK(since(begin) >= milliseconds{200});
  CHECK(client.wait_closed());
  CHECK(server.serves());
}

TEST_CASE("one header without end is a 431", "[http][server]") {
  const test_server server;
  auto client = server.connect();
  client.send("GET /hola HTTP/1.1\r\nX: ");
  CHECK(client.ask(std::string(20 << 10, 'a')).status == 431);
  CHECK(server.serves());
}

TEST_CASE("a flood of headers is a 431, by bytes or by number", "[http][server]") {
  const test_server server;
  std::string many = "GET /hola HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 100; ++i)
    many += "X: \r\n";
  auto numerous = server.connect();
  CHECK(numerous.ask(many + "\r\n").status == 431);
  auto large = server.connect();
  while (many.size() < (17 << 10))
    many += "X-Large: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n";
  CHECK(large.ask(many).status == 431);
  CHECK(server.serves());
}

TEST_CASE("a path too long is a 414, before its line has ended", "[http][server]") {
  const test_server server;
  const std::string path = "/" + std::string((4 << 10) - 1, 'a');
  auto fitting = server.connect();
  CHECK(fitting.ask(get_request(path)).status == 404);
  CHECK(fitting.ask(get_request(path + "b")).status == 414);
  auto endless = server.connect();
  CHECK(endless.ask("GET " + path + path).status == 414);
  CHECK(server.serves());
}

TEST_CASE("a body that comes too slowly is a 408, however steadily", "[http][server]") {
  const test_server server;
  auto client = server.connect();
  const auto begin = clock::now();
  client.send("POST /eco HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
  CHECK(drip(client, " ", milliseconds{10}).status == 408);
  CHECK(since(begin) >= milliseconds{400});
  CHECK(server.serves());
}

TEST_CASE("a body declared too large is a 413 that names the limit, unread", "[http][server]") {
  const test_server server;
  auto client = server.connect();
  const auto answer = client.ask(
    "POST /eco HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n{");
  CHECK(answer.status == 413);
  CHECK(answer.body.find("1048576 bytes") != std::string::npos);
  CHECK(client.wait_closed());
  auto fitting = server.connect();
  CHECK(fitting.ask(post_request("/eco", std::string(1 << 20, ' '))).body.size() == 1 << 20);
  CHECK(server.serves());
}

TEST_CASE("who sends a huge body without asking still reads why it is refused", "[http][server]") {
  server_options options = quick_options();
  options.linger_timeout = milliseconds{2'000};
  const test_server server{options};
  auto client = server.connect();
  CHECK(client.send(post_request("/eco", std::string(8 << 20, ' ')))); // it is all thrown away
  CHECK(client.read().status == 413);
  CHECK(server.serves());
}

TEST_CASE("a batch may be larger than other bodies", "[http][server]") {
  const auto size = [](const exchange_ptr& x) {
    x->respond({.body = std::to_string(x->req().body.size())});
  };
  const test_server server{quick_options(), {{"POST", "/api/v1/sagas/lote", size}}};
  auto client = server.connect();
  CHECK(client.ask(post_request("/api/v1/sagas/lote?a=b", std::string(4 << 20, ' '))).body
        == "4194304");
  const auto answer = client.ask("POST /api/v1/sagas/lote HTTP/1.1\r\nHost: x\r\n"
                                 "Content-Length: 16777217\r\n\r\n");
  CHECK(answer.status == 413);
  CHECK(answer.body.find("16777216 bytes") != std::string::npos);
}

TEST_CASE("an idle connection is closed, silent or served", "[http][server]") {
  const test_server server;
  auto silent = server.connect();
  auto served = server.connect();
  CHECK(served.ask(get_request("/hola")).status == 200);
  const auto begin = clock::now();
  CHECK(silent.read_until("HTTP").empty());
  CHECK(served.read_until("HTTP").empty());
  CHECK(since(begin) < milliseconds{2'000});
  CHECK(server.serves());
}

TEST_CASE("a connection serves a bounded number of requests", "[http][server]") {
  server_options options = quick_options();
  options.requests_per_connection = 3;
  const test_server server{options};
  auto client = server.connect();
  CHECK_FALSE(client.ask(get_request("/hola")).closes());
  CHECK_FALSE(client.ask(get_request("/hola")).closes());
  CHECK(client.ask(get_request("/hola")).closes());
  CHECK(client.wait_closed());
}

TEST_CASE("connections beyond the limit are told to come again", "[http][server]") {
  server_options options = quick_options();
  options.connections_max = 3;
  options.idle_timeout = milliseconds{5'000};
  const test_server server{options};
  std::vector<raw_client> open;
  for (int i = 0; i < 3; ++i) {
    open.push_back(server.connect());
    CHECK(open.back().ask(get_request("/hola")).status == 200);
  }
  auto beyond = server.connect();
  const auto answer = beyond.ask(get_request("/hola"));
  CHECK(answer.status == 503);
  CHECK(answer.headers.at("retry-after") == "1");
  CHECK(beyond.wait_closed());
  open.clear();
  CHECK(eventually([&] { return server.serves(); }));
}

TEST_CASE("requests beyond the queue are told to come again, on a connection that lives on",
          "[http][server]") {
  std::mutex gate;
  std::atomic<int> inside{0};
  const auto wait = [&](const exchange_ptr& x) {
    ++inside;
    const std::lock_guard closed{gate};
    x->respond({});
  };
  server_options options = quick_options();
  options.threads = 1;
  options.requests_max = 2;
  const test_server server{options, {{"GET", "/espera", wait}}};
  std::unique_lock closed{gate};
  std::vector<raw_client> clients;
  for (int i = 0; i < 6; ++i) {
    clients.push_back(server.connect());
    clients.back().send(get_request("/espera"));
    if (i == 0)
      REQUIRE(eventually([&] { return inside == 1; }));
  }
  CHECK(eventually([&] {
    return std::count_if(clients.begin(), clients.end(),
                         [](raw_client& one) { return one.has_answer(); })
           == 3;
  }));
  closed.unlock();
  int refused = 0;
  for (raw_client& one : clients) {
    const auto answer = one.read();
    refused += answer.status == 503 && answer.headers.count("retry-after") == 1 ? 1 : 0;
    CHECK(one.ask(get_request("/hola")).status == 200);
  }
  CHECK(refused == 3);
}

TEST_CASE("the memory for bodies is bounded, and comes back", "[http][server]") {
  server_options options = quick_options();
  options.bodies_max = 100'000;
  test_server server{options};
  const std::string body(60'000, ' ');
  {
    auto first = server.connect();
    first.send("POST /eco HTTP/1.1\r\nHost: x\r\nContent-Length: 60001\r\n\r\n" + body);
    CHECK(eventually([&] {
      auto second = server.connect();
      return second.ask(post_request("/eco", body)).status == 503;
    }));
  }
  CHECK(eventually([&] {
    auto third = server.connect();
    return third.ask(post_request("/eco", body)).status == 200;
  }));
}
