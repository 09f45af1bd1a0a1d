// The care of a store's file: whatever is refused leaves every file as it was.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "persistence/sqlite_care.hpp"
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

std::size_t files_in(const std::string& folder) {
  return static_cast<std::size_t>(
    std::distance(fs::directory_iterator{folder}, fs::directory_iterator{}));
}

// Overwrites the middle of a file, as a failing disk would.
void damage(const std::string& path) {
  std::fstream file{path, std::ios::binary | std::ios::in | std::ios::out};
  file.seekp(static_cast<std::streamoff>(fs::file_size(path) / 2 / 4'096 * 4'096));
  file << std::string(20'000, '\xA5');
}

template <class T>
errc code_of(const result<T>& what) {
  REQUIRE_FALSE(what);
  return what.error().code;
}

// A closed database with some sagas.
std::string filled(store_bed& bed) {
  for (std::uint64_t number = 1; number <= 200; ++number)
    bed.commit(saga_run{number}.start());
  return bed.path();
}

} // namespace

TEST_CASE("a backup of an open store is whole, private, and holds its moment",
          "[persistence][sqlite][care]") {
  store_bed bed{store_kind::sqlite};
  saga_run run{1};
  bed.commit(run.start());
  const temp_folder folder;
  const std::string to = folder.file("copy.db");
  int last = 0;
  const auto bytes = backup_sqlite_file(
    {.from = bed.path(), .to = to, .progress = [&](int done, int total) { last = total - done; }});
  INFO((bytes ? "" : bytes.error().message));
  REQUIRE(bytes);
  bed.commit(saga_run{2}.start()); // behind the moment
  CHECK(last == 0);
  CHECK(*bytes == fs::file_size(to));
  CHECK(fs::status(to).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(files_in(folder.file(".")) == 1);
  CHECK(ask(to, "SELECT count(*) FROM sagas") == "1");
  CHECK(ask(to, "PRAGMA integrity_check") == "ok");
}

TEST_CASE("a backup replaces nothing that it was not told to", "[persistence][sqlite][care]") {
  store_bed bed{store_kind::sqlite};
  const temp_folder folder;
  const std::string to = folder.file("copy.db");
  std::ofstream{to} << "mine";
  CHECK(code_of(backup_sqlite_file({.from = bed.path(), .to = to})) == errc::conflict);
  CHECK(bytes_of(to) == "mine");
  CHECK(code_of(backup_sqlite_file({.from = bed.path(), .to = bed.path(), .replace = true}))
        == errc::conflict);
  CHECK(code_of(backup_sqlite_file({.from = folder.file("none.db"), .to = to, .replace = true}))
        == errc::not_found);
  CHECK(bytes_of(to) == "mine");
  CHECK(backup_sqlite_file({.from = bed.path(), .to = to, .replace = true}));
  CHECK(ask(to, "PRAGMA integrity_check") == "ok");
}

TEST_CASE("a damaged database is found, and makes no backup", "[persistence][sqlite][care]") {
  store_bed bed{store_kind::sqlite};
  const std::string path = filled(bed);
  bed.close();
  const auto sound = check_sqlite_file(path);
  REQUIRE(sound);
  CHECK(sound->faults.empty());
  CHECK(std::to_string(sound->version) == ask(path, "PRAGMA user_version"));
  damage(path);
  const auto found = check_sqlite_file(path);
  CHECK((!found || !found->faults.empty()));
  const temp_folder folder;
  CHECK(code_of(backup_sqlite_file({.from = path, .to = folder.file("copy.db")})) == errc::corrupt);
  CHECK(files_in(folder.file(".")) == 0);
}

TEST_CASE("a row that belongs to no saga is a fault", "[persistence][sqlite][care]") {
  store_bed bed{store_kind::sqlite};
  const std::string path = filled(bed);
  bed.close();
  run(path, "DELETE FROM sagas WHERE saga_id = (SELECT max(saga_id) FROM sagas)");
  const auto found = check_sqlite_file(path);
  REQUIRE(found);
  REQUIRE(found->faults.size() == 1);
  CHECK(found->faults[0].find("pasos_saga") != std::string::npos);
}

TEST_CASE("what is no database of ours is neither checked nor copied nor upgraded",
          "[persistence][sqlite][care]") {
  const temp_folder folder;
  const std::string path = folder.file("other.db");
  errc expected = errc::corrupt;
  SECTION("a text") { std::ofstream{path} << std::string(5'000, 'x'); }
  SECTION("another program's") { run(path, "CREATE TABLE notas (texto)"); }
  SECTION("a newer version's") {
    REQUIRE(open_sqlite_store({.path = path}));
    run(path, "PRAGMA user_version=99");
    expected = errc::conflict;
  }
  const std::string before = bytes_of(path);
  CHECK(code_of(check_sqlite_file(path)) == expected);
  CHECK(code_of(backup_sqlite_file({.from = path, .to = folder.file("copy.db")})) == expected);
  CHECK(code_of(restore_sqlite_file({.backup = path, .to = folder.file("new.db")})) == expected);
  CHECK(code_of(upgrade_sqlite_file(path, false)) == expected);
  CHECK(bytes_of(path) == before);
  CHECK_FALSE(fs::exists(folder.file("copy.db")));
  CHECK_FALSE(fs::exists(folder.file("new.db")));
}

TEST_CASE("a restored database goes on in an epoch that nobody has seen",
          "[persistence][sqlite][care]") {
  store_bed bed{store_kind::sqlite};
  saga_run run{1};
  bed.commit(run.start());
  const temp_folder folder;
  const std::string backup = folder.file("copy.db");
  REQUIRE(backup_sqlite_file({.from = bed.path(), .to = backup}));
  for (int life = 0; life < 3; ++life) // what participants have seen since
    bed.reopen();
  const std::uint64_t seen = bed->epoch();
  bed.commit(saga_run{2}.start());
  const std::string kept = bytes_of(backup);

  CHECK(code_of(restore_sqlite_file({.backup = backup, .to = bed.path(), .replace = true}))
        == errc::conflict); // a server holds it
  bed.close();
  CHECK(code_of(restore_sqlite_file({.backup = backup, .to = bed.path()})) == errc::conflict);
  const auto aside = restore_sqlite_file({.backup = backup, .to = bed.path(), .replace = true});
  INFO((aside ? "" : aside.error().message));
  REQUIRE(aside);
  CHECK(ask(*aside, "SELECT count(*) FROM sagas") == "2");
  CHECK(bytes_of(backup) == kept);
  CHECK(fs::status(bed.path()).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK_FALSE(fs::exists(bed.path() + "-wal"));
  bed.reopen();
  CHECK(bed->epoch() > seen);
  CHECK_FALSE(bed.knows(saga_run::id_of(2)));
  check_stored(bed, run);
  CHECK(bed.commit(run.done(0)) == commit_ack::verdict::committed);
}

TEST_CASE("a replaced database keeps what stands only in its log", "[persistence][sqlite][care]") {
  store_bed bed{store_kind::sqlite};
  bed.commit(saga_run{1}.start());
  const temp_folder folder;
  const std::string backup = folder.file("copy.db");
  REQUIRE(backup_sqlite_file({.from = bed.path(), .to = backup}));
  bed.commit(saga_run{2}.start());
  // As a kill leaves it: the pages in the log, none in the file.
  const std::string left = folder.file("left.db");
  for (const char* end : {"", "-wal"})
    fs::copy_file(bed.path() + end, left + end);
  const auto aside = restore_sqlite_file({.backup = backup, .to = left, .replace = true});
  REQUIRE(aside);
  CHECK(ask(left, "SELECT count(*) FROM sagas") == "1");
  CHECK(ask(*aside, "SELECT count(*) FROM sagas") == "2");
}

TEST_CASE("a damaged backup replaces nothing", "[persistence][sqlite][care]") {
  store_bed bed{store_kind::sqlite};
  filled(bed);
  const temp_folder folder;
  const std::string backup = folder.file("copy.db");
  REQUIRE(backup_sqlite_file({.from = bed.path(), .to = backup}));
  bed.close();
  damage(backup);
  const std::string before = bytes_of(bed.path());
  CHECK(code_of(restore_sqlite_file({.backup = backup, .to = bed.path(), .replace = true}))
        == errc::corrupt);
  CHECK(bytes_of(bed.path()) == before);
}

TEST_CASE("an upgrade tells from where to where, and wants the file for itself",
          "[persistence][sqlite][care]") {
  store_bed bed{store_kind::sqlite};
  const auto present = upgrade_sqlite_file(bed.path(), true);
  REQUIRE(present);
  CHECK(present->from == present->to);
  run(bed.path(), "PRAGMA user_version=0");
  CHECK(code_of(upgrade_sqlite_file(bed.path(), false)) == errc::conflict); // it is held
  bed.close();
  const auto tried = upgrade_sqlite_file(bed.path(), true);
  REQUIRE(tried);
  CHECK(tried->from == 0);
  CHECK(tried->to == present->to);
  CHECK(ask(bed.path(), "PRAGMA user_version") == "0");
  CHECK(code_of(upgrade_sqlite_file(bed.path() + ".none", false)) == errc::not_found);
}
