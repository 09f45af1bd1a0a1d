// A store that goes away and comes back, as callers see it over HTTP.
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include <httplib.h>

#include "actors/engine.hpp"
#include "app/clock.hpp"
#include "http/api.hpp"
#include "http/server.hpp"
#include "persistence/memory_store.hpp"
#include "saga/definition_json.hpp"
#include "saga/quiet.hpp"
#include "support/catch.hpp"

using namespace sagas;

namespace {

constexpr std::chrono::seconds patience{30};
constexpr const char* plan_text = R"({"tipo":"uno","pasos":[{"nombre":"a","microservicio":"s"}]})";
constexpr const char* saga_body = R"({"tipo":"uno","entrada":{}})";

/// Answers when it is told to.
class patient final : public participant {
public:
  void invoke(const call&, answer reply) override {
    const std::lock_guard lock{guard_};
    held_.push_back(std::move(reply));
  }
  std::size_t answer_all() {
    const std::lock_guard lock{guard_};
    for (const answer& reply : held_)
      reply({outcome_kind::done, document{"{}"}, {}, {}, {}});
    return std::exchange(held_, {}).size();
  }

private:
  std::mutex guard_;
  std::vector<answer> held_;
};

template <class Condition>
bool await(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < until) {
    if (condition())
      return true;
    std::this_thread::yield();
  }
  return false;
}

struct world {
  world() {
    commit_hooks hooks{[this](std::span<const changes>) -> std::optional<failure> {
                         if (away)
                           return failure{errc::unavailable, "the server has gone"};
                         return std::nullopt;
                       },
                       {}};
    definitions.add(*parse_definition(plan_text));
    engine_config settings;
    settings.store_retry_max = settings.store_retry_min;
    brain = std::make_unique<engine>(settings,
                                     engine_parts{open_memory_stores(tables, 4, hooks), definitions,
                                                  live, figures, log, now, [](const failure&) {}});
    brain->add_participant("s", "http", who);
    REQUIRE(brain->open());
    http::server_options options;
    options.port = 0;
    auto opened = http::server::open(options,
                                     http::make_routes({.engine = *brain,
                                                        .reads = *reads,
                                                        .definitions = definitions,
                                                        .events = live,
                                                        .log = log,
                                                        .clock = now,
                                                        .metrics_text = [] { return ""; }}),
                                     log);
    REQUIRE(opened);
    web = std::move(*opened);
    client = std::make_unique<httplib::Client>("127.0.0.1", web->port());
    REQUIRE(await([this] { return brain->node().accepting; }));
  }
  ~world() {
    client.reset();
    web.reset();
    live.stop();
    brain.reset();
  }
  httplib::Result start() { return client->Post("/api/v1/sagas", saga_body, "application/json"); }

  std::atomic<bool> away{false};
  std::shared_ptr<memory_tables> tables = make_memory_tables();
  std::unique_ptr<queries> reads = open_memory_queries(tables);
  quiet_logger log;
  quiet_telemetry figures;
  definition_registry definitions;
  http::live_events live{*reads, log};
  std::shared_ptr<patient> who = std::make_shared<patient>();
  std::unique_ptr<engine> brain;
  std::unique_ptr<http::server> web;
  std::unique_ptr<httplib::Client> client;
};

} // namespace

TEST_CASE("while the store is away starts get 503 with Retry-After, and all goes on afterwards",
          "[app][away]") {
  world all;
  const auto running = all.start();
  REQUIRE(running);
  INFO(running->body);
  REQUIRE(running->status == 202);
  const std::uint64_t before = all.brain->node().active_sagas;

  all.away = true;
  CHECK(await([&] { return all.who->answer_all() > 0; })); // its transition has to wait
  for (int i = 0; i < 300; ++i) {
    const auto refused = all.start();
    REQUIRE(refused);
    CHECK(refused->status == 503);
    CHECK(refused->get_header_value("Retry-After") == "1");
    CHECK(refused->body.find("the server has gone") != std::string::npos);
  }
  CHECK(all.brain->node().active_sagas <= before); // those that are refused leave nothing behind
  CHECK(all.reads->search({})->sagas.size() == 1);
  const auto told = [&] {
    const auto ready = all.client->Get("/readyz");
    return ready && ready->status == 503
           && ready->body.find("the store is not available") != std::string::npos
           && ready->body.find("the server has gone") != std::string::npos;
  };
  CHECK(await(told));
  CHECK(all.client->Get("/healthz")->status == 200);
  CHECK(all.client->Get("/api/v1/sagas/activas")->status == 200);

  all.away = false;
  CHECK(await([&] { return all.brain->node().active_sagas == 0; })); // it has ended
  CHECK(await([&] { return all.client->Get("/readyz")->status == 200; }));
  CHECK(all.start()->status == 202);
}
