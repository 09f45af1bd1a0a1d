// Payloads are encrypted anew under the key that seals now, in bites, and as often as it takes.
#include <atomic>
#include <filesystem>
#include <thread>

#include "persistence/payload_care.hpp"
#include "persistence/sqlite_care.hpp"
#include "persistence/sqlite_queries.hpp"
#include "tests/persistence/durable_bed.hpp"
#include "tests/persistence/payload_texts.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

const std::string all_payloads =
  "SELECT entrada FROM sagas UNION ALL SELECT metadatos FROM sagas UNION ALL "
  "SELECT error_mensaje FROM sagas UNION ALL SELECT huella FROM claves_idempotencia UNION ALL "
  "SELECT datos_entrada FROM pasos_saga UNION ALL SELECT datos_salida FROM pasos_saga UNION ALL "
  "SELECT error_mensaje FROM pasos_saga UNION ALL SELECT documento FROM ajustes";

// How many payloads are stored in some way, or in any ("").
std::size_t stored_as(durable_bed& bed, const std::string& beginning) {
  const std::string condition = beginning.empty() ? " IS NOT NULL" : " LIKE '" + beginning + "%'";
  return std::stoul(bed.sql("SELECT count(*) FROM (SELECT p.entrada AS t FROM (" + all_payloads
                            + ") AS p) AS q WHERE t" + condition));
}

kept_document schedule() { return {"horario", "diario", document{R"({"entrada":"x"})"}, 7, noon}; }

// Sagas in all states, with what stands beside them.
std::vector<saga_run> fill(durable_bed& bed, std::uint64_t count) {
  std::vector<saga_run> runs;
  for (std::uint64_t i = 1; i <= count; ++i) {
    runs.push_back(tell(bed, i, "texto " + std::to_string(i), "clave-" + std::to_string(i)));
    if (i % 3 == 0)
      bed.commit(runs.back().done(0)); // its undo
  }
  REQUIRE(bed->keep(std::vector<kept_change>{{kept_change::kind::put, schedule()}}));
  return runs;
}

reseal_report step(durable_bed& bed, std::size_t sagas) {
  auto told = bed->reseal(sagas);
  INFO((told ? "" : told.error().message));
  REQUIRE(told);
  return *told;
}

// The last bite, with the payloads of all.
reseal_report pass(durable_bed& bed, std::size_t bite) {
  reseal_report told;
  std::uint64_t resealed = 0;
  for (int bites = 0; !told.finished; ++bites) {
    REQUIRE(bites < 1'000);
    told = step(bed, bite);
    CHECK(told.sagas <= bite);
    resealed += told.resealed;
  }
  told.resealed = resealed;
  return told;
}

void check_all(durable_bed& bed, const std::vector<saga_run>& runs) {
  for (const saga_run& each : runs)
    check_stored(bed, each);
}

std::string keys_noted(durable_bed& bed) {
  return bed.sql("SELECT clave FROM claves_cifrado ORDER BY clave");
}

} // namespace

TEST_CASE("a pass over every kind of store ends", "[persistence][store][payloads]") {
  store_bed bed{GENERATE(from_range(every_store))};
  bed.commit(saga_run{1}.start());
  const auto told = bed->reseal(5);
  REQUIRE(told);
  CHECK(told->finished);
  CHECK(told->resealed == 0);
}

TEST_CASE("what was plain is encrypted, its key is changed, and it becomes plain again",
          "[persistence][store][payloads]") {
  durable_bed bed{each_database()};
  const auto runs = fill(bed, 10);
  const std::size_t all = stored_as(bed, "");
  REQUIRE(all > 60);
  REQUIRE(stored_as(bed, "enc") == 0);

  bed.reopen_with(test_keys({"k1"}));
  reseal_report told = pass(bed, 3);
  CHECK(told.key == "k1");
  CHECK(told.resealed == all);
  CHECK(told.locked == 0);
  CHECK(told.keys_in_use == std::vector<std::string>{"k1"});
  CHECK(stored_as(bed, "enc1:k1:") == all);
  check_all(bed, runs);
  CHECK(pass(bed, 100).resealed == 0);

  bed.reopen_with(test_keys({"k2", "k1"}));
  CHECK(keys_noted(bed) == "k1\nk2");
  told = pass(bed, 4);
  CHECK(told.resealed == all);
  CHECK(told.keys_in_use == std::vector<std::string>{"k2"});
  CHECK(stored_as(bed, "enc1:k2:") == all);
  CHECK(keys_noted(bed) == "k2");
  bed.reopen_with(test_keys({"k2"})); // k1 is dispensable
  check_all(bed, runs);

  bed.reopen_with(test_keys({"plain", "k2"}));
  told = pass(bed, 100);
  CHECK(told.key.empty());
  CHECK(told.resealed == all);
  CHECK(told.keys_in_use.empty());
  CHECK(stored_as(bed, "enc") == 0);
  CHECK(keys_noted(bed).empty());
  bed.reopen_with({});
  check_all(bed, runs);
  const auto again = bed.commit(std::vector{saga_run{99}.start("clave-1", "huella")});
  CHECK(again.acks[0].what == commit_ack::verdict::duplicate);
  CHECK(again.acks[0].same_start);
}

TEST_CASE("a pass that is interrupted leaves both keys needed, and is begun anew",
          "[persistence][store][payloads]") {
  durable_bed bed{each_database(), test_keys({"k1"})};
  auto runs = fill(bed, 10);
  const std::size_t all = stored_as(bed, "");
  bed.reopen_with(test_keys({"k2", "k1"}));
  const reseal_report first = step(bed, 4);
  CHECK(first.sagas == 4);
  CHECK_FALSE(first.finished);
  CHECK(stored_as(bed, "enc1:k2:") == first.resealed);
  CHECK(stored_as(bed, "enc1:k1:") == all - first.resealed);

  bed.give_keys(test_keys({"k2"}));
  CHECK(bed.refusal().message.find("'k1'") != std::string::npos);
  bed.reopen_with(test_keys({"k2", "k1"}));
  check_all(bed, runs);
  runs.push_back(tell(bed, 50, "mientras tanto"));
  const reseal_report rest = pass(bed, 4);
  CHECK(rest.resealed == all - first.resealed);
  CHECK(stored_as(bed, "enc1:k1:") == 0);
  CHECK(keys_noted(bed) == "k2");
  check_all(bed, runs);
}

TEST_CASE("what does not open is left and told, and its key stays needed",
          "[persistence][store][payloads]") {
  durable_bed bed{each_database(), test_keys({"k1"})};
  const auto runs = fill(bed, 4);
  const std::size_t all = stored_as(bed, "");
  bed.change("UPDATE sagas SET metadatos = entrada WHERE saga_id = '" + to_text(runs[1].id())
             + "'");
  bed.reopen_with(test_keys({"k2", "k1"}));
  const reseal_report told = pass(bed, 2);
  CHECK(told.resealed == all - 1);
  CHECK(told.locked == 1);
  CHECK(told.why.starts_with("sagas.metadatos of the saga " + to_text(runs[1].id())));
  CHECK(told.keys_in_use == std::vector<std::string>{"k1", "k2"});
  CHECK(keys_noted(bed) == "k1\nk2");
  check_stored(bed, runs[0]);
  check_stored(bed, runs[2]);
}

TEST_CASE("a bite is as large as one saga at least, however large that is",
          "[persistence][store][payloads]") {
  durable_bed bed{each_database(), test_keys({"k1"})};
  const std::string large(std::size_t{1} << 20, 'x');
  std::vector<saga_run> runs;
  for (std::uint64_t i = 1; i <= 4; ++i)
    runs.push_back(tell(bed, i, large));
  bed.reopen_with(test_keys({"k2", "k1"}));
  CHECK(step(bed, 100).sagas == 1); // of more than 4 MiB
  CHECK(pass(bed, 100).finished);
  check_all(bed, runs);
}

TEST_CASE("sagas that go on while their payloads are encrypted anew lose nothing",
          "[persistence][mysql][payloads]") {
  durable_bed bed{store_kind::mariadb, test_keys({"k1"})};
  std::vector<saga_run> runs;
  for (std::uint64_t i = 1; i <= 60; ++i) {
    runs.emplace_back(i);
    bed.commit(runs.back().start());
  }
  bed.close();
  bed.give_keys(test_keys({"k2", "k1"}));
  mysql_store_options options = bed.mysql_options();
  options.writers = 2;
  auto writers = open_mysql_stores(options);
  REQUIRE(writers);
  std::atomic<bool> failed{false};
  std::atomic<int> passes{0};
  std::thread anew{[&] {
    while (passes < 3 && !failed) {
      const auto told = (*writers)[0]->reseal(2);
      failed = failed || !told;
      passes += told && told->finished ? 1 : 0;
    }
  }};
  for (saga_run& each : runs)
    for (changes what : {each.done(0, R"({"recibo":"uno"})"), each.done(1)}) {
      const auto done = (*writers)[1]->commit({&what, 1}, noon);
      if (!done || done->acks[0].what != commit_ack::verdict::committed)
        failed = true;
    }
  anew.join();
  CHECK_FALSE(failed);
  writers->clear();
  bed.reopen();
  CHECK(pass(bed, 100).keys_in_use == std::vector<std::string>{"k2"});
  CHECK(stored_as(bed, "enc1:k1:") == 0);
  check_all(bed, runs);
}

TEST_CASE("a database that takes valid texts alone gets them when encryption ends",
          "[persistence][mysql][payloads]") {
  durable_bed bed{store_kind::mariadb, test_keys({"k1"})};
  saga_run run{1};
  bed.commit(run.start());
  bed.commit(run.done(0, "{\"texto\":\"\xff\"}"));
  CHECK(bed.load(run.id()).steps[0].output == document{"{\"texto\":\"\xff\"}"});
  bed.reopen_with(test_keys({"plain", "k1"}));
  CHECK(pass(bed, 10).locked == 0);
  CHECK(bed.load(run.id()).steps[0].output == document{"{\"texto\":\"\xEF\xBF\xBD\"}"});
}

TEST_CASE("a file that is compacted holds nothing of what was plain before",
          "[persistence][sqlite][payloads]") {
  durable_bed bed{store_kind::sqlite};
  std::vector<saga_run> runs;
  for (std::uint64_t i = 1; i <= 200; ++i)
    runs.push_back(tell(bed, i, "PALABRA-ABIERTA-" + std::string(50, 'x')));
  bed.close();
  const std::string folder = std::filesystem::path{bed.path()}.parent_path().string();
  REQUIRE(holds_bytes(folder, "PALABRA-ABIERTA-"));
  bed.reopen_with(test_keys({"k1"}));
  CHECK(compact_sqlite_file(bed.path()).error().code == errc::conflict);
  CHECK(pass(bed, 50).finished);
  check_all(bed, runs);
  bed.close();
  CHECK(holds_bytes(folder, "PALABRA-ABIERTA-")); // in pages that were freed
  REQUIRE(compact_sqlite_file(bed.path()));
  CHECK_FALSE(holds_bytes(folder, "PALABRA-ABIERTA-"));
  bed.reopen();
  check_all(bed, runs);
  CHECK(compact_sqlite_file(folder + "/none.db").error().code == errc::not_found);
}

TEST_CASE("what operators have set up is encrypted, too", "[persistence][store][payloads]") {
  durable_bed bed{store_kind::sqlite, test_keys({"k1"})};
  REQUIRE(bed->keep(std::vector<kept_change>{{kept_change::kind::put, schedule()}}));
  CHECK(bed.sql("SELECT substr(documento, 1, 8) FROM ajustes") == "enc1:k1:");
  const auto reads = open_sqlite_queries(bed.path(), 1, std::chrono::seconds{2}, {},
                                         test_keys({"k1"}));
  REQUIRE(reads);
  const auto kept = (*reads)->kept({.kind = "horario", .after = {}, .before = {}});
  REQUIRE(kept);
  REQUIRE(kept->size() == 1);
  CHECK(kept->front().content == schedule().content);
  CHECK(kept->front().position == 7);
  const auto none = open_sqlite_queries(bed.path(), 1);
  REQUIRE(none);
  const auto locked = (*none)->kept({.kind = "horario", .after = {}, .before = {}});
  REQUIRE_FALSE(locked);
  CHECK(locked.error().message.starts_with("ajustes.documento of horario:diario is encrypted"));
}
