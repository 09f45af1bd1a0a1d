#include "persistence/schema_upgrade.hpp"

#include <soci/soci.h>

#include "persistence/sqlite_session.hpp"

namespace sagas {
namespace {

void run_migration(soci::session& session, const schema::migration& what) {
  session << "BEGIN IMMEDIATE";
  session << "PRAGMA application_id=" << schema::application_id;
  for (const char* statement : what.statements)
    session << statement;
  session << "PRAGMA user_version=" << what.version;
  session.commit();
}

} // namespace

status upgrade_schema(soci::session& session, std::span<const schema::migration> all) {
  return as_value([&]() -> status {
    long long present = 0;
    session << "PRAGMA user_version", soci::into(present);
    if (present > all.back().version)
      return {errc::conflict, "the file was written by a newer version of this program (schema "
                                + std::to_string(present) + "): run that version"};
    for (const schema::migration& each : all)
      if (each.version > present)
        run_migration(session, each);
    return nothing{};
  });
}

} // namespace sagas
