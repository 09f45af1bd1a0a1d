// sagas db, on the real binary.
#include "binary.hpp"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "persistence/sqlite_store.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"

using namespace sagas;
using nlohmann::json;
using sagas::test::run_sagas;

TEST_CASE("a database is checked, backed up, restored and found up to date", "[app][cli][db]") {
  const test::temp_folder folder;
  const std::string path = folder.file("sagas.db");
  const std::string copy = folder.file("copy.db");
  REQUIRE(open_sqlite_store({.path = path}));

  const auto backup = run_sagas({"db", "backup", "--db", path, copy, "--json"});
  INFO(backup.err);
  REQUIRE(backup.code == 0);
  CHECK(json::parse(backup.out)["bytes"] == std::filesystem::file_size(copy));
  CHECK(run_sagas({"db", "backup", copy}, {{"SAGAS_DB_PATH", path}}).code == 5);
  CHECK(run_sagas({"db", "backup", "--force", copy}, {{"SAGAS_DB_PATH", path}}).code == 0);

  const auto check = run_sagas({"db", "check", "--db", copy, "--json"});
  CHECK(check.code == 0);
  CHECK(json::parse(check.out)["sana"] == true);

  CHECK(run_sagas({"db", "restore", "--db", path, copy}).code == 5);
  const auto restore = run_sagas({"db", "restore", "--db", path, copy, "--force", "--json"});
  INFO(restore.err);
  REQUIRE(restore.code == 0);
  CHECK(std::filesystem::exists(std::string{json::parse(restore.out)["anterior"]}));

  const auto migrate = run_sagas({"db", "migrate", "--db", path, "--dry-run", "--json"});
  CHECK(migrate.code == 0);
  CHECK(json::parse(migrate.out)["desde"] == json::parse(migrate.out)["hasta"]);
}

TEST_CASE("the care of what is not there says so", "[app][cli][db]") {
  const test::temp_folder folder;
  const std::string none = folder.file("none.db");
  for (const std::vector<std::string>& line : std::vector<std::vector<std::string>>{
         {"db", "check", "--db", none},
         {"db", "migrate", "--db", none},
         {"db", "backup", "--db", none, folder.file("to.db")},
         {"db", "restore", "--db", folder.file("to.db"), none}}) {
    const auto ended = run_sagas(line);
    INFO(line[1] << ": " << ended.err);
    CHECK(ended.code == 4);
    CHECK(ended.err.find(none) != std::string::npos);
  }
  CHECK_FALSE(std::filesystem::exists(none));
  for (const std::vector<std::string>& line :
       std::vector<std::vector<std::string>>{{"db", "check"},
                                             {"db", "migrate"},
                                             {"db", "backup", folder.file("to.db")},
                                             {"db", "copy", "--to", folder.file("to.db")}}) {
    const auto ended = run_sagas(
      line,
      {{"SAGAS_STORAGE_TYPE", "mysql"}, {"SAGAS_DB_HOST", "127.0.0.1"}, {"SAGAS_DB_PORT", "1"}});
    INFO(line[1] << ": " << ended.err);
    CHECK(ended.code == 3);
    CHECK(ended.err.find("see db.host and db.port") != std::string::npos);
  }
  CHECK_FALSE(std::filesystem::exists(folder.file("to.db")));
}
