#include "persistence/saga_archive.hpp"

#include <functional>
#include <utility>

#include <soci/sqlite3/soci-sqlite3.h>

#include "persistence/archive_counts.hpp"
#include "persistence/archive_rows.hpp"
#include "persistence/mysql_pool.hpp"
#include "persistence/read_pool.hpp"
#include "persistence/schema_upgrade.hpp"
#include "persistence/sqlite_file.hpp"

namespace sagas {
namespace {

// Runs something that reads in one moment of the source.
using source_moment = std::function<status(const std::function<status(row_reader&)>&)>;

constexpr const char* of_saga = "WHERE saga_id = ?1";

// Which file it is: a run a row. Nothing else has this table.
constexpr const char* runs_table =
  "CREATE TABLE IF NOT EXISTS archivo (id INTEGER PRIMARY KEY, "
  "momento DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')), "
  "sagas BIGINT NOT NULL DEFAULT 0)";

const copied_table& named(const std::vector<copied_table>& all, const std::string& name) {
  for (const copied_table& each : all)
    if (each.name == name)
      return each;
  SAGAS_ASSERT(false);
}

class archive_file final : public saga_archive {
public:
  archive_file(file_claim claim, std::unique_ptr<soci::session> session, source_moment source,
               const std::vector<copied_table>& tables)
    : claim_(std::move(claim)), session_(std::move(session)), source_(std::move(source)),
      sagas_(*session_, named(tables, "sagas"), of_saga),
      steps_(*session_, named(tables, "pasos_saga"), std::string{of_saga} + " ORDER BY orden"),
      history_(*session_, named(tables, "eventos_saga"), std::string{of_saga} + " ORDER BY id"),
      keys_(*session_, named(tables, "claves_idempotencia"), of_saga),
      definitions_(*session_, named(tables, "definiciones"), ""),
      sealed_with_(*session_, named(tables, "claves_cifrado"), ""), counts_(*session_),
      begin_(make_write(*session_, "BEGIN IMMEDIATE")),
      note_(make_write(*session_,
                       "UPDATE archivo SET sagas = sagas + :n WHERE id = "
                       "(SELECT max(id) FROM archivo)",
                       added_)) {
    *session_ << "INSERT INTO archivo DEFAULT VALUES";
  }

  result<std::size_t> add(std::span<const saga_id> ids) override {
    added_.value = 0;
    const status done = source_([&](row_reader& from) -> status {
      try {
        return copy(from, ids);
      } catch (const soci::sqlite3_soci_error&) {
        return caught_failure(); // anything else is the source's
      }
    });
    if (!done)
      return done.error();
    return added_.as<std::size_t>();
  }

private:
  // Inside the source's moment, so that no saga is seen half.
  status copy(row_reader& from, std::span<const saga_id> ids) {
    struct undo {
      soci::session& of;
      ~undo() {
        try {
          roll_back(of);
        } catch (const std::exception&) { // it goes with the session
        }
      }
    } const unless_committed{*session_};
    added_.value = 0;
    run(begin_);
    definitions_.copy(from, {});
    sealed_with_.copy(from, {}); // payloads stay as they are sealed
    for (const saga_id& id : ids) {
      const std::vector<std::string> one{to_text(id)};
      if (sagas_.copy(from, one) != 1)
        continue; // here already, or removed by somebody else
      steps_.copy(from, one);
      history_.copy(from, one);
      keys_.copy(from, one);
      counts_.add(id);
      ++added_.value;
    }
    run(note_);
    session_->commit();
    return nothing{};
  }

  file_claim claim_; // given back last
  std::unique_ptr<soci::session> session_;
  source_moment source_;
  archive_rows<21> sagas_;
  archive_rows<19> steps_;
  archive_rows<6> history_;
  archive_rows<3> keys_;
  archive_rows<4> definitions_;
  archive_rows<3> sealed_with_;
  archive_counts counts_;
  number_field added_;
  soci::statement begin_, note_;
};

// A database that was ever served, and is no archive.
bool is_live(soci::session& session) {
  int archives = 0, nodes = 0;
  session << "SELECT count(*) FROM sqlite_schema WHERE name = 'archivo'", soci::into(archives);
  session << "SELECT count(*) FROM nodos", soci::into(nodes);
  return archives == 0 && nodes > 0;
}

result<std::unique_ptr<saga_archive>> open_archive(const std::string& file, source_moment source) {
  auto claim = claim_file({file, schema::application_id, schema::version()});
  if (!claim)
    return claim.error();
  const auto tables = copied_tables(schema::version());
  if (!tables)
    return tables.error();
  return as_value([&]() -> result<std::unique_ptr<saga_archive>> {
    auto session = open_session({.path = file});
    if (const status upgraded = upgrade_schema(*session, schema::migrations()); !upgraded)
      return upgraded.error();
    // Behind the schema, which makes the file ours, so that a crash leaves none of nobody.
    // What is committed is on disk, and the first sync of the log syncs the folder, too.
    set_pragma(*session, "journal_mode", "WAL", "wal");
    set_pragma(*session, "synchronous", "2");
    if (is_live(*session))
      return {errc::conflict, file + " is a database, not an archive: name another file (--to)"};
    *session << runs_table;
    return std::unique_ptr<saga_archive>{std::make_unique<archive_file>(
      std::move(*claim), std::move(session), std::move(source), *tables)};
  });
}

} // namespace

result<std::unique_ptr<saga_archive>> open_sqlite_archive(const std::string& file,
                                                          const std::string& source) {
  return as_value([&] {
    const auto pool = std::make_shared<read_pool>(session_terms{.path = source, .read_only = true},
                                                  1, std::chrono::seconds{5});
    return open_archive(file, [pool](const auto& work) {
      return pool->with_session([&](read_session& from) -> status { return work(from); });
    });
  });
}

result<std::unique_ptr<saga_archive>> open_mysql_archive(const std::string& file,
                                                         const mysql_terms& source) {
  mysql_pool_terms terms;
  terms.server = source;
  terms.size = 1;
  const auto pool = std::make_shared<mysql_pool>(terms);
  return open_archive(file, [pool](const auto& work) {
    return pool->with_session([&](mysql_reader& from) -> status { return work(from); });
  });
}

} // namespace sagas
