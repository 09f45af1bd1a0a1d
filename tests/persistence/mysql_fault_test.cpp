// What the store makes of a server that dies, freezes, or gives a transaction up.
#include <sstream>
#include <utility>

#include <soci/soci.h>

#include "support/tcp_proxy.hpp"
#include "tests/persistence/mariadb_server.hpp"
#include "tests/persistence/store_bed.hpp"

using namespace sagas;
using namespace sagas::test;
using verdict = commit_ack::verdict;

namespace {

// The sessions of the stores on this bed's database, by the server's numbers.
std::string connections(store_bed& bed) {
  mysql_terms server = bed.mysql_options().server;
  const std::string database = std::exchange(server.database, "");
  return ask(server, "SELECT id FROM information_schema.processlist WHERE db = '" + database
                       + "' AND id <> CONNECTION_ID() ORDER BY id");
}

void kill_connections(store_bed& bed) {
  mysql_terms server = bed.mysql_options().server;
  server.database.clear();
  std::istringstream ids{connections(bed)};
  for (std::string id; std::getline(ids, id);)
    run(server, "KILL CONNECTION " + id);
}

} // namespace

TEST_CASE("a store goes on by itself after its connections were killed", "[persistence][mysql]") {
  store_bed bed{store_kind::mariadb};
  saga_run run{1};
  bed.commit(run.start());
  kill_connections(bed);
  CHECK(bed.commit(run.done(0)) == verdict::committed);
  kill_connections(bed);
  check_stored(bed, run);
}

TEST_CASE("a store says that its server is away, and goes on when it is back",
          "[persistence][mysql]") {
  store_bed bed{store_kind::mariadb};
  saga_run run{1};
  bed.commit(run.start());
  const saga_run stored = run;
  const std::vector batch{run.done(0)};
  mariadb_server& server = mariadb_server::shared();
  server.kill();
  const auto refused = bed->commit(batch, noon);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::unavailable);
  CHECK(refused.error().message.find("db.host") != std::string::npos);
  CHECK(bed->find(run.id()).error().code == errc::unavailable);
  server.start();
  check_stored(bed, stored);
  bed.commit(batch);
  check_stored(bed, run);
  const auto next = bed.commit(std::vector{run.done(1)});
  CHECK(next.events.batch == 3); // the refused one has left no gap
}

TEST_CASE("a server that does not answer is away, after a bounded time", "[persistence][mysql]") {
  store_bed bed{store_kind::mariadb};
  bed.mysql_options().server.read_timeout = std::chrono::seconds{2};
  bed.mysql_options().server.connect_timeout = std::chrono::seconds{1};
  bed.reopen();
  saga_run run{1};
  bed.commit(run.start());
  const std::vector batch{run.done(0)};
  mariadb_server& server = mariadb_server::shared();
  server.freeze();
  const auto refused = bed->commit(batch, noon);
  server.thaw();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::unavailable);
  bed.commit(batch);
  check_stored(bed, run);
}

TEST_CASE("a lock that another holds is waited for and the batch done again",
          "[persistence][mysql]") {
  store_bed bed{store_kind::mariadb};
  bed.mysql_options().server.read_timeout = std::chrono::seconds{2}; // a lock: half of it
  bed.mysql_options().settle_wait = std::chrono::milliseconds{1'500};
  bed.reopen();
  saga_run run{1};
  saga_run other{2};
  bed.commit(std::vector{run.start(), other.start()});
  const std::vector batch{run.done(0), other.done(0)};
  const auto foreign = open_mysql_session(bed.mysql_options().server);
  foreign->begin();
  *foreign << "UPDATE sagas SET version = version WHERE saga_id = '" << to_text(other.id()) << "'";
  *foreign << "UPDATE pasos_saga SET indice = indice WHERE saga_id = '" << to_text(other.id())
           << "'";
  const auto refused = bed->commit(batch, noon);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::unavailable);
  foreign->rollback();
  for (const commit_ack& ack : bed.commit(batch).acks)
    CHECK(ack.what == verdict::committed);
  check_stored(bed, run);
  check_stored(bed, other);
}

TEST_CASE("a second process is refused while the first holds the database",
          "[persistence][mysql]") {
  store_bed bed{store_kind::mariadb};
  mysql_store_options second = bed.mysql_options();
  second.owner_wait = std::chrono::milliseconds{0};
  const auto refused = open_mysql_stores(second);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::conflict);
  CHECK(refused.error().message.find("another process") != std::string::npos);
  saga_run run{1};
  CHECK(bed.commit(run.start()) == verdict::committed);
  bed.close();
  CHECK(open_mysql_stores(second));
}

TEST_CASE("the events of several writers are numbered without a gap", "[persistence][mysql]") {
  store_bed bed{store_kind::mariadb};
  bed.close();
  mysql_store_options options = bed.mysql_options();
  options.writers = 3;
  auto stores = open_mysql_stores(options);
  REQUIRE(stores);
  REQUIRE(stores->size() == 3);
  std::uint64_t last = 0;
  for (std::uint64_t number = 1; number <= 12; ++number) {
    saga_run run{number};
    const auto done = (*stores)[number % 3]->commit(std::vector{run.start("k", "h")}, noon);
    REQUIRE(done);
    CHECK((*stores)[0]->epoch() == (*stores)[number % 3]->epoch());
    if (number > 1) { // its key is the first one's, whichever writer took it
      CHECK(done->acks[0].what == verdict::duplicate);
      CHECK(done->acks[0].existing == saga_run::id_of(1));
    }
    saga_run other{number + 100};
    const auto second = (*stores)[number % 3]->commit(std::vector{other.start()}, noon);
    REQUIRE(second);
    if (last > 0)
      CHECK(second->events.batch == last + 1);
    last = second->events.batch;
  }
}

TEST_CASE("a commit whose answer was lost has happened once", "[persistence][mysql]") {
  const auto when = GENERATE(cut_moment::before, cut_moment::in, cut_moment::after);
  CAPTURE(static_cast<int>(when));
  store_bed bed{store_kind::mariadb};
  mysql_terms& server = bed.mysql_options().server;
  auto proxy = tcp_proxy::open(static_cast<std::uint16_t>(server.port));
  REQUIRE(proxy);
  const int direct = std::exchange(server.port, (*proxy)->port());
  bed.reopen();
  saga_run run{1};
  saga_run other{2};
  bed.commit(run.start());
  (*proxy)->cut_at("COMMIT", when);
  const auto done = bed.commit(std::vector{run.done(0), other.start("clave", "h")});
  for (const commit_ack& ack : done.acks)
    CHECK(ack.what == verdict::committed);
  CHECK(done.events.batch == 2);
  CHECK(bed.commit(std::vector{run.done(1)}).events.batch == 3);
  CHECK((*proxy)->wait_for_cut(milliseconds{5'000}));
  check_stored(bed, run);
  check_stored(bed, other);
  server.port = direct; // and all of it is there once
  CHECK(ask(server, "SELECT lote FROM lotes ORDER BY lote") == "1\n2\n3");
  CHECK(ask(server,
            "SELECT CAST(sum(cuenta) AS SIGNED) FROM estadisticas_sagas WHERE periodo = 'TOTAL'")
        == "2");
}

TEST_CASE("a commit whose outcome can't be found out says so, and is found out later",
          "[persistence][mysql]") {
  store_bed bed{store_kind::mariadb};
  mysql_terms& server = bed.mysql_options().server;
  auto proxy = tcp_proxy::open(static_cast<std::uint16_t>(server.port));
  REQUIRE(proxy);
  const auto direct = static_cast<std::uint16_t>(std::exchange(server.port, (*proxy)->port()));
  bed.mysql_options().settle_wait = milliseconds{300};
  bed.reopen();
  saga_run run{1};
  bed.commit(run.start());
  (*proxy)->cut_at("COMMIT", cut_moment::in);
  (*proxy)->lead_to(1); // nobody answers there: open connections stay, new ones fail
  const std::vector batch{run.done(0)};
  const auto unknown = bed->commit(batch, noon);
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == errc::unknown_outcome);
  CHECK(bed->find(run.id()).error().code == errc::unavailable);
  (*proxy)->lead_to(direct);
  check_stored(bed, run);
  CHECK(bed.commit(run.done(1)) == verdict::committed);
  check_stored(bed, run);
}
