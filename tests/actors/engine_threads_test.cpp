// The engine on real threads: nothing is lost, and it ends in order.
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include <unistd.h>

#include "actors/engine.hpp"
#include "persistence/ledger.hpp"
#include "persistence/memory_store.hpp"
#include "persistence/sqlite_queries.hpp"
#include "persistence/sqlite_store.hpp"
#include "saga/builtin.hpp"
#include "saga/definition_json.hpp"
#include "support/catch.hpp"
#include "tests/actors/engine_fakes.hpp"

using namespace sagas;

namespace {

constexpr std::chrono::seconds patience{60};

timestamp clock_now() {
  return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
}

class folder {
public:
  folder()
    : path_(std::filesystem::temp_directory_path() / ("sagas-engine-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~folder() { std::filesystem::remove_all(path_); }
  std::string file(const char* name) const { return (path_ / name).string(); }

private:
  std::filesystem::path path_;
};

// Waits for many callbacks.
class tally {
public:
  void count(const std::string& what) {
    const std::lock_guard lock{guard_};
    ++seen_[what];
    changed_.notify_all();
  }
  bool await(const std::string& what, int times) {
    std::unique_lock lock{guard_};
    return changed_.wait_for(lock, patience, [&] { return seen_[what] >= times; });
  }
  int of(const std::string& what) {
    const std::lock_guard lock{guard_};
    return seen_[what];
  }

private:
  std::mutex guard_;
  std::condition_variable changed_;
  std::map<std::string, int> seen_;
};

struct ground {
  ground() {
    for (const definition_ptr& plan : builtin_definitions())
      definitions.add(plan);
    const auto plan = definitions.find("lanzar_campania_completa");
    const auto checked = prepare_input(
      *plan, R"({"campania_id":"c","campania_nombre":"Verano","tipo_campania":"promocional",)"
             R"("objetivo_campania":"incrementar_ventas","fecha_inicio":"2026-01-01",)"
             R"("fecha_fin":"2026-02-01"})");
    REQUIRE(checked);
    start = {plan, *checked, {}, "c", {}, {}};
  }
  std::unique_ptr<engine> make(store_list storages, engine_config settings = {}) {
    return std::make_unique<engine>(
      settings, engine_parts{std::move(storages), definitions, feed, figures, log, clock_now,
                             [this](const failure&) { seen.count("fatal"); }});
  }
  void launch(engine& run, int times) {
    for (int i = 0; i < times; ++i)
      run.start(
        start, [this](result<started> told) { seen.count(told ? "started" : "refused"); },
        [this](saga_status how) { seen.count(to_text(how)); });
  }
  static void await_loaded(engine& run) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!run.node().accepting && std::chrono::steady_clock::now() < until)
      std::this_thread::yield();
    REQUIRE(run.node().accepting);
  }
  definition_registry definitions;
  start_request start;
  fake_feed feed;
  fake_telemetry figures;
  fake_log log;
  tally seen;
};

stand_in_group group(std::unique_ptr<participant_ledger> ledger, bool blocking) {
  stand_in_group made;
  made.services = {"afiliados", "comisiones", "tracking", "notificaciones", "pagos"};
  made.ledger = std::move(ledger);
  made.blocking = blocking;
  return made;
}

} // namespace

TEST_CASE("a thousand sagas run on threads and a store in memory", "[actors][engine][threads]") {
  ground on;
  const auto policy = GENERATE(scheduling::sharing, scheduling::stealing);
  engine_config settings;
  settings.policy = policy;
  settings.threads = 3;
  const auto run = on.make(open_memory_stores(make_memory_tables(), 1), settings);
  run->add_stand_ins(group(make_memory_ledger(), false));
  REQUIRE(run->open());
  ground::await_loaded(*run);
  on.launch(*run, 1'000);
  CHECK(on.seen.await("COMPLETADA", 1'000));
  CHECK(on.seen.of("started") == 1'000);
  CHECK(run->drain(patience));
}

TEST_CASE("a thousand sagas run on SQLite with a ledger on a file", "[actors][engine][threads]") {
  const folder files;
  ground on;
  sqlite_options options;
  options.path = files.file("sagas.db");
  {
    auto storage = open_sqlite_store(options);
    REQUIRE(storage);
    auto ledger = open_sqlite_ledger({.path = files.file("ledger.db")});
    REQUIRE(ledger);
    const auto run = on.make(only(std::move(*storage)));
    run->add_stand_ins(group(std::move(*ledger), true));
    REQUIRE(run->open());
    ground::await_loaded(*run);
    on.launch(*run, 1'000);
    CHECK(on.seen.await("COMPLETADA", 1'000));
    CHECK(run->drain(patience));
  }
  auto storage = open_sqlite_store(options);
  REQUIRE(storage);
  const auto left = (*storage)->unfinished({.after = {}, .limit = 10});
  REQUIRE(left);
  CHECK(left->empty());
}

TEST_CASE("an engine destroyed under load loses nothing that it acknowledged",
          "[actors][engine][threads]") {
  ground on;
  const auto tables = make_memory_tables();
  for (int round = 0; round < 5; ++round) {
    const auto run = on.make(open_memory_stores(tables, 1));
    run->add_stand_ins(group(make_memory_ledger(), false));
    REQUIRE(run->open());
    ground::await_loaded(*run);
    on.launch(*run, 200);
    CHECK(on.seen.await("started", round * 100 + 1));
  }
  CHECK(on.seen.of("started") + on.seen.of("refused") == 1'000); // everybody has an answer
  {
    const auto run = on.make(open_memory_stores(tables, 1));
    run->add_stand_ins(group(make_memory_ledger(), false));
    REQUIRE(run->open());
    ground::await_loaded(*run);
    on.launch(*run, 1);
    const auto until = std::chrono::steady_clock::now() + patience;
    while (run->node().active_sagas > 0 && std::chrono::steady_clock::now() < until)
      std::this_thread::yield();
    CHECK(run->node().active_sagas == 0);
  }
  const auto page = open_memory_queries(tables)->search({.status = saga_status::completed,
                                                         .type = {},
                                                         .campaign_id = {},
                                                         .user_id = {},
                                                         .service = {},
                                                         .from = {},
                                                         .until = {},
                                                         .before = {},
                                                         .limit = 2'000});
  REQUIRE(page);
  CHECK(static_cast<int>(page->sagas.size()) >= on.seen.of("started"));
}

namespace {

// Blocks each call until so many are inside at once.
class meeting final : public participant {
public:
  explicit meeting(int together) : together_(together) {}
  void invoke(const call&, answer reply) override {
    std::unique_lock lock{guard_};
    most_ = std::max(most_, ++inside_);
    if (inside_ >= together_)
      met_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, patience, [this] { return met_; });
    --inside_;
    lock.unlock();
    reply({outcome_kind::done, document{"{}"}, {}, {}, {}});
  }
  int most() {
    const std::lock_guard lock{guard_};
    return most_;
  }

private:
  const int together_;
  std::mutex guard_;
  std::condition_variable changed_;
  int inside_ = 0;
  int most_ = 0;
  bool met_ = false;
};

class answers_elsewhere final : public participant {
public:
  ~answers_elsewhere() override {
    for (std::thread& each : threads_)
      each.join();
  }
  void invoke(const call&, answer reply) override {
    const std::lock_guard lock{guard_};
    threads_.emplace_back([reply = std::move(reply)] {
      reply({outcome_kind::done, document{"{}"}, {}, {}, {}});
    });
  }

private:
  std::mutex guard_;
  std::vector<std::thread> threads_;
};

} // namespace

TEST_CASE("a foreign participant may answer on a thread of its own", "[actors][engine][threads]") {
  ground on;
  const auto elsewhere = std::make_shared<answers_elsewhere>();
  const auto run = on.make(open_memory_stores(make_memory_tables(), 1));
  for (const char* service : {"afiliados", "comisiones", "tracking", "notificaciones"})
    run->add_participant(service, "http", elsewhere);
  REQUIRE(run->open());
  ground::await_loaded(*run);
  on.launch(*run, 20);
  CHECK(on.seen.await("COMPLETADA", 20));
}

TEST_CASE("a foreign participant may block, on so many threads and no more",
          "[actors][engine][threads]") {
  ground on;
  const auto who = std::make_shared<meeting>(4);
  const auto run = on.make(open_memory_stores(make_memory_tables(), 1));
  for (const char* service : {"afiliados", "comisiones", "tracking", "notificaciones"})
    run->add_participant(service, "http", who, {.workers = 4, .queued_max = 1'000});
  REQUIRE(run->open());
  ground::await_loaded(*run);
  on.launch(*run, 100);
  CHECK(on.seen.await("COMPLETADA", 100));
  CHECK(who->most() >= 4);
  CHECK(who->most() <= 16);
}
