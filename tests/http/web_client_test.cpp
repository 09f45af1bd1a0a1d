// Calls over real sockets, to services that behave and to those that do not.
#include "http/participant/web_client.hpp"

#include <future>

#include "scripted_service.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;
using std::chrono::milliseconds;
using fate = web_answer::fate;

namespace {

using visit = scripted_service::visit;

class caller {
public:
  explicit caller(lane_terms terms = {}) {
    if (terms.special_targets.empty())
      terms.special_targets = {"127.0.0.1"};
    auto opened = web_client::open();
    REQUIRE(opened);
    client_ = std::move(*opened);
    lane_ = web_client::make_lane(std::move(terms));
  }

  std::future<web_answer> send(const std::string& url, milliseconds limit = milliseconds{3'000},
                               const std::string& body = "{}") {
    const auto made = std::make_shared<std::promise<web_answer>>();
    client_->send(lane_,
                  {.url = url,
                   .headers = {"Content-Type: application/json", "Expect:"},
                   .body = body,
                   .deadline = std::chrono::steady_clock::now() + limit},
                  [made](web_answer said) { made->set_value(std::move(said)); });
    return made->get_future();
  }
  web_answer ask(const std::string& url, milliseconds limit = milliseconds{3'000}) {
    return send(url, limit).get();
  }
  void stop() { client_.reset(); }

private:
  std::unique_ptr<web_client> client_;
  std::shared_ptr<web_client::lane> lane_;
};

bool say_yes(visit& to) {
  to.answer(200, R"({"ok":true})");
  return true;
}

} // namespace

TEST_CASE("an answer comes whole, and its connection is used again", "[http][participant]") {
  scripted_service service{say_yes};
  caller calls;
  for (int i = 0; i < 3; ++i) {
    const web_answer said = calls.ask(service.url("/a"));
    INFO(said.code << ": " << said.reason);
    CHECK(said.how == fate::answered);
    CHECK(said.status == 200);
    CHECK(said.body == R"({"ok":true})");
  }
  CHECK(service.connections() == 1);
  CHECK(service.requests().front().starts_with("POST /a HTTP/1.1\r\n"));
}

TEST_CASE("a connection closed meanwhile is no failure", "[http][participant]") {
  std::atomic<int> asked{0};
  scripted_service service{[&](visit& to) {
    to.answer(200, "{}"); // does not say that it closes
    return ++asked != 1;
  }};
  caller calls;
  CHECK(calls.ask(service.url()).status == 200);
  CHECK(calls.ask(service.url()).status == 200);
}

TEST_CASE("what was not sent is told apart from what may have arrived", "[http][participant]") {
  caller calls;
  CHECK(calls.ask("http://" + dead_target() + "/").how == fate::not_sent);
  CHECK(calls.ask("http://nobody.invalid/").how == fate::not_sent);

  scripted_service hangs_up{[](visit&) { return false; }};
  CHECK(calls.ask(hangs_up.url()).how == fate::unknown);
  scripted_service resets{[](visit& to) {
    to.reset();
    return false;
  }};
  CHECK(calls.ask(resets.url()).how == fate::unknown);
  scripted_service half{[](visit& to) {
    to.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    return false;
  }};
  CHECK(calls.ask(half.url()).how == fate::unknown);
  scripted_service garbage{[](visit& to) {
    to.say("\x01\x02 what is this\r\n\r\n");
    return false;
  }};
  CHECK(calls.ask(garbage.url()).how == fate::unknown);
}

TEST_CASE("a deadline holds for the call as a whole", "[http][participant]") {
  caller calls;
  scripted_service silent{[](visit& to) {
    to.wait_for_end(milliseconds{3'000});
    return false;
  }};
  const web_answer none = calls.ask(silent.url(), milliseconds{200});
  CHECK(none.how == fate::unknown);
  CHECK(none.code == "timeout");

  scripted_service slow{[](visit& to) { // each byte comes in time, all of them do not
    to.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
    for (int i = 0; i < 100 && to.say("x"); ++i)
      to.wait_for_end(milliseconds{20});
    return false;
  }};
  const web_answer late = calls.ask(slow.url(), milliseconds{300});
  CHECK(late.how == fate::unknown);
  CHECK(late.code == "timeout");
}

TEST_CASE("answers are capped", "[http][participant]") {
  caller calls;
  scripted_service endless_body{[](visit& to) {
    to.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string block = "1000\r\n" + std::string(0x1000, 'x') + "\r\n";
    while (to.say(block)) {
    }
    return false;
  }};
  const web_answer large = calls.ask(endless_body.url());
  CHECK(large.how == fate::unknown);
  CHECK(large.code == "respuesta_demasiado_grande");

  scripted_service endless_headers{[](visit& to) {
    to.say("HTTP/1.1 200 OK\r\n");
    while (to.say("X-More: " + std::string(1'000, 'x') + "\r\n")) {
    }
    return false;
  }};
  CHECK(calls.ask(endless_headers.url()).how == fate::unknown);
}

TEST_CASE("a redirect is an answer, and not followed", "[http][participant]") {
  caller calls;
  scripted_service service{[](visit& to) {
    to.answer(302, "", "Location: /elsewhere\r\n");
    return true;
  }};
  CHECK(calls.ask(service.url("/here")).status == 302);
  CHECK(service.requests().size() == 1);
}

TEST_CASE("a special address is reached only when its target is listed", "[http][participant]") {
  scripted_service service{say_yes};
  caller strict{{.special_targets = {"10.0.0.1", "127.0.0.1:1"}}};
  const web_answer refused = strict.ask(service.url());
  CHECK(refused.how == fate::not_sent);
  CHECK(refused.code == "direccion_prohibida");
  CHECK(service.connections() == 0);
  caller by_port{{.special_targets = {service.target()}}};
  CHECK(by_port.ask(service.url()).status == 200);
}

TEST_CASE("thousands of calls are under way at once", "[http][participant]") {
  std::atomic<int> waiting{0};
  scripted_service service{[&](visit& to) {
    ++waiting;
    for (int i = 0; i < 250 && waiting < 400; ++i)
      to.wait_for_end(milliseconds{20});
    to.answer(200, std::to_string(waiting.load()));
    return true;
  }};
  caller calls{{.flow = {.concurrency = 400}}};
  std::vector<std::future<web_answer>> all;
  for (int i = 0; i < 2'000; ++i)
    all.push_back(calls.send(service.url(), milliseconds{30'000}));
  int done = 0;
  for (auto& each : all)
    done += each.get().status == 200 ? 1 : 0;
  CHECK(done == 2'000);
  CHECK(service.connections() == 400);
}

TEST_CASE("a lull between two bursts closes no connection", "[http][participant]") {
  constexpr int burst = 20;
  std::atomic<int> here{0}, expected{burst};
  scripted_service service{[&](visit& to) {
    ++here;
    for (int i = 0; i < 250 && here < expected; ++i)
      to.wait_for_end(milliseconds{20});
    return say_yes(to);
  }};
  caller calls;
  const auto all_at_once = [&] {
    std::vector<std::future<web_answer>> all;
    for (int i = 0; i < burst; ++i)
      all.push_back(calls.send(service.url(), milliseconds{30'000}));
    for (auto& each : all)
      CHECK(each.get().status == 200);
  };
  all_at_once();
  for (int i = 0; i < burst; ++i)
    CHECK(calls.ask(service.url()).status == 200);
  expected = here + burst;
  all_at_once();
  CHECK(service.connections() == burst);
}

TEST_CASE("no more calls go at once than a target wants", "[http][participant]") {
  std::atomic<int> now{0}, most{0};
  scripted_service service{[&](visit& to) {
    most = std::max(most.load(), ++now);
    to.wait_for_end(milliseconds{20});
    --now;
    return say_yes(to);
  }};
  caller calls{{.flow = {.concurrency = 3, .queued = 10}}};
  std::vector<std::future<web_answer>> all;
  for (int i = 0; i < 30; ++i)
    all.push_back(calls.send(service.url()));
  int refused = 0;
  for (auto& each : all)
    refused += each.get().code == "saturado" ? 1 : 0;
  CHECK(most <= 3);
  CHECK(refused > 0); // at most 10 wait
}

TEST_CASE("a target that fails is spared, and tried again", "[http][participant]") {
  std::atomic<bool> ill{true};
  scripted_service service{[&](visit& to) {
    to.answer(ill ? 500 : 200, "{}");
    return true;
  }};
  caller calls{{.flow = {.concurrency = 1, .failures = 3, .open_for = milliseconds{200}}}};
  for (int i = 0; i < 3; ++i)
    CHECK(calls.ask(service.url()).status == 500);
  const web_answer spared = calls.ask(service.url());
  CHECK(spared.how == fate::not_sent);
  CHECK(spared.code == "circuito_abierto");
  CHECK(service.requests().size() == 3);
  ill = false;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{5};
  while (calls.ask(service.url()).status != 200 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(milliseconds{10});
  CHECK(calls.ask(service.url()).status == 200);
}

TEST_CASE("a call whose turn comes too late is not sent", "[http][participant]") {
  scripted_service service{[](visit& to) {
    to.wait_for_end(milliseconds{1'000});
    return say_yes(to);
  }};
  caller calls{{.flow = {.concurrency = 1}}};
  auto first = calls.send(service.url());
  auto second = calls.send(service.url(), milliseconds{150});
  const web_answer said = second.get();
  CHECK(said.how == fate::not_sent);
  CHECK(said.code == "timeout");
  CHECK(first.get().status == 200);
}

TEST_CASE("everybody is answered when the client goes", "[http][participant]") {
  scripted_service service{[](visit& to) {
    to.wait_for_end(milliseconds{3'000});
    return false;
  }};
  caller calls{{.flow = {.concurrency = 1}}};
  auto sent = calls.send(service.url());
  auto waits = calls.send(service.url());
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{5};
  while (service.requests().empty() && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(milliseconds{1});
  calls.stop();
  CHECK(sent.get().how == fate::unknown);
  CHECK(waits.get().how == fate::not_sent);
}
