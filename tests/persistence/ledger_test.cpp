// One suite for both ledgers, then what only the one on a file promises.
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "persistence/ledger.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"
#include "tests/persistence/plain_sql.hpp"

namespace sagas {
namespace {

using test::temp_folder;

const saga_id saga = first_id_at(timestamp{milliseconds{1'767'352'107'123}});

ledger_row row_of(const std::string& step, bool undone = false) {
  return {.saga = saga,
          .service = "comisiones",
          .step = step,
          .acted = true,
          .undone = undone,
          .epoch = 7,
          .output = document{R"({"a":"ñ"})"},
          .effect = undone ? document{} : document{R"({"tasa":0.05})"}};
}

ledger_note note_of(std::string_view what) {
  return {.at = timestamp{milliseconds{1'767'352'107'123}},
          .saga = saga,
          .service = "comisiones",
          .step = "configurar",
          .op = operation::compensation,
          .attempt = 3,
          .epoch = 7,
          .what = what,
          .input_digest = digest64("{}")};
}

std::unique_ptr<participant_ledger> open(const std::string& path) {
  auto opened = open_sqlite_ledger({.path = path});
  INFO((opened ? "" : opened.error().message));
  REQUIRE(opened);
  return std::move(*opened);
}

void check_same(const ledger_row& a, const ledger_row& b) {
  CHECK(a.saga == b.saga);
  CHECK(a.service == b.service);
  CHECK(a.step == b.step);
  CHECK(a.acted == b.acted);
  CHECK(a.refused == b.refused);
  CHECK(a.undone == b.undone);
  CHECK(a.epoch == b.epoch);
  CHECK(a.output == b.output);
  CHECK(a.effect == b.effect);
}

// Each of the two, fresh.
void with_both(const std::function<void(participant_ledger&)>& test) {
  SECTION("in memory") { test(*make_memory_ledger({.notes_max = 10})); }
  SECTION("on a file") {
    const temp_folder folder;
    test(*open(folder.file("ledger.db")));
  }
}

} // namespace

TEST_CASE("a ledger finds what was put, at once", "[persistence][ledger]") {
  with_both([](participant_ledger& ledger) {
    REQUIRE(ledger.put(row_of("configurar")));
    REQUIRE(ledger.note(note_of("efecto")));
    const auto found = ledger.find(saga, "comisiones", "configurar");
    REQUIRE(found);
    REQUIRE(*found);
    check_same(**found, row_of("configurar"));
    REQUIRE(ledger.commit());
    REQUIRE(*ledger.find(saga, "comisiones", "configurar"));
  });
}

TEST_CASE("a ledger keeps steps, services and sagas apart", "[persistence][ledger]") {
  with_both([](participant_ledger& ledger) {
    REQUIRE(ledger.put(row_of("configurar")));
    CHECK_FALSE(*ledger.find(saga, "comisiones", "otro"));
    CHECK_FALSE(*ledger.find(saga, "pagos", "configurar"));
    CHECK_FALSE(*ledger.find(first_id_at(timestamp{}), "comisiones", "configurar"));
  });
}

TEST_CASE("a ledger replaces a row as a whole", "[persistence][ledger]") {
  with_both([](participant_ledger& ledger) {
    REQUIRE(ledger.put(row_of("configurar")));
    REQUIRE(ledger.commit());
    REQUIRE(ledger.put(row_of("configurar", true)));
    REQUIRE(ledger.commit());
    check_same(**ledger.find(saga, "comisiones", "configurar"), row_of("configurar", true));
  });
}

TEST_CASE("a ledger commits nothing without complaint", "[persistence][ledger]") {
  with_both([](participant_ledger& ledger) {
    CHECK(ledger.commit());
    CHECK(ledger.commit());
  });
}

TEST_CASE("the ledger in memory forgets the oldest rows and notes", "[persistence][ledger]") {
  const auto ledger = make_memory_ledger({.rows_max = 2, .notes_max = 1});
  for (const char* step : {"uno", "dos", "tres"}) {
    REQUIRE(ledger->put(row_of(step)));
    REQUIRE(ledger->note(note_of(step)));
  }
  CHECK(ledger->size() == 2);
  CHECK_FALSE(*ledger->find(saga, "comisiones", "uno"));
  CHECK(*ledger->find(saga, "comisiones", "tres"));
  REQUIRE(ledger->notes().size() == 1);
  CHECK(ledger->notes()[0].what == "tres");
  CHECK(ledger->notes()[0].attempt == 3);
}

TEST_CASE("the ledger's file keeps what was committed and nothing else", "[persistence][ledger]") {
  const temp_folder folder;
  const std::string path = folder.file("ledger.db");
  {
    const auto ledger = open(path);
    REQUIRE(ledger->put(row_of("configurar")));
    REQUIRE(ledger->commit());
    REQUIRE(ledger->put(row_of("otro")));
  }
  const auto ledger = open(path);
  CHECK(*ledger->find(saga, "comisiones", "configurar"));
  CHECK_FALSE(*ledger->find(saga, "comisiones", "otro"));
}

TEST_CASE("the diary can be read with plain SQL", "[persistence][ledger]") {
  const temp_folder folder;
  const std::string path = folder.file("ledger.db");
  {
    const auto ledger = open(path);
    REQUIRE(ledger->note(note_of("deshecho")));
    REQUIRE(ledger->commit());
  }
  const auto digest = static_cast<std::int64_t>(digest64("{}"));
  CHECK(test::ask(path, "SELECT momento, saga_id, microservicio, paso, operacion, intento, epoca, "
                        "que, huella FROM diario")
        == "2026-01-02 11:08:27.123|" + to_text(saga)
             + "|comisiones|configurar|COMPENSACION|3|7|deshecho|" + std::to_string(digest));
}

TEST_CASE("a second ledger on the same file is refused", "[persistence][ledger]") {
  const temp_folder folder;
  const auto first = open(folder.file("ledger.db"));
  const auto second = open_sqlite_ledger({.path = folder.file("ledger.db")});
  REQUIRE_FALSE(second);
  CHECK(second.error().code == errc::conflict);
}

TEST_CASE("only its owner may read the ledger's file", "[persistence][ledger]") {
  const temp_folder folder;
  open(folder.file("ledger.db"));
  CHECK(std::filesystem::status(folder.file("ledger.db")).permissions()
        == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
}

TEST_CASE("a ledger refuses a foreign file and leaves it as it is", "[persistence][ledger]") {
  const temp_folder folder;
  const std::string path = folder.file("foreign");
  const auto refusal = [&path] {
    const auto read = [&path] {
      std::ifstream file{path, std::ios::binary};
      return std::string{std::istreambuf_iterator<char>{file}, {}};
    };
    const std::string before = read();
    const auto opened = open_sqlite_ledger({.path = path});
    CHECK(read() == before);
    REQUIRE_FALSE(opened);
    return opened.error().code;
  };
  SECTION("of another program") {
    test::run(path, "PRAGMA journal_mode=WAL; CREATE TABLE ajena (a)");
    CHECK(refusal() == errc::corrupt);
  }
  SECTION("that is no database") {
    std::ofstream{path} << std::string(5'000, 'x');
    CHECK(refusal() == errc::corrupt);
  }
  SECTION("of a newer version") {
    open(path);
    test::run(path, "PRAGMA user_version=99");
    CHECK(refusal() == errc::conflict);
  }
}

TEST_CASE("a path that cannot be is an error", "[persistence][ledger]") {
  const temp_folder folder;
  CHECK(open_sqlite_ledger({}).error().code == errc::invalid_input);
  CHECK(open_sqlite_ledger({.path = "a\"b"}).error().code == errc::invalid_input);
  CHECK(open_sqlite_ledger({.path = folder.file("no/such/folder/a.db")}).error().code
        == errc::unavailable);
  CHECK(open_sqlite_ledger({.path = folder.file("with several  spaces = here.db")}));
}

TEST_CASE("an error undoes the whole group of the ledger", "[persistence][ledger]") {
  const temp_folder folder;
  const std::string path = folder.file("ledger.db");
  const auto ledger = open(path);
  REQUIRE(ledger->put(row_of("antes")));
  REQUIRE(ledger->commit());
  test::run(path, "CREATE TRIGGER t BEFORE INSERT ON diario WHEN NEW.que='fallo' BEGIN "
                  "SELECT RAISE(ABORT, 'no'); END");
  REQUIRE(ledger->put(row_of("configurar")));
  CHECK_FALSE(ledger->note(note_of("fallo")));
  CHECK_FALSE(ledger->put(row_of("otro")));
  CHECK_FALSE(ledger->commit());
  CHECK_FALSE(*ledger->find(saga, "comisiones", "configurar"));
  CHECK(*ledger->find(saga, "comisiones", "antes"));

  REQUIRE(ledger->put(row_of("otro"))); // and goes on
  REQUIRE(ledger->commit());
  CHECK(*ledger->find(saga, "comisiones", "otro"));
}

} // namespace sagas
