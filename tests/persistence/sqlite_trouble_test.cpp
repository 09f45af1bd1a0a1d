// The store on a file in trouble: no room, somebody else's lock, rows that SQLite refuses.
#include <sqlite3.h>

#include "tests/persistence/plain_sql.hpp"
#include "tests/persistence/store_bed.hpp"

using namespace sagas;
using namespace sagas::test;
using verdict = commit_ack::verdict;

namespace {

saga_run heavy_run(std::uint64_t number) {
  saga_run run{number};
  run.state.header.input = document{std::string(64 << 10, 'x')};
  return run;
}

// A connection of another program that is in the middle of writing.
class foreign_writer {
public:
  explicit foreign_writer(const std::string& path) {
    REQUIRE(sqlite3_open(path.c_str(), &connection_) == SQLITE_OK);
    REQUIRE(sqlite3_exec(connection_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  ~foreign_writer() { sqlite3_close(connection_); }

private:
  sqlite3* connection_ = nullptr;
};

} // namespace

TEST_CASE("a full file takes nothing, keeps what it has, and goes on when there is room",
          "[persistence][sqlite]") {
  store_bed bed{store_kind::sqlite};
  bed.options().pages_max = 256; // 1 MiB
  bed.reopen();
  std::uint64_t stored = 0;
  std::optional<failure> refused;
  while (!refused && stored < 100) {
    saga_run run = heavy_run(stored + 1);
    const auto done = bed->commit(std::vector{run.start()}, noon);
    if (done)
      ++stored;
    else
      refused = done.error();
  }
  REQUIRE(refused);
  CHECK(refused->code == errc::unavailable);
  CHECK(refused->message.find("full") != std::string::npos);
  CHECK(stored > 5);
  CHECK(test::ask(bed.path(), "SELECT count(*) FROM sagas") == std::to_string(stored));
  CHECK(bed.knows(saga_run::id_of(1)));
  saga_run small{1'000};
  const changes start = small.start();
  test::run(bed.path(), "UPDATE sagas SET entrada = NULL");
  bed.commit(start);
  check_stored(bed, small);
  CHECK(test::ask(bed.path(), "PRAGMA integrity_check") == "ok");
}

TEST_CASE("while another program writes a commit waits, and then says so",
          "[persistence][sqlite]") {
  store_bed bed{store_kind::sqlite};
  bed.options().busy_timeout = milliseconds{20};
  bed.reopen();
  saga_run run{1};
  const std::vector batch{run.start()};
  {
    const foreign_writer other{bed.path()};
    const auto refused = bed->commit(batch, noon);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::unavailable);
    CHECK_FALSE(bed.knows(run.id()));
  }
  bed.commit(batch);
  check_stored(bed, run);
}

TEST_CASE("a row that SQLite refuses is rejected alone", "[persistence][sqlite]") {
  store_bed bed{store_kind::sqlite};
  const std::string poisoned = to_text(saga_run::id_of(7));
  test::run(bed.path(), "CREATE TRIGGER veneno BEFORE INSERT ON pasos_saga WHEN NEW.saga_id = '"
                          + poisoned + "' BEGIN SELECT RAISE(ABORT, 'no me gusta'); END");
  std::vector<saga_run> runs;
  std::vector<changes> batch;
  for (std::uint64_t number = 1; number <= 20; ++number) {
    runs.emplace_back(number);
    batch.push_back(runs.back().start("clave-" + std::to_string(number), "huella"));
  }
  const auto done = bed.commit(batch);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    CAPTURE(i);
    CHECK(done.acks[i].what == (i == 6 ? verdict::rejected : verdict::committed));
    CHECK(bed.knows(runs[i].id()) == (i != 6));
  }
  CHECK(done.acks[6].error.find("no me gusta") != std::string::npos);
  CHECK(done.events.events.size() == 38); // two of each
  CHECK(test::ask(bed.path(), "SELECT count(*) FROM claves_idempotencia") == "19");
  CHECK(test::ask(bed.path(), "SELECT cuenta FROM estadisticas_sagas WHERE periodo = 'TOTAL'")
        == "19");
  CHECK(test::ask(bed.path(), "SELECT cuantos FROM lotes") == "38");
  test::run(bed.path(), "DROP TRIGGER veneno");
  CHECK(bed.commit(batch[6]) == verdict::committed);
}

TEST_CASE("a store whose tables are gone says that it must stop", "[persistence][sqlite]") {
  store_bed bed{store_kind::sqlite};
  test::run(bed.path(), "DROP TABLE lotes");
  saga_run run{1};
  const auto refused = bed->commit(std::vector{run.start()}, noon);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::fatal);
  CHECK_FALSE(bed.knows(run.id()));
}

TEST_CASE("a damaged row is reported, not guessed", "[persistence][sqlite]") {
  store_bed bed{store_kind::sqlite};
  saga_run run{1};
  bed.commit(run.start());
  saga_run other{2};
  bed.commit(other.start());
  test::run(bed.path(),
            "UPDATE sagas SET estado = 'VOLANDO' WHERE saga_id = '" + to_text(run.id()) + "'");
  const auto found = bed->find(run.id());
  REQUIRE_FALSE(found);
  CHECK(found.error().code == errc::corrupt);
  CHECK(found.error().message.find("VOLANDO") != std::string::npos);
  CHECK_FALSE(bed->unfinished({}));
  check_stored(bed, other); // who is not damaged lives on,
  bed.commit(other.done(0));
  check_stored(bed, other);
  CHECK(test::ask(bed.path(), "PRAGMA wal_checkpoint(TRUNCATE)") == "0|0|0"); // and no lock is left
}
