// Answers that come later, from other threads, or when nobody is there any more.
#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "server_fixture.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

using clock = std::chrono::steady_clock;

// Answers with the number in the path's query.
void answer_own(const exchange_ptr& x) { x->respond({.body = *x->req().query_value("n")}); }

} // namespace

TEST_CASE("an answer may come from another thread, long after the idle time", "[http][server]") {
  test_server server;
  auto client = server.connect();
  client.send(get_request("/luego?n=1"));
  const auto kept = server.take_kept(1);
  std::this_thread::sleep_for(milliseconds{500}); // longer than every time-out of the server
  std::thread{[&] { CHECK(kept[0]->respond({.body = "tarde"})); }}.join();
  CHECK(client.read().body == "tarde");
  CHECK_FALSE(kept[0]->respond({}));
  CHECK(client.ask(get_request("/hola")).status == 200);
}

TEST_CASE("what was sent ahead of a late answer is served behind it", "[http][server]") {
  test_server server;
  auto client = server.connect();
  client.send(get_request("/luego?n=1"));
  const auto kept = server.take_kept(1);
  client.send(get_request("/hola") + get_request("/nada"));
  kept[0]->respond({.body = "primero"});
  CHECK(client.read().body == "primero");
  CHECK(client.read().status == 200);
  CHECK(client.read().status == 404);
}

TEST_CASE("a thousand wait at once and are answered in any order", "[http][server]") {
  server_options options = quick_options();
  options.idle_timeout = milliseconds{5'000};
  test_server server{options};
  std::vector<raw_client> clients;
  for (int i = 0; i < 1'000; ++i) {
    clients.push_back(server.connect());
    REQUIRE(clients.back().send(get_request("/luego?n=" + std::to_string(i))));
  }
  auto kept = server.take_kept(1'000);
  std::shuffle(kept.begin(), kept.end(), std::mt19937{7});
  for (const exchange_ptr& x : kept)
    answer_own(x);
  int right = 0;
  for (int i = 0; i < 1'000; ++i)
    right += clients[static_cast<std::size_t>(i)].read().body == std::to_string(i) ? 1 : 0;
  CHECK(right == 1'000);
  CHECK(server.serves());
}

TEST_CASE("an answer that does not come in time is given by the time limit", "[http][server]") {
  std::vector<exchange_ptr> held;
  const auto wait = [&held](const exchange_ptr& x) {
    std::this_thread::sleep_for(milliseconds{5}); // by now the loop sleeps, for longer than that
    x->respond_within(milliseconds{std::stoi(*x->req().query_value("ms"))},
                      [] { return response{.status = 202}; });
    held.push_back(x);
  };
  server_options options = quick_options();
  options.threads = 1;
  options.head_timeout = options.idle_timeout = options.request_timeout = options.linger_timeout =
    milliseconds{60'000}; // so that the loop has no other reason to look often
  test_server server{options, {{"GET", "/plazo", wait}}};
  auto long_one = server.connect();
  long_one.send(get_request("/plazo?ms=60000"));
  const auto begin = clock::now();
  auto short_one = server.connect();
  for (int i = 0; i < 20; ++i)
    CHECK(short_one.ask(get_request("/plazo?ms=10")).status == 202);
  const auto took = clock::now() - begin;
  CHECK(took >= milliseconds{300});
  CHECK(took < milliseconds{1'500});
  CHECK_FALSE(held.back()->respond({}));
  CHECK(held.front()->respond({.status = 200}));
  CHECK(long_one.read().status == 200);
}

TEST_CASE("a late answer that throws is a 500", "[http][server]") {
  const auto wait = [](const exchange_ptr& x) {
    x->respond_within(milliseconds{1}, []() -> response { throw std::runtime_error{"oh"}; });
    static exchange_ptr held; // nobody else keeps it
    held = x;
  };
  const test_server server{quick_options(), {{"GET", "/plazo", wait}}};
  auto client = server.connect();
  CHECK(client.ask(get_request("/plazo")).status == 500);
  CHECK(server.serves());
}

TEST_CASE("a client may vanish in every phase", "[http][server]") {
  test_server server;
  server.connect().reset();
  auto in_head = server.connect();
  in_head.send("GET /ho");
  in_head.reset();
  auto in_body = server.connect();
  in_body.send("POST /eco HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{");
  in_body.reset();
  auto waiting = server.connect();
  waiting.send(get_request("/luego"));
  auto closing = server.connect();
  closing.send(get_request("/luego"));
  const auto kept = server.take_kept(2);
  waiting.reset();
  closing = raw_client{server.it->port()}; // the former one closes with a FIN
  for (const exchange_ptr& x : kept)
    CHECK(x->respond({.body = std::string(1 << 20, 'x')})); // goes nowhere, which is fine
  CHECK(server.serves());
}

TEST_CASE("a client may vanish while a large answer is on its way, or take none of it",
          "[http][server]") {
  const auto large = [](const exchange_ptr& x) {
    x->respond({.body = std::string(16 << 20, 'x')});
  };
  const test_server server{quick_options(), {{"GET", "/mucho", large}}};
  auto vanishing = server.connect();
  vanishing.send(get_request("/mucho"));
  CHECK(vanishing.read_until("xxxx").size() > 4);
  vanishing.reset();
  auto stalled = server.connect();
  stalled.send(get_request("/mucho"));
  CHECK(eventually([&] { return stalled.has_answer(); }));
  CHECK(server.serves());
  auto patient = server.connect();
  CHECK(patient.ask(get_request("/mucho")).body.size() == 16 << 20);
  std::this_thread::sleep_for(milliseconds{600}); // beyond the time for an answer to leave
  CHECK(stalled.read().body.size() < 16 << 20);
}

TEST_CASE("a server that stops lets go of those who wait", "[http][server]") {
  test_server server;
  std::vector<raw_client> clients;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(server.connect());
    clients.back().send(get_request("/luego"));
  }
  const auto kept = server.take_kept(10);
  kept[0]->respond_within(milliseconds{60'000}, [] { return response{}; });
  server.it.reset();
  for (raw_client& one : clients)
    CHECK(one.wait_closed());
  for (const exchange_ptr& x : kept)
    CHECK(x->respond({}));
  kept[0]->respond_within(milliseconds{1}, [] { return response{}; });
}

TEST_CASE("draining answers what has arrived and takes no more", "[http][server]") {
  test_server server;
  auto idle = server.connect();
  CHECK(idle.ask(get_request("/hola")).status == 200);
  auto waiting = server.connect();
  waiting.send(get_request("/luego"));
  const auto kept = server.take_kept(1);
  CHECK(server.it->drain(milliseconds{20}) == 1);
  CHECK(idle.wait_closed());
  CHECK_FALSE(server.serves());
  std::thread late{[&] { kept[0]->respond({.body = "fin"}); }};
  CHECK(server.it->drain(patience) == 0);
  late.join();
  const auto answer = waiting.read();
  CHECK(answer.body == "fin");
  CHECK(answer.closes());
}

TEST_CASE("draining gives the late answer to those who wait", "[http][server]") {
  test_server server;
  auto waiting = server.connect();
  waiting.send(get_request("/luego"));
  const auto kept = server.take_kept(1);
  kept[0]->respond_within(milliseconds{60'000},
                          [] { return response{.status = 202, .body = "sigue"}; });
  CHECK(server.it->drain(patience) == 0);
  const auto answer = waiting.read();
  CHECK(answer.status == 202);
  CHECK(answer.body == "sigue");
  CHECK(answer.closes());
}
