#include "persistence/sqlite_session.hpp"

#include <filesystem>

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "persistence/columns.hpp"
#include "persistence/histogram.hpp"
#include "persistence/payload_codec.hpp"

namespace sagas {
namespace {

sqlite_api::sqlite3* connection_of(soci::session& session) {
  return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
}

const char* cause_of(int code) {
  switch (code & 0xff) {
  case SQLITE_FULL: return "the disk is full, or the file has reached its bound: make room";
  case SQLITE_BUSY:
  case SQLITE_LOCKED: return "another program is writing to the file";
  case SQLITE_READONLY:
  case SQLITE_PERM:
  case SQLITE_CANTOPEN: return "the file or its folder can't be written: see its permissions";
  case SQLITE_NOTADB:
  case SQLITE_CORRUPT: return "the file is damaged, or no database: restore a copy";
  case SQLITE_IOERR: return "the disk has failed: reopen the file, see the system's log";
  case SQLITE_NOMEM: return "out of memory";
  default: return "SQLite refused";
  }
}

errc kind_of(int code) {
  switch (code & 0xff) {
  case SQLITE_FULL:
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
  case SQLITE_READONLY:
  case SQLITE_PERM:
  case SQLITE_CANTOPEN:
  case SQLITE_NOMEM: return errc::unavailable;
  case SQLITE_NOTADB:
  case SQLITE_CORRUPT: return errc::corrupt;
  case SQLITE_IOERR: return errc::fatal;
  case SQLITE_CONSTRAINT:
  case SQLITE_MISMATCH:
  case SQLITE_TOOBIG: return errc::invalid_input;
  default: return errc::internal;
  }
}

} // namespace

std::unique_ptr<soci::session> open_session(const session_terms& terms) {
  // An absolute path is never taken for a URI or for an option of SOCI's.
  std::string how = "dbname=\"" + std::filesystem::absolute(terms.path).string() + "\"";
  if (terms.read_only)
    how += " readonly=true";
  if (!terms.vfs.empty())
    how += " vfs=" + terms.vfs;
  auto session = std::make_unique<soci::session>(soci::sqlite3, how);
  sqlite_api::sqlite3_extended_result_codes(connection_of(*session), 1);
  set_busy_timeout(*session, terms.busy_timeout);
  return session;
}

void set_pragma(soci::session& session, const std::string& name, const std::string& value,
                const std::string& expected) {
  session << "PRAGMA " << name << "=" << value;
  std::string answer;
  session << "PRAGMA " << name, soci::into(answer);
  if (answer != (expected.empty() ? value : expected))
    throw soci::soci_error("PRAGMA " + name + " is " + answer);
}

void watch_wal(soci::session& session, int& pages) {
  const auto tell = [](void* to, sqlite_api::sqlite3*, const char*, int count) {
    *static_cast<int*>(to) = count;
    return SQLITE_OK;
  };
  sqlite_api::sqlite3_wal_hook(connection_of(session), tell, &pages);
}

void add_bucket_function(soci::session& session) {
  const auto answer = [](sqlite_api::sqlite3_context* to, int, sqlite_api::sqlite3_value** given) {
    sqlite_api::sqlite3_result_int(
      to, duration_bucket(milliseconds{sqlite_api::sqlite3_value_int64(given[0])}));
  };
  const int code = sqlite_api::sqlite3_create_function(connection_of(session), "sagas_cubo", 1,
                                                       SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                                       answer, nullptr, nullptr);
  if (code != SQLITE_OK)
    throw soci::soci_error("a function can't be given to SQLite");
}

// SOCI's own time-out knows whole seconds only.
void set_busy_timeout(soci::session& session, std::chrono::milliseconds wait) {
  sqlite_api::sqlite3_busy_timeout(connection_of(session), static_cast<int>(wait.count()));
}

void roll_back(soci::session& session) {
  if (sqlite_api::sqlite3_get_autocommit(connection_of(session)) == 0)
    session.rollback();
}

failure sqlite_failure(int code, const std::string& message) {
  return {kind_of(code),
          std::string{cause_of(code)} + " (SQLite " + std::to_string(code) + ": " + message + ")"};
}

failure caught_failure() {
  try {
    throw;
  } catch (const soci::sqlite3_soci_error& why) {
    return sqlite_failure(why.result(), why.get_error_message());
  } catch (const damaged_row& why) {
    return {errc::corrupt, std::string{"a stored row is damaged: "} + why.what()};
  } catch (const locked_payload& why) {
    return {errc::corrupt, why.what()};
  } catch (const soci::soci_error& why) {
    return {errc::internal, why.get_error_message()};
  } catch (const std::exception& why) {
    return {errc::internal, why.what()};
  }
}

} // namespace sagas
