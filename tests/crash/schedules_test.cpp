// kill -9 while schedules make up what was missed: in the end each instant has exactly one saga.
//
// A test can't wait for hours of cron's minutes, so the store says that nothing has run for hours:
// then thousands of runs are due at once, and kills hit between a start and the position that
// passes over it. The instants are counted in SQL, by the input of the sagas.
#include "loaded_server.hpp"

#include <csignal>
#include <iostream>
#include <random>
#include <set>
#include <sstream>

#include "app/binary.hpp"
#include "app/clock.hpp"
#include "persistence/mariadb_server.hpp"
#include "persistence/mysql_store.hpp"
#include "persistence/sqlite_store.hpp"
#include "saga/schedule.hpp"
#include "tests/persistence/plain_sql.hpp"

using namespace sagas;
using namespace sagas::test;
using std::chrono::minutes;
using steady = std::chrono::steady_clock;

namespace {

constexpr int schedules = 8;
constexpr int missed = 600; // minutes, and runs of each
constexpr const char* plan =
  R"({"tipo":"copia","pasos":[{"nombre":"copiar","microservicio":"pagos"}]})";
constexpr const char* started = "SELECT entrada FROM sagas WHERE tipo = 'copia' ORDER BY entrada";

timestamp this_minute() { return std::chrono::floor<minutes>(system_now()); }

std::vector<kept_change> schedules_from(timestamp from) {
  std::vector<kept_change> all;
  for (int i = 0; i < schedules; ++i) {
    const std::string name = "p" + std::to_string(i);
    const json_value what = json_value::parse(
      R"({"cron":"* * * * *","perdidas":"todas","instante_en":"t","inicio":{"tipo":"copia",)"
      R"("entrada":{"p":")"
      + name + "\"}}}");
    all.push_back({kept_change::kind::put,
                   {schedule_kind, name, to_document({from, what}),
                    static_cast<std::uint64_t>(from.time_since_epoch().count()), from}});
  }
  return all;
}

// The input of each saga that must be there by `until`.
std::vector<std::string> expected(timestamp from, timestamp until) {
  std::vector<std::string> all;
  for (int i = 0; i < schedules; ++i)
    for (timestamp at = from + minutes{1}; at <= until; at += minutes{1})
      all.push_back(R"({"p":"p)" + std::to_string(i) + R"(","t":")" + to_iso(at) + R"("})");
  return all;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream from{text};
  for (std::string line; std::getline(from, line);)
    all.push_back(line);
  return all;
}

// Kills the server again and again while it catches up. @returns how often it was in the middle
int kill_meanwhile(demo::server_child& server, const std::function<std::size_t()>& count,
                   std::size_t all) {
  std::mt19937_64 random{crash_seed()};
  int hit = 0;
  int latest = 60; // ms; until a slow machine gets as far as starting something
  for (int kill = 0; kill < 40 && count() < all; ++kill) {
    REQUIRE(server.start());
    std::this_thread::sleep_for(milliseconds{std::uniform_int_distribution{1, latest}(random)});
    server.kill();
    const std::size_t now = count();
    hit += now > 0 && now < all ? 1 : 0;
    if (now == 0)
      latest += latest / 2;
  }
  return hit;
}

// What the last start leaves: exactly one saga of each instant, and none of any other.
void check_each_once(demo::server_child& server, timestamp from,
                     const std::function<std::string()>& ask) {
  REQUIRE(server.start());
  const timestamp until = this_minute();
  const std::size_t all = expected(from, until).size();
  const auto limit = steady::now() + std::chrono::seconds{120};
  while (lines_of(ask()).size() < all && steady::now() < limit)
    std::this_thread::sleep_for(milliseconds{50});
  server.send(SIGTERM);
  CHECK(server.wait(std::chrono::seconds{30}) == 0);
  std::vector<std::string> found = lines_of(ask());
  std::erase_if(found, [&](const std::string& each) { // of minutes that came after
    return each.find(R"("t":")") != std::string::npos
           && each.substr(each.find(R"("t":")") + 5, 24) > to_iso(until);
  });
  CHECK(found == expected(from, until));
}

void register_plan(demo::server_child& server) {
  REQUIRE(server.start());
  const auto said = run_sagas({"def", "register", plan, "--url", server.url()});
  INFO(said.err);
  REQUIRE(said.code == 0);
  server.send(SIGTERM);
  REQUIRE(server.wait(std::chrono::seconds{30}) == 0);
}

} // namespace

TEST_CASE("kills while schedules catch up start each run exactly once", "[crash][schedule][slow]") {
  const temp_folder folder;
  demo::server_child server{{.program = sagas_path(), .folder = folder.file(".")}};
  register_plan(server);
  const std::string path = server.database();
  const timestamp from = this_minute() - minutes{missed};
  {
    auto store = open_sqlite_store({.path = path, .node = "antes"});
    REQUIRE(store);
    REQUIRE((*store)->keep(schedules_from(from)));
  }
  const auto look = [&] { return test::ask(path, started); };
  const int hit = kill_meanwhile(
    server, [&] { return lines_of(look()).size(); }, std::size_t{schedules} * missed);
  CHECK(hit >= 3); // less proves little
  check_each_once(server, from, look);
  const auto verdict = run_sagas({"audit", "--db", path, "--ledger", server.ledger()});
  INFO(verdict.out << verdict.err);
  CHECK(verdict.code == 0);

  // What the check would see.
  test::run(path,
            "UPDATE sagas SET entrada = (SELECT max(entrada) FROM sagas WHERE tipo = 'copia') "
            "WHERE entrada = (SELECT min(entrada) FROM sagas WHERE tipo = 'copia')");
  const auto broken = lines_of(look());
  CHECK(std::set(broken.begin(), broken.end()).size() == broken.size() - 1);
}

TEST_CASE("kills while schedules catch up on a MariaDB start each run exactly once",
          "[crash][schedule][mysql][slow]") {
  mariadb_server database;
  const mysql_terms terms = database.terms(database.fresh_name());
  const temp_folder folder;
  demo::server_child server{
    {.program = sagas_path(), .folder = folder.file("."), .environment = environment_of(terms)}};
  register_plan(server);
  const timestamp from = this_minute() - minutes{missed};
  {
    auto stores = open_mysql_stores({.server = terms});
    REQUIRE(stores);
    REQUIRE(stores->front()->keep(schedules_from(from)));
  }
  const auto look = [&] { return test::ask(terms, started); };
  const int hit = kill_meanwhile(
    server, [&] { return lines_of(look()).size(); }, std::size_t{schedules} * missed);
  CHECK(hit >= 3);
  check_each_once(server, from, look);
}
