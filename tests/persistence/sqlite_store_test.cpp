// What the store on a file promises beyond the contract suite: who may open it, what others find
// in it, and that its side files stay small.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <soci/soci.h>
#include <sys/file.h>
#include <unistd.h>

#include "persistence/schema_upgrade.hpp"
#include "persistence/sqlite_session.hpp"
#include "tests/persistence/plain_sql.hpp"
#include "tests/persistence/store_bed.hpp"

using namespace sagas;
using namespace sagas::test;
namespace fs = std::filesystem;

namespace {

std::string bytes_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

failure refusal(const sqlite_options& options) {
  const auto opened = open_sqlite_store(options);
  REQUIRE_FALSE(opened);
  INFO(opened.error().message);
  CHECK(opened.error().message.find('\n') == std::string::npos);
  return opened.error();
}

// A file that must be refused, and stay as it is.
void check_untouched(const std::string& path, errc why) {
  const std::string before = bytes_of(path);
  CHECK(refusal({.path = path}).code == why);
  CHECK(bytes_of(path) == before);
  for (const auto& entry : fs::directory_iterator{fs::path{path}.parent_path()})
    CHECK((entry.path() == path || entry.path() == path + ".lock"));
}

} // namespace

TEST_CASE("the file and its side files are for their owner only", "[persistence][sqlite]") {
  store_bed bed{store_kind::sqlite};
  saga_run run{1};
  bed.commit(run.start());
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    CAPTURE(suffix);
    CHECK(fs::status(bed.path() + suffix).permissions()
          == (fs::perms::owner_read | fs::perms::owner_write));
  }
  CHECK(test::ask(bed.path(), "PRAGMA journal_mode") == "wal");
}

TEST_CASE("a file in use is refused to everybody else", "[persistence][sqlite]") {
  store_bed bed{store_kind::sqlite};
  const failure refused = refusal({.path = bed.path()});
  CHECK(refused.code == errc::conflict);
  CHECK(refused.message.find(bed.path()) != std::string::npos);
  bed.close();
  const int other = ::open((bed.path() + ".lock").c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(::flock(other, LOCK_EX | LOCK_NB) == 0); // as another process would
  CHECK(refusal({.path = bed.path()}).code == errc::conflict);
  ::close(other);
  bed.reopen();
}

TEST_CASE("what is no database of ours is refused and left as it is", "[persistence][sqlite]") {
  const temp_folder folder;
  const std::string path = folder.file("f.db");
  SECTION("a text") {
    std::ofstream{path} << "Querido diario: hoy he leído mucho.\n" << std::string(5'000, '.');
    check_untouched(path, errc::corrupt);
  }
  SECTION("a database of another program") {
    test::run(path, "CREATE TABLE notas (texto); INSERT INTO notas VALUES ('x')");
    check_untouched(path, errc::corrupt);
  }
  SECTION("a database of a newer version") {
    REQUIRE(open_sqlite_store({.path = path}));
    test::run(path, "PRAGMA journal_mode=DELETE; PRAGMA user_version=99");
    check_untouched(path, errc::conflict);
  }
}

TEST_CASE("a newer version that only the log knows is refused too", "[persistence][sqlite]") {
  store_bed bed{store_kind::sqlite};
  test::run(bed.path(), "PRAGMA user_version=99"); // not yet in the file's header
  auto session = open_session({.path = bed.path()});
  const status refused = upgrade_schema(*session, schema::migrations());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::conflict);
}

TEST_CASE("an older file is brought up to date, one whole version at a time",
          "[persistence][sqlite]") {
  store_bed bed{store_kind::sqlite};
  saga_run run{1};
  bed.commit(run.start());
  bed.close();
  const std::uint32_t present = schema::version();
  constexpr const char* next[] = {"ALTER TABLE sagas ADD COLUMN nota TEXT",
                                  "UPDATE sagas SET nota = tipo"};
  constexpr const char* broken[] = {"DELETE FROM pasos_saga", "no SQL at all"};
  std::vector<schema::migration> all{schema::migrations().begin(), schema::migrations().end()};
  all.push_back({present + 1, next});
  all.push_back({present + 2, broken});
  auto session = open_session({.path = bed.path()});
  CHECK_FALSE(upgrade_schema(*session, all));
  session.reset(); // whatever it had open is rolled back
  CHECK(test::ask(bed.path(), "PRAGMA user_version") == std::to_string(present + 1));
  CHECK(test::ask(bed.path(), "SELECT nota FROM sagas") == "prueba");
  CHECK(test::ask(bed.path(), "SELECT count(*) FROM pasos_saga") == "1");
}

TEST_CASE("options that make no sense are refused", "[persistence][sqlite]") {
  const temp_folder folder;
  sqlite_options options;
  options.path = folder.file("f.db");
  SECTION("no path") { options.path.clear(); }
  SECTION("no name") { options.node.clear(); }
  SECTION("a long name") { options.node = std::string(101, 'n'); }
  SECTION("a negative time") { options.busy_timeout = milliseconds{-1}; }
  SECTION("no cache") { options.cache_mib = 0; }
  SECTION("no checkpoints") { options.checkpoint_mib = 0; }
  CHECK(refusal(options).code == errc::invalid_input);
}

TEST_CASE("a folder that is not there is named", "[persistence][sqlite]") {
  const temp_folder folder;
  const failure refused = refusal({.path = folder.file("no/such/f.db")});
  CHECK(refused.code == errc::unavailable);
  CHECK(refused.message.find("no/such") != std::string::npos);
}

TEST_CASE("others read the tables with plain SQL", "[persistence][sqlite]") {
  store_bed bed{store_kind::sqlite};
  saga_run run{1};
  run.state.header.campaign_id = "camp-1";
  bed.commit(run.start());
  run.now += milliseconds{1'500};
  bed.commit(run.done(0, R"({"n":{"m":7}})"));
  run.now += milliseconds{250};
  bed.commit(run.refused(1));
  run.now += milliseconds{250};
  bed.commit(run.done(0));
  const auto ask = [&](const std::string& query) { return test::ask(bed.path(), query); };
  CHECK(ask("SELECT saga_id, tipo, estado, timestamp_inicio, timestamp_fin, "
            "duracion_total_segundos, campania_id, usuario_id, metadatos FROM sagas")
        == to_text(run.id())
             + "|prueba|COMPENSADA|2026-01-02 12:00:00.000|2026-01-02 12:00:02.000|2.0|camp-1||");
  CHECK(ask("SELECT id, nombre, microservicio, tipo_operacion, estado, resultado, intento_numero, "
            "timestamp_inicio, timestamp_fin, duracion_segundos, error_mensaje FROM pasos_saga "
            "ORDER BY id")
        == "1|a|svc_a|ACCION|COMPLETADO|HECHO|1|2026-01-02 12:00:00.000|2026-01-02 "
           "12:00:01.500|1.5|\n"
           "2|b|svc_b|ACCION|FALLIDO|NEGOCIO|1|2026-01-02 12:00:01.500|2026-01-02 "
           "12:00:01.750|0.25|no hay saldo\n"
           "3|a|svc_a|COMPENSACION|COMPENSADO|HECHO|1|2026-01-02 12:00:01.750|2026-01-02 "
           "12:00:02.000|0.25|");
  CHECK(ask("SELECT paso_id FROM pasos_saga WHERE id=3") == to_text(step_id(run.id(), 0)));
  CHECK(ask("SELECT json_extract(datos_salida, '$.n.m') FROM pasos_saga WHERE id=1") == "7");
  CHECK(ask("SELECT round((julianday(timestamp_fin) - julianday(timestamp_inicio)) * 86400, 1) "
            "FROM sagas")
        == "2.0");
  CHECK(ask("PRAGMA foreign_key_check").empty());
  CHECK(ask("PRAGMA integrity_check") == "ok");
}

TEST_CASE("the log beside the file is emptied again and again", "[persistence][sqlite]") {
  store_bed bed{store_kind::sqlite};
  bed.options().checkpoint_mib = 1;
  bed.reopen();
  std::uintmax_t largest = 0;
  for (std::uint64_t number = 1; number <= 60; ++number) {
    saga_run run{number};
    run.state.header.input = document{std::string(256 << 10, 'x')};
    bed.commit(run.start());
    largest = std::max(largest, fs::file_size(bed.path() + "-wal"));
  }
  CHECK(largest > 1 << 20);
  CHECK(largest < 4 << 20);
}

TEST_CASE("old events are dropped in small bites; their numbers go on", "[persistence][sqlite]") {
  store_bed bed{store_kind::sqlite};
  bed.options().feed_kept = std::chrono::hours{1};
  bed.reopen();
  std::uint64_t number = 0;
  const auto start_one = [&](timestamp now) {
    saga_run run{++number};
    return bed.commit(std::vector{run.start()}, now).events.batch;
  };
  const auto kept = [&] { return test::ask(bed.path(), "SELECT count(*) FROM lotes"); };
  for (int i = 0; i < 30; ++i)
    start_one(noon);
  CHECK(kept() == "30");
  const timestamp later = noon + std::chrono::hours{1} + milliseconds{1};
  start_one(later);
  CHECK(kept() == "23");
  for (int i = 0; i < 5; ++i)
    start_one(later);
  CHECK(kept() == "6");
  CHECK(start_one(later + std::chrono::hours{48}) == 37);
  CHECK(kept() == "1");
  bed.reopen();
  CHECK(start_one(later) == 38);
}
