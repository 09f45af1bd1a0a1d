// What every store promises about the removal of old sagas.
#include <algorithm>

#include "tests/persistence/backend.hpp"
#include "tests/persistence/mariadb_server.hpp"
#include "tests/persistence/plain_sql.hpp"
#include "tests/persistence/store_bed.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

const timestamp later = noon + std::chrono::hours{1};

// Sagas of which everything there is to remove is stored.
struct contents {
  saga_run completed{1}, undone{2}, running{3}, parked{4}, also_completed{5};

  explicit contents(store& to) {
    std::vector<changes> batch{completed.start("pedido-1", "huella"),
                               completed.done(0),
                               completed.done(1),
                               undone.start(),
                               undone.done(0),
                               undone.refused(1),
                               undone.done(0),
                               running.start("pedido-3", "huella"),
                               parked.start(),
                               parked.feed(recovery_abandoned{noon}),
                               also_completed.start(),
                               also_completed.feed(pause_requested{noon, {"ana", "espera"}}),
                               also_completed.feed(resume_requested{noon, {"ana", "sigue"}}),
                               also_completed.done(0),
                               also_completed.done(1)};
    const auto done = to.commit(batch, noon);
    REQUIRE(done);
    for (const commit_ack& ack : done->acks)
      REQUIRE(ack.what == commit_ack::verdict::committed);
  }
  std::vector<saga_id> all() const {
    return {completed.id(), undone.id(), running.id(), parked.id(), also_completed.id()};
  }
};

std::size_t remove(store& from, const std::vector<saga_id>& ids, timestamp before = later) {
  const auto removed = from.remove(ids, before);
  INFO((removed ? "" : removed.error().message));
  REQUIRE(removed);
  return *removed;
}

} // namespace

TEST_CASE("what has ended is removed, and nothing else", "[persistence][store][removal]") {
  store_bed bed{GENERATE(from_range(every_store))};
  const contents told{*bed};
  std::vector<saga_id> asked = told.all();
  asked.push_back(saga_run::id_of(99)); // never was
  CHECK(remove(*bed, asked) == 3);
  CHECK(remove(*bed, asked) == 0); // again is no harm
  CHECK(remove(*bed, {}) == 0);
  bed.reopen();
  for (const saga_run* gone : {&told.completed, &told.undone, &told.also_completed})
    CHECK_FALSE(bed.knows(gone->id()));
  check_stored(bed, told.running);
  check_stored(bed, told.parked);
  CHECK(bed->unfinished({})->size() == 2);
}

TEST_CASE("what has ended less long ago stays", "[persistence][store][removal]") {
  store_bed bed{GENERATE(from_range(every_store))};
  const contents told{*bed};
  CHECK(remove(*bed, told.all(), noon) == 0);
  CHECK(remove(*bed, told.all(), noon + milliseconds{1}) == 3);
}

TEST_CASE("more than fits into one statement is removed at once", "[persistence][store][removal]") {
  store_bed bed{GENERATE(from_range(every_store))};
  std::vector<changes> batch;
  std::vector<saga_id> ids;
  for (std::uint64_t number = 1; number <= 150; ++number) {
    saga_run run{number, sequence({step("a")})};
    batch.push_back(run.start(to_text(run.id()), "huella"));
    if (number != 77)
      batch.push_back(run.done(0));
    ids.push_back(run.id());
  }
  bed.commit(batch);
  CHECK(remove(*bed, ids) == 149);
  CHECK(bed.knows(saga_run::id_of(77)));
}

TEST_CASE("the idempotency key of what was removed is free again",
          "[persistence][store][removal]") {
  store_bed bed{GENERATE(from_range(every_store))};
  const contents told{*bed};
  CHECK(remove(*bed, told.all()) == 3);
  saga_run again{10}, taken{11};
  CHECK(bed.commit(again.start("pedido-1", "otra")) == commit_ack::verdict::committed);
  CHECK(bed.commit(taken.start("pedido-3", "huella")) == commit_ack::verdict::duplicate);
  check_stored(bed, again);
}

TEST_CASE("what comes late to a removed saga changes nothing", "[persistence][store][removal]") {
  store_bed bed{GENERATE(from_range(every_store))};
  saga_run late{1};
  bed.commit(late.start());
  const changes outcome = late.refused(0);
  bed.commit(outcome);
  CHECK(remove(*bed, {late.id()}) == 1);
  CHECK(bed.commit(outcome) == commit_ack::verdict::rejected);
  CHECK_FALSE(bed.knows(late.id()));
  REQUIRE(bed->count_recovery(std::vector{late.id()}));
  REQUIRE(bed->settle_recovery(std::vector{late.id()}));
  CHECK_FALSE(bed.knows(late.id()));
}

TEST_CASE("who has been overtaken removes nothing", "[persistence][store][removal]") {
  store_bed bed{GENERATE(from_range(every_store))};
  const contents told{*bed};
  bed.overtake();
  const auto removed = bed->remove(told.all(), later);
  REQUIRE_FALSE(removed);
  CHECK(removed.error().code == errc::fenced);
}

TEST_CASE("ended sagas are listed page by page, while they go, and still counted",
          "[persistence][queries][removal]") {
  with_each_backend([](backend& with) {
    const contents told{*with.writes};
    const auto before = with.reads->stats({}, {}, noon);
    REQUIRE(before);

    const auto first = with.reads->ended(later, {}, 2);
    REQUIRE(first);
    CHECK(first->sagas == std::vector{told.completed.id(), told.undone.id()});
    REQUIRE(first->last);
    CHECK(remove(*with.writes, first->sagas) == 2);
    const auto second = with.reads->ended(later, first->last, 2);
    REQUIRE(second);
    CHECK(second->sagas.empty()); // one runs, one is parked
    REQUIRE(second->last);
    const auto third = with.reads->ended(later, second->last, 2);
    REQUIRE(third);
    CHECK(third->sagas == std::vector{told.also_completed.id()});
    CHECK_FALSE(third->last);
    CHECK(with.reads->ended(noon, {}, 9)->sagas.empty());
    CHECK_FALSE(with.reads->ended(noon, {}, 9)->last);

    CHECK_FALSE(*with.reads->saga(told.completed.id()));
    CHECK(with.reads->steps(told.completed.id())->empty());
    CHECK(with.reads->active(9)->total == 2);
    const auto after = with.reads->stats({}, {}, noon);
    REQUIRE(after);
    CHECK(after->total == before->total);
    CHECK(after->by_status == before->by_status);
    CHECK(after->durations.count == before->durations.count);
  });
}

TEST_CASE("pages go on although the saga at their border is gone",
          "[persistence][queries][removal]") {
  with_each_backend([](backend& with) {
    const contents told{*with.writes};
    saga_filter filter;
    filter.limit = 4;
    const auto newest = with.reads->search(filter);
    REQUIRE(newest);
    REQUIRE(newest->next == told.undone.id());
    CHECK(remove(*with.writes, {told.undone.id()}) == 1);
    filter.before = newest->next;
    const auto rest = with.reads->search(filter);
    REQUIRE(rest);
    REQUIRE(rest->sagas.size() == 1);
    CHECK(rest->sagas[0].header.id == told.completed.id());
    CHECK_FALSE(rest->next);
  });
}

TEST_CASE("no row of a removed saga is left, and it is written down what went",
          "[persistence][removal]") {
  constexpr const char* rest =
    "SELECT (SELECT count(*) FROM sagas), (SELECT count(DISTINCT saga_id) FROM pasos_saga), "
    "(SELECT count(DISTINCT saga_id) FROM eventos_saga), (SELECT count(*) FROM "
    "claves_idempotencia), (SELECT count(*) FROM sagas_retiradas)";
  constexpr const char* counts =
    "SELECT paso, tipo_operacion, estado, cuenta FROM cuentas_retiradas ORDER BY 1, 2, 3";
  const std::string counted = "||COMPENSADA|1\n||COMPLETADA|2\n"
                              "a|ACCION|COMPLETADO|3\na|COMPENSACION|COMPENSADO|1\n"
                              "b|ACCION|COMPLETADO|2\nb|ACCION|FALLIDO|1";
  SECTION("on a file") {
    store_bed bed{store_kind::sqlite};
    const contents told{*bed};
    CHECK(remove(*bed, told.all()) == 3);
    bed.close();
    CHECK(test::ask(bed.path(), rest) == "2|2|1|1|3");
    CHECK(test::ask(bed.path(), counts) == counted);
  }
  SECTION("on a server") {
    store_bed bed{store_kind::mariadb};
    const contents told{*bed};
    CHECK(remove(*bed, told.all()) == 3);
    CHECK(test::ask(bed.mysql_options().server, rest) == "2|2|1|1|3");
    CHECK(test::ask(bed.mysql_options().server, counts) == counted);
  }
}
