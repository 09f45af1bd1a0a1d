// Quotas, and that nobody's flood is another's cost.
#include <algorithm>
#include <deque>
#include <map>

#include "api_fakes.hpp"
#include "http/access/shares.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

const timestamp noon = at("2026-01-31T12:00:00Z");

// An engine that makes so many starts durable in each tick, in the order in which they came.
struct slow_engine {
  struct waiting {
    caller who;
    int since;
  };

  // One tick: each caller asks as often as he wants to; returns nothing, keeps the figures.
  void tick(start_shares& shares, const std::map<std::string, int>& asking, int durable) {
    ++now;
    for (const auto& [name, times] : asking)
      for (int i = 0; i < times; ++i) {
        if (shares.take({name, {}}, 1, noon + milliseconds{now}))
          ++refused[name];
        else
          queue.push_back({{name, {}}, now});
      }
    for (int i = 0; i < durable && !queue.empty(); ++i) {
      const waiting first = queue.front();
      queue.pop_front();
      shares.give(first.who, 1);
      ++done[first.who.name];
      longest[first.who.name] = std::max(longest[first.who.name], now - first.since);
    }
  }

  int now = 0;
  std::deque<waiting> queue;
  std::map<std::string, int> done;
  std::map<std::string, int> refused;
  std::map<std::string, int> longest;
};

} // namespace

TEST_CASE("who floods does not slow who does not", "[http][access]") {
  start_shares shares{100};
  slow_engine engine;
  for (int i = 0; i < 50; ++i)
    engine.tick(shares, {{"riada", 500}}, 50);
  CHECK(engine.refused["riada"] == 0); // alone he may have it all
  const int before = engine.done["riada"];
  for (int i = 0; i < 500; ++i) // what he had before the other came is done first
    engine.tick(shares, {{"riada", 500}, {"gota", 5}}, 50);
  engine.done.clear();
  engine.refused.clear();
  engine.longest.clear();
  for (int i = 0; i < 1000; ++i)
    engine.tick(shares, {{"riada", 500}, {"gota", 5}}, 50);
  CHECK(before > 0);
  CHECK(engine.refused["gota"] == 0);
  CHECK(engine.done["gota"] >= 5 * 998);
  CHECK(engine.longest["gota"] <= 2); // his share of 50 in flight goes through in a tick
  CHECK(engine.refused["riada"] > 0);
  CHECK(engine.done["riada"] >= 44 * 1000); // and the engine does not idle for it
}

TEST_CASE("who is alone again may have it all again", "[http][access]") {
  start_shares shares{10};
  CHECK_FALSE(shares.take({"a", {}}, 4, noon));
  CHECK_FALSE(shares.take({"b", {}}, 1, noon));
  CHECK(shares.take({"a", {}}, 2, noon));
  shares.give({"b", {}}, 1);
  CHECK(shares.take({"a", {}}, 2, noon + milliseconds{999}));
  CHECK_FALSE(shares.take({"a", {}}, 2000, noon + milliseconds{1001}));
}

TEST_CASE("a batch larger than the share goes when nothing else does", "[http][access]") {
  start_shares shares{10};
  CHECK_FALSE(shares.take({"b", {}}, 1, noon));
  CHECK_FALSE(shares.take({"a", {}}, 5000, noon));
  CHECK(shares.take({"a", {}}, 1, noon));
  shares.give({"a", {}}, 5000);
  CHECK_FALSE(shares.take({"a", {}}, 1, noon));
}

TEST_CASE("a rate lets a burst through, and then so many a second", "[http][access]") {
  start_shares shares{10};
  const caller who{"a", {.rate = 2, .burst = 5}};
  for (int i = 0; i < 5; ++i)
    CHECK_FALSE(shares.take(who, 1, noon));
  const auto refused = shares.take(who, 1, noon);
  REQUIRE(refused);
  CHECK(refused->retry_after_s == 1);
  CHECK(shares.take(who, 3, noon)->retry_after_s == 2);
  CHECK_FALSE(shares.take(who, 1, noon + milliseconds{500}));
  CHECK(shares.take(who, 1, noon + milliseconds{500}));
  // A batch beyond the burst is lent to: it is paid off before the next.
  CHECK_FALSE(shares.take(who, 50, noon + std::chrono::seconds{60}));
  CHECK(shares.take(who, 1, noon + std::chrono::seconds{60})->retry_after_s == 23);
  CHECK_FALSE(shares.take(who, 1, noon + std::chrono::seconds{83}));
}

TEST_CASE("a key has so many starts in flight as it may", "[http][access]") {
  start_shares shares{10};
  const caller who{"a", {.at_once = 2}};
  CHECK_FALSE(shares.take(who, 1, noon));
  CHECK_FALSE(shares.take(who, 1, noon));
  CHECK(shares.take(who, 1, noon));
  shares.give(who, 1);
  CHECK_FALSE(shares.take(who, 1, noon));
}

TEST_CASE("a start over its quota is answered 429, and its place comes back", "[http][access]") {
  const auto key = fresh_key();
  REQUIRE(key);
  api_key one{"tienda", {}, digest_of(*key), {}, {.at_once = 1}};
  one.scopes.add(scope::start);
  const auto ring = std::make_shared<const key_ring>(std::vector{one});
  world w{false, {}, [ring] { return ring; }};
  w.engine.on_start = [](const start_request&) { return std::nullopt; }; // not durable yet
  const auto start = [&](const std::string& path, const std::string& body) {
    return w.send("POST", path, {.body = body, .headers = {{"authorization", "Bearer " + *key}}});
  };
  const std::string plan = R"({"tipo":"procesar_pago_comisiones","entrada":{"periodo":"2026-11"}})";
  const auto first = start("/api/v1/sagas", plan);
  CHECK_FALSE(first->answered());
  for (const auto& [path, body] : std::map<std::string, std::string>{
         {"/api/v1/sagas", plan}, {"/api/v1/sagas/lote", "[" + plan + "]"}}) {
    const response refused = start(path, body)->answer();
    CHECK(refused.status == 429);
    CHECK(refused.headers
          == std::vector<std::pair<std::string, std::string>>{{"Retry-After", "1"}});
    CHECK(refused.body.find("tienda") != std::string::npos);
  }
  REQUIRE(w.engine.starts.size() == 1);
  w.engine.starts.front().on_started(started{id_of(1)});
  CHECK(first->answer().status == 202);
  const auto batch = start("/api/v1/sagas/lote", "[" + plan + "," + plan + "]");
  CHECK_FALSE(batch->answered());
  CHECK(start("/api/v1/sagas", plan)->answer().status == 429);
  for (std::size_t i = 1; i < 3; ++i)
    w.engine.starts[i].on_started(started{id_of(static_cast<int>(i))});
  CHECK(batch->answer().status == 200);
  CHECK(start("/api/v1/sagas", "{}")->answer().status == 422); // gives its place back as well
  CHECK_FALSE(start("/api/v1/sagas", plan)->answered());
}
