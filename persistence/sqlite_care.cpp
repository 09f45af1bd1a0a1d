#include "persistence/sqlite_care.hpp"

#include <soci/soci.h>

#include "persistence/plain_sqlite.hpp"
#include "persistence/schema_upgrade.hpp"
#include "persistence/sqlite_file.hpp"
#include "persistence/sqlite_session.hpp"

namespace sagas {
namespace {

constexpr std::size_t faults_max = 100;

} // namespace

result<database_findings> check_sqlite_file(const std::string& path) {
  auto file = plain_sqlite::open(path, opened_as::reader);
  if (!file)
    return file.error();
  auto version = store_version(*file, path);
  if (!version)
    return version.error();
  database_findings found{.version = *version, .faults = {}};
  const auto note = [&](const std::string& fault) {
    if (fault != "ok" && found.faults.size() < faults_max)
      found.faults.push_back(fault);
  };
  if (const status read = file->run("PRAGMA integrity_check", note); !read)
    return read.error();
  const status referred = file->run("PRAGMA foreign_key_check", [&](const std::string& table) {
    note("a row of " + table + " belongs to no saga");
  });
  if (!referred)
    return referred.error();
  return found;
}

result<schema_step> upgrade_sqlite_file(const std::string& path, bool try_only) {
  schema_step done{.from = 0, .to = schema::version()};
  {
    auto file = plain_sqlite::open(path, opened_as::reader);
    if (!file)
      return file.error();
    const auto version = store_version(*file, path);
    if (!version)
      return version.error();
    done.from = *version;
  }
  if (try_only || done.from == done.to)
    return done;
  const auto claim = claim_file({path, schema::application_id, schema::version()});
  if (!claim)
    return claim.error();
  const status upgraded = as_value([&]() -> status {
    const auto session = open_session({.path = path});
    return upgrade_schema(*session, schema::migrations());
  });
  if (!upgraded)
    return upgraded.error();
  return done;
}

status compact_sqlite_file(const std::string& path) {
  if (const auto present = upgrade_sqlite_file(path, true); !present)
    return present.error();
  const auto claim = claim_file({path, schema::application_id, schema::version()});
  if (!claim)
    return claim.error();
  return as_value([&]() -> status {
    const auto session = open_session({.path = path});
    *session << "VACUUM";
    *session << "PRAGMA wal_checkpoint(TRUNCATE)";
    return nothing{};
  });
}

} // namespace sagas
