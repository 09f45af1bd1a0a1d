// A damaged file: the server refuses it, or says that it cannot read; it never serves what is not
// so.
#include "loaded_server.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "app/audit/sqlite.hpp"
#include "app/client.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t page_size = 4096;

std::uintmax_t below(std::mt19937_64& random, std::uintmax_t limit) {
  return std::uniform_int_distribution<std::uintmax_t>{0, limit - 1}(random);
}

void overwrite(const std::string& path, std::uintmax_t at, const std::string& with) {
  std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
  file.seekp(static_cast<std::streamoff>(at));
  file << with;
  REQUIRE(file.flush());
}

std::map<std::string, std::string> ends_in(const std::string& database) {
  auto store = audit::database::open(database);
  REQUIRE(store);
  std::map<std::string, std::string> ends;
  for (auto row = store->query("SELECT saga_id, estado FROM sagas"); row.next();)
    ends.emplace(row.text(0), row.text(1));
  return ends;
}

// Reads every saga: an answer is the truth, or an error of the server's.
void check_answers(const std::string& url, const std::map<std::string, std::string>& ends) {
  auto client = api_client::to(url);
  REQUIRE(client);
  for (const auto& [saga, end] : ends) {
    const auto answer = client->send({.path = "/api/v1/sagas/" + saga + "/estado"});
    INFO(saga);
    REQUIRE(answer);
    INFO(answer->body);
    const bool true_state = answer->status == 200
                            && answer->body.find("\"" + end + "\"") != std::string::npos;
    CHECK((true_state || answer->status >= 500));
  }
}

} // namespace

TEST_CASE("a damaged page is refused or told, never served as something else", "[crash][slow]") {
  std::mt19937_64 random{crash_seed()};
  loaded_server run{1'000};
  run.begin(16);
  REQUIRE(run.wait_for_acknowledged(1'000));
  run.settle();
  run.server().send(SIGTERM);
  REQUIRE(run.server().wait(std::chrono::seconds{30}) == 0);
  const std::string database = run.server().database();
  const auto ends = ends_in(database);
  const std::string intact = run.folder().file("intact.db");
  fs::copy_file(database, intact);
  for (int round = 0; round < 8; ++round) {
    fs::copy_file(intact, database, fs::copy_options::overwrite_existing);
    fs::remove(database + "-wal");
    fs::remove(database + "-shm");
    const std::uintmax_t page = 1 + below(random, fs::file_size(intact) / page_size - 1);
    INFO("page " << page + 1);
    overwrite(database, page * page_size, std::string(page_size, '\xA5'));
    REQUIRE(run.server().launch());
    if (run.server().await(std::chrono::seconds{10}))
      check_answers(run.server().url(), ends);
    else
      CHECK(run.server().wait(std::chrono::seconds{10}) == 3); // refused, with a line in its log
    run.server().kill();
  }
}

TEST_CASE("a damaged write-ahead log gives an older whole state, or nothing", "[crash][slow]") {
  std::mt19937_64 random{crash_seed()};
  loaded_server run{2'000};
  run.begin(16);
  REQUIRE(run.wait_for_acknowledged(400));
  run.server().kill();
  const std::string log = run.server().database() + "-wal";
  const std::uintmax_t size = fs::file_size(log);
  REQUIRE(size > 100 * page_size);
  overwrite(log, size / 2 + below(random, size / 4), std::string(64, '\x5A'));
  const auto started = run.server().start();
  REQUIRE(started); // what lies before the damage is whole, so there is no reason to refuse
  const auto found = audit::audit({.database = run.server().database()});
  REQUIRE(found);
  INFO(as_text(*found));
  CHECK(found->violations_total == 0);
  CHECK(found->counts.sagas > 0);
}
