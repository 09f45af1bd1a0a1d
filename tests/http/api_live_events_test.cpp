// The feed to those who watch: nothing lost, nothing twice, wherever an event comes from.
#include <atomic>
#include <random>
#include <sstream>
#include <thread>

#include "api_fakes.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

feed_event event_of(int saga, const std::string& status, const std::string& step = {}) {
  return {id_of(saga),
          saga % 2 ? "impar" : "par",
          at("2026-01-31T09:08:07.123Z"),
          status,
          step,
          operation::action,
          1};
}

feed_batch batch_of(std::uint64_t number, int events) {
  feed_batch batch{number, {}};
  for (int i = 0; i < events; ++i)
    batch.events.push_back(event_of(i, "EJECUTANDO", "paso"));
  return batch;
}

struct feed_world {
  explicit feed_world(live_options options) : events(reads, log, options) {}

  // Commits as the persistence actor does: stored first, then published.
  void commit(feed_batch batch, bool publish = true) {
    reads.store(batch);
    if (publish)
      events.publish(std::make_shared<const feed_batch>(std::move(batch)));
  }
  std::shared_ptr<fake_stream> watch(std::optional<feed_position> after, watcher who = {}) {
    auto stream = std::make_shared<fake_stream>();
    who.to = stream;
    who.after = after;
    const bool watched = static_cast<bool>(events.watch(std::move(who)));
    REQUIRE(watched);
    return stream;
  }

  fake_queries reads;
  silent_log log;
  live_events events;
};

// The ids of the events (not of heartbeats) in a stream's text, in order.
std::vector<std::string> ids_in(const std::string& text) {
  std::vector<std::string> ids;
  std::istringstream lines{text};
  std::string id;
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("id: "))
      id = line.substr(4);
    else if (line.starts_with("event: "))
      ids.push_back(id);
  return ids;
}

std::vector<std::string> ids_between(const std::vector<feed_batch>& feed, feed_position after) {
  std::vector<std::string> ids;
  for (const feed_batch& batch : feed)
    for (std::uint32_t i = 0; i < batch.events.size(); ++i)
      if (feed_position{batch.batch, i} > after)
        ids.push_back(to_text(feed_position{batch.batch, i}));
  return ids;
}

} // namespace

TEST_CASE("an event is told as one server-sent event", "[http]") {
  feed_world w{{}};
  const auto stream = w.watch({});
  w.commit({7, {event_of(1, "EJECUTANDO", "cobrar"), event_of(1, "COMPLETADA")}});
  REQUIRE(stream->wait_for("id: 7-1"));
  REQUIRE(stream->wait_for("COMPLETADA\"}\n\n"));
  const std::string id = to_text(id_of(1));
  CHECK(stream->text()
        == "id: 7-0\nevent: paso\ndata: {\"saga_id\":\"" + id
             + R"(","tipo":"impar","timestamp":"2026-01-31T09:08:07.123Z","estado":"EJECUTANDO",)"
             + R"("paso":"cobrar","tipo_operacion":"ACCION","intento_numero":1})"
             + "\n\nid: 7-1\nevent: saga\ndata: {\"saga_id\":\"" + id
             + R"(","tipo":"impar","timestamp":"2026-01-31T09:08:07.123Z","estado":"COMPLETADA"})"
             + "\n\n");
}

TEST_CASE("a watcher without a position begins now", "[http]") {
  feed_world w{{}};
  w.commit(batch_of(1, 3), false); // before this process
  w.commit(batch_of(2, 3));
  const auto stream = w.watch({});
  w.commit(batch_of(3, 2));
  REQUIRE(stream->wait_for("id: 3-1"));
  CHECK(ids_in(stream->text()) == std::vector<std::string>{"3-0", "3-1"});
}

TEST_CASE("a reader resumes in the middle of a batch, in the ring and in the store", "[http]") {
  feed_world w{{.ring_events = 8}};
  for (std::uint64_t i = 1; i <= 10; ++i)
    w.commit(batch_of(i, 3));
  for (const feed_position after : {feed_position{0, 0}, {1, 0}, {2, 2}, {7, 1}, {8, 2}, {10, 1}}) {
    const auto stream = w.watch(after);
    INFO(to_text(after));
    REQUIRE(stream->wait_for("id: 10-2"));
    CHECK(ids_in(stream->text()) == ids_between(w.reads.feed, after));
  }
  const auto beyond = w.watch(feed_position{99, 0}); // of another database
  w.commit(batch_of(11, 1));
  REQUIRE(beyond->wait_for("id: 11-0"));
  CHECK(ids_in(beyond->text()) == std::vector<std::string>{"11-0"});
}

TEST_CASE("a reader within the batch that has just left the ring gets its rest", "[http]") {
  feed_world w{{.ring_events = 4}};
  for (std::uint64_t i = 1; i <= 3; ++i)
    w.commit(batch_of(i, 3)); // only the last is in the ring
  const auto stream = w.watch(feed_position{2, 0});
  REQUIRE(stream->wait_for("id: 3-2"));
  CHECK(ids_in(stream->text()) == ids_between(w.reads.feed, {2, 0}));
}

TEST_CASE("what is in the ring is not read from the store", "[http]") {
  feed_world w{{}};
  const auto stream = w.watch({});
  for (std::uint64_t i = 1; i <= 200; ++i)
    w.commit(batch_of(2 * i, 2)); // numbers may have gaps
  REQUIRE(stream->wait_for("id: 400-1"));
  CHECK(ids_in(stream->text()).size() == 400);
  CHECK(w.reads.feed_reads <= 1); // the ring can't know what came before its first batch
}

TEST_CASE("with other writers their batches are found in the store", "[http]") {
  feed_world w{{.poll = milliseconds{5}}};
  const auto stream = w.watch(feed_position{});
  w.commit(batch_of(1, 1));
  w.commit(batch_of(2, 1), false); // another node's
  w.commit(batch_of(3, 1));
  REQUIRE(stream->wait_for("id: 3-0"));
  w.commit(batch_of(4, 1), false);
  REQUIRE(stream->wait_for("id: 4-0"));
  CHECK(ids_in(stream->text()) == std::vector<std::string>{"1-0", "2-0", "3-0", "4-0"});
}

TEST_CASE("no event is lost or doubled while readers come and go under load", "[http]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random{seed};
  feed_world w{{.ring_events = 50, .page_events = 7}};
  std::atomic<bool> stop{false};
  std::thread writer{[&] {
    std::mt19937 sizes{seed + 1};
    for (std::uint64_t i = 1; i <= 2'000 && !stop; ++i)
      w.commit(batch_of(i, static_cast<int>(sizes() % 4)));
    w.commit(batch_of(2'001, 1));
  }};
  std::vector<std::pair<feed_position, std::shared_ptr<fake_stream>>> readers;
  for (int i = 0; i < 40; ++i) {
    const feed_position after{random() % 60, static_cast<std::uint32_t>(random() % 3)};
    // Wait until the feed has come so far, else the reader would count as of another database.
    const auto until = std::chrono::steady_clock::now() + patience;
    while (*w.reads.last_event() < after && std::chrono::steady_clock::now() < until)
      std::this_thread::yield();
    readers.emplace_back(after, w.watch(after));
  }
  writer.join();
  for (const auto& [after, stream] : readers) {
    REQUIRE(stream->wait_for("id: 2001-0"));
    CHECK(ids_in(stream->text()) == ids_between(w.reads.feed, after));
  }
}

TEST_CASE("filters choose, and the end of a saga ends its stream", "[http]") {
  feed_world w{{}};
  const auto odd = w.watch(
    {}, {.to = nullptr, .wants = [](const feed_event& what) { return what.type == "impar"; }});
  const auto of_second = [](const feed_event& what) { return what.saga == id_of(2); };
  const auto one = w.watch({}, {.to = nullptr, .wants = of_second, .saga = id_of(2)});
  w.commit({1, {event_of(1, "EN_PROGRESO"), event_of(2, "EN_PROGRESO")}});
  w.commit({2, {event_of(1, "COMPLETADA"), event_of(2, "EJECUTANDO", "paso")}});
  w.commit({3, {event_of(2, "COMPENSADA"), event_of(2, "EN_PROGRESO")}});
  REQUIRE(one->wait_closed());
  CHECK(ids_in(one->text()) == std::vector<std::string>{"1-1", "2-1", "3-0", "3-0"});
  CHECK(one->text().ends_with("event: fin\ndata: {\"saga_id\":\"" + to_text(id_of(2))
                              + "\",\"estado\":\"COMPENSADA\"}\n\n"));
  REQUIRE(odd->wait_for("id: 2-0"));
  CHECK(ids_in(odd->text()) == std::vector<std::string>{"1-0", "2-0"});
  CHECK_FALSE(odd->closed());
}

TEST_CASE("a slow reader is waited for a while, then let go", "[http]") {
  feed_world w{{.stall_max = milliseconds{60}}};
  const auto slow = w.watch({});
  const auto stuck = w.watch({});
  slow->set_room(0);
  stuck->set_room(0);
  w.commit(batch_of(1, 2));
  slow->set_room(1 << 20);
  REQUIRE(slow->wait_for("id: 1-1"));
  REQUIRE(stuck->wait_closed());
  CHECK(stuck->text().empty());
  CHECK_FALSE(slow->closed());
}

TEST_CASE("a large batch goes through a small buffer piece by piece", "[http]") {
  feed_world w{{}};
  const auto stream = w.watch({});
  stream->set_room(71'680); // refuses any larger write
  w.commit(batch_of(1, 5'000));
  REQUIRE(stream->wait_for("id: 1-4999"));
  CHECK(ids_in(stream->text()).size() == 5'000);
}

TEST_CASE("silence is broken by heartbeats that carry the position", "[http]") {
  feed_world w{{.heartbeat = milliseconds{10}}};
  const auto stream = w.watch({},
                              {.to = nullptr, .wants = [](const feed_event&) { return false; }});
  w.commit(batch_of(5, 2));
  REQUIRE(stream->wait_for(": \nid: 5-1\n\n"));
  CHECK(ids_in(stream->text()).empty());
}

TEST_CASE("a stream ends when its events can't be read", "[http]") {
  feed_world w{{.ring_events = 1}};
  for (std::uint64_t i = 1; i <= 5; ++i)
    w.commit(batch_of(i, 1));
  {
    const std::lock_guard lock{w.reads.guard};
    w.reads.broken = failure{errc::unavailable, "away"};
  }
  const auto stream = w.watch(feed_position{1, 0});
  CHECK(stream->wait_closed());
}

TEST_CASE("there is room for so many watchers, and stopping ends them", "[http]") {
  feed_world w{{.watchers_max = 2}};
  const auto first = w.watch({});
  const auto second = w.watch({});
  CHECK(w.events.full());
  CHECK(w.events.watch({.to = std::make_shared<fake_stream>()}).error().code == errc::overloaded);
  w.events.stop();
  CHECK(first->closed());
  CHECK(second->closed());
  CHECK(w.events.watch({.to = std::make_shared<fake_stream>()}).error().code == errc::unavailable);
  w.events.stop();
}
