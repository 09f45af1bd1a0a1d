// Payloads are encrypted in their columns, open in their place alone, and nothing of them stands
// anywhere in the database.
#include <filesystem>
#include <unistd.h>

#include "persistence/payload_care.hpp"
#include "persistence/saga_archive.hpp"
#include "persistence/store_copy.hpp"
#include "tests/persistence/durable_bed.hpp"
#include "tests/persistence/payload_texts.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

std::string text_of(const saga_id& id) { return to_text(id); }

constexpr const char* stored_payloads =
  "SELECT entrada FROM sagas UNION ALL SELECT metadatos FROM sagas UNION ALL "
  "SELECT error_mensaje FROM sagas UNION ALL SELECT datos_entrada FROM pasos_saga UNION ALL "
  "SELECT datos_salida FROM pasos_saga UNION ALL SELECT error_mensaje FROM pasos_saga";

std::size_t count(const std::string& in, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = in.find(what); at != std::string::npos; at = in.find(what, at + 1))
    ++found;
  return found;
}

} // namespace

TEST_CASE("payloads come back as they were given, and none is stored in the clear",
          "[persistence][store][payloads]") {
  durable_bed bed{each_database(), test_keys({"k1"})};
  saga_run run = tell(bed, 1, "SECRETO-4711");
  check_stored(bed, run);
  bed.reopen();
  check_stored(bed, run);
  const stored_saga stored = bed.load(run.id());
  CHECK(stored.header.error.find("no: SECRETO-4711") != std::string::npos);
  REQUIRE(stored.steps.size() == 3); // two done or refused, and the undo of the first in flight
  CHECK(stored.steps[0].output == document{R"({"recibo":"SECRETO-4711"})"});
  CHECK(stored.steps[1].error == "no: SECRETO-4711");
  const std::string payloads = bed.sql(stored_payloads);
  CHECK(count(payloads, "enc1:k1:") >= 6);
  CHECK(count(payloads, "{") == 0);
}

TEST_CASE("no file of a database holds an encrypted payload's words",
          "[persistence][store][payloads]") {
  const std::string plain = "PALABRA-ABIERTA-" + std::to_string(::getpid());
  const std::string secret = "PALABRA-SECRETA-" + std::to_string(::getpid());
  durable_bed bed{each_database()};
  tell(bed, 1, plain); // it would be found
  CHECK(holds_bytes(bed.folder(), plain));
  bed.reopen_with(test_keys({"k1"}));
  saga_run run = tell(bed, 2, secret);
  CHECK_FALSE(holds_bytes(bed.folder(), secret)); // while the log of SQLite is there
  bed.commit(
    run.answer(0, {outcome_kind::technical_failure, {}, "roto", "deshacer " + secret, {}}));
  bed.commit(run.feed(time_passed{noon + milliseconds{60'000}}));
  bed.commit(run.answer(0, {outcome_kind::done, {}, {}, {}, {}}));
  CHECK(run.state.header.status == saga_status::compensated);
  check_stored(bed, run);
  CHECK_FALSE(holds_bytes(bed.folder(), secret));
  bed.close();
  CHECK_FALSE(holds_bytes(bed.folder(), secret));
}

TEST_CASE("the same payload is another text each time that it is stored",
          "[persistence][store][payloads]") {
  durable_bed bed{each_database(), test_keys({"k1"})};
  for (std::uint64_t number : {1, 2})
    tell(bed, number, "igual");
  CHECK(bed.sql("SELECT count(DISTINCT entrada) FROM sagas") == "2");
}

TEST_CASE("a store does not open without the keys that its payloads need",
          "[persistence][store][payloads]") {
  durable_bed bed{each_database(), test_keys({"k1"})};
  const saga_run run = tell(bed, 1, "secreto");

  bed.give_keys({});
  failure why = bed.refusal();
  CHECK(why.code == errc::invalid_input);
  CHECK(why.message.find("are encrypted with the key 'k1': name the file that holds it "
                         "(db.payload_keys)")
        != std::string::npos);

  bed.give_keys(test_keys({"k2"}));
  why = bed.refusal();
  CHECK(why.code == errc::invalid_input);
  CHECK(why.message.find("'k1', which the file of db.payload_keys does not hold: add its line")
        != std::string::npos);

  bed.give_keys(test_keys({"k1"}, 'b'));
  why = bed.refusal();
  CHECK(why.code == errc::invalid_input);
  CHECK(why.message.find("the key 'k1' in the file of db.payload_keys is another one")
        != std::string::npos);

  bed.reopen_with(test_keys({"k1"}));
  check_stored(bed, run);
  CHECK(bed.sql("SELECT clave FROM claves_cifrado") == "k1"); // k2 was refused, and not noted
}

TEST_CASE("a payload opens in its own place alone", "[persistence][store][payloads]") {
  durable_bed bed{each_database(), test_keys({"k1"})};
  const saga_run mine = tell(bed, 1, "mío"), other = tell(bed, 2, "ajeno"),
                 calm = tell(bed, 3, "x");
  const std::string own = "'" + text_of(mine.id()) + "'", foreign = "'" + text_of(other.id()) + "'";
  SECTION("not in another saga") {
    const std::string value = bed.sql("SELECT entrada FROM sagas WHERE saga_id = " + foreign);
    bed.change("UPDATE sagas SET entrada = '" + value + "' WHERE saga_id = " + own);
    CHECK(bed.trouble(mine.id()).message.starts_with("sagas.entrada of the saga "
                                                     + text_of(mine.id())));
  }
  SECTION("not in another column") {
    bed.change("UPDATE sagas SET metadatos = entrada WHERE saga_id = " + own);
    CHECK(bed.trouble(mine.id()).message.starts_with("sagas.metadatos of the saga "));
  }
  SECTION("not in another step") {
    const std::string value = bed.sql(
      "SELECT datos_salida FROM pasos_saga WHERE orden = 1 AND saga_id = " + own);
    bed.change("UPDATE pasos_saga SET datos_salida = '" + value
               + "' WHERE orden = 2 AND saga_id = " + own);
    CHECK(bed.trouble(mine.id()).message.starts_with("pasos_saga.datos_salida of the saga "
                                                     + text_of(mine.id()) + ", orden 2 "));
  }
  SECTION("not when it was cut off") {
    bed.change("UPDATE sagas SET entrada = substr(entrada, 1, 60) WHERE saga_id = " + own);
    CHECK(bed.trouble(mine.id()).message.starts_with("sagas.entrada of the saga "));
  }
  const failure why = bed.trouble(mine.id());
  CHECK(why.code == errc::corrupt);
  CHECK(why.message.find("'k1' and does not open with it") != std::string::npos);
  CHECK(why.message.find("mío") == std::string::npos);
  check_stored(bed, calm); // nobody else's trouble
  CHECK(bed.commit(saga_run{9}.start()) == commit_ack::verdict::committed);
}

TEST_CASE("what names no key, or one that is not here, is refused with its remedy",
          "[persistence][store][payloads]") {
  durable_bed bed{each_database(), test_keys({"k1"})};
  const saga_run run = tell(bed, 1, "secreto");
  bed.change("UPDATE sagas SET entrada = 'enc1:k9:AAAA'");
  CHECK(bed.trouble(run.id()).message
        == "sagas.entrada of the saga " + text_of(run.id())
             + " is encrypted with the key 'k9', which the file of db.payload_keys does not hold: "
               "add its line");
  bed.change("UPDATE sagas SET entrada = 'enc1:'");
  CHECK(bed.trouble(run.id()).message
        == "sagas.entrada of the saga " + text_of(run.id())
             + " begins as if it were encrypted, and names no key: it was cut off or changed");
}

TEST_CASE("encryption is switched on, its key changed, and it is switched off, over the same rows",
          "[persistence][store][payloads]") {
  durable_bed bed{each_database()};
  std::vector<saga_run> runs{tell(bed, 1, "uno")};
  std::uint64_t number = 1;
  for (const std::vector<std::string>& keys :
       std::vector<std::vector<std::string>>{{"k1"}, {"k2", "k1"}, {"plain", "k2", "k1"}}) {
    bed.reopen_with(test_keys(keys));
    runs.push_back(tell(bed, ++number, "otro"));
    for (const saga_run& each : runs)
      check_stored(bed, each);
  }
  const std::string inputs = bed.sql("SELECT substr(entrada, 1, 8) FROM sagas ORDER BY saga_id");
  CHECK(inputs == "{\"tarjet\nenc1:k1:\nenc1:k2:\n{\"tarjet");
  CHECK(bed.sql("SELECT clave FROM claves_cifrado ORDER BY clave") == "k1\nk2");
  // A saga that began under one key goes on under the next.
  bed.commit(runs[1].answer(0, {outcome_kind::done, {}, {}, {}, {}}));
  check_stored(bed, runs[1]);
}

TEST_CASE("texts that look encrypted come back as they were given",
          "[persistence][store][payloads]") {
  durable_bed bed{each_database(), GENERATE(payload_keys_ptr{}, test_keys({"k1"}))};
  std::uint64_t number = 0;
  for (const std::string text :
       {"enc1:k1:AAAA", "enc0:uno", "enc0:enc1:", "enc7:x", "enc1", "enc"}) {
    saga_run run{++number};
    run.state.header.input = document{text};
    run.state.header.metadata = document{text};
    bed.commit(run.start());
    bed.commit(run.done(0, text));
    bed.commit(run.answer(1, {outcome_kind::business_failure, {}, text, text, {}}));
    check_stored(bed, run);
    CHECK(bed.load(run.id()).steps[1].error == text);
  }
}

TEST_CASE("an operator's decision needs no payload of the row that it changes",
          "[persistence][store][payloads]") {
  durable_bed bed{each_database(), test_keys({"k1"})};
  auto plan = std::make_shared<definition>(*sequence({step("a"), step("b")}));
  plan->steps[0].compensation_retry.attempts = 1;
  saga_run run{1, plan};
  for (const changes& what : {run.start(), run.done(0), run.refused(1), run.lost(0)})
    bed.commit(what);
  REQUIRE(run.state.header.status == saga_status::parked);
  bed.change("UPDATE pasos_saga SET error_mensaje = 'enc1:k9:AAAA' WHERE orden = 3");
  CHECK(bed.commit(run.feed(operator_decided{noon, 0, decision::skip, {}, {"ana", "ya"}}))
        == commit_ack::verdict::committed);
  check_stored(bed, run);
}

TEST_CASE("a check counts payloads by their keys and opens each", "[persistence][payloads]") {
  durable_bed bed{store_kind::sqlite};
  tell(bed, 1, "uno");
  bed.reopen_with(test_keys({"k1"}));
  tell(bed, 2, "dos");
  bed.reopen_with(test_keys({"k2", "k1"}));
  const saga_run third = tell(bed, 3, "tres");
  auto found = check_payloads(bed.path(), test_keys({"k2", "k1"}));
  REQUIRE(found);
  CHECK(found->plain > 4);
  CHECK(found->by_key
        == std::map<std::string, std::uint64_t>{{"k1", found->plain}, {"k2", found->plain}});
  CHECK(found->locked == 0);

  found = check_payloads(bed.path(), test_keys({"k2"}));
  REQUIRE(found);
  CHECK(found->locked == found->by_key["k1"]);
  CHECK(found->faults.size() == found->locked);

  bed.change("UPDATE pasos_saga SET datos_entrada = (SELECT entrada FROM sagas WHERE saga_id = '"
             + text_of(third.id()) + "') WHERE orden = 1 AND saga_id = '" + text_of(third.id())
             + "'");
  found = check_payloads(bed.path(), test_keys({"k2", "k1"}));
  REQUIRE(found);
  REQUIRE(found->faults.size() == 1);
  CHECK(found->faults[0].starts_with("pasos_saga.datos_entrada of the saga " + text_of(third.id())
                                     + ", orden 1 "));
}

TEST_CASE("archives and copies hold payloads as they are stored, and the keys' names beside them",
          "[persistence][mysql][payloads]") {
  const auto keys = test_keys({"k1"});
  const temp_folder folder;
  durable_bed bed{store_kind::mariadb, keys};
  saga_run run = tell(bed, 1, "secreto");
  bed.commit(run.answer(0, {outcome_kind::done, {}, {}, {}, {}}));
  REQUIRE(is_terminal(run.state.header.status));
  const std::string archived = folder.file("archive.db"), copied = folder.file("copy.db");
  {
    const auto archive = open_mysql_archive(archived, bed.mysql_options().server);
    REQUIRE(archive);
    REQUIRE((*archive)->add(std::vector{run.id()}));
  }
  REQUIRE(export_mysql({.from = bed.mysql_options().server, .to = copied}));
  CHECK_FALSE(holds_bytes(std::filesystem::path{archived}.parent_path().string(), "secreto"));
  for (const std::string& file : {archived, copied}) {
    CHECK(open_sqlite_store({.path = file}).error().code == errc::invalid_input);
    const auto opened = open_sqlite_store({.path = file, .keys = keys});
    REQUIRE(opened);
    const auto found = (*opened)->find(run.id());
    REQUIRE(found);
    REQUIRE(*found);
    CHECK((*found)->header == run.state.header);
  }
}
