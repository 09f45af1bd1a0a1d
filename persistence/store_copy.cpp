#include "persistence/store_copy.hpp"

#include <filesystem>

#include "persistence/copy_rows.hpp"
#include "persistence/draft_file.hpp"
#include "persistence/mended_rows.hpp"
#include "persistence/mysql_snapshot.hpp"
#include "persistence/mysql_target.hpp"
#include "persistence/sqlite_file.hpp"
#include "persistence/sqlite_rows.hpp"

namespace sagas {
namespace {

status check_free(const std::string& path, bool replace) {
  if (std::filesystem::exists(path) && !replace)
    return {errc::conflict, path + " exists: give another name"};
  for (const char* end : {"-wal", "-journal"}) // SQLite would join it to the new file's pages
    if (std::filesystem::exists(path + end))
      return {errc::conflict, path + end + " is of another database: give another name"};
  // The lock itself would leave a file behind, so only one that lies there is asked.
  if (!std::filesystem::exists(path + ".lock"))
    return nothing{};
  if (const auto claim = lock_file(path); !claim)
    return claim.error();
  return nothing{};
}

failure at(const mysql_terms& server, failure why) {
  why.message = place_of(server) + ": " + why.message;
  return why;
}

status judge(const row_findings& found) {
  if (found.differences_total == 0)
    return nothing{};
  failure why{errc::corrupt,
              "the copy differs in " + std::to_string(found.differences_total) + " rows"};
  for (const std::string& each : found.differences)
    why.fields.push_back({each, "copy it again; if it stays, report it"});
  return why;
}

result<row_findings> fill_draft(const draft_file& draft, copy_source& from,
                                const export_terms& what) {
  if (const status made = draft.create(); !made)
    return made.error();
  row_findings found;
  {
    auto target = fill_sqlite_file(draft.path(), from.version());
    if (!target)
      return target.error();
    const auto copied = copy_rows(from, **target, what.progress);
    if (!copied)
      return copied.error();
    found.rows = *copied;
  }
  if (!what.compared)
    return found;
  auto back = read_sqlite_rows(draft.path(), opened_as::at_rest);
  if (!back)
    return back.error();
  return compare_rows(from, **back, what.progress);
}

// More lives than a server can have had since any backup.
constexpr std::uint64_t lives = 1'000'000;

} // namespace

result<row_findings> import_to_mysql(const import_terms& what) {
  const bool alone = what.backup && !std::filesystem::exists(what.from + "-wal");
  auto file = read_sqlite_rows(what.from, alone ? opened_as::at_rest : opened_as::reader);
  if (!file)
    return file.error();
  mended_rows source{**file};
  auto target = fill_mysql_database(what.to, source.version());
  if (!target)
    return at(what.to, target.error());
  if (const auto copied = copy_rows(source, **target, what.progress); !copied)
    return copied.error();
  const std::uint64_t mended = source.mended();
  auto back = read_mysql_rows(what.to, mysql_filling::expected);
  if (!back)
    return at(what.to, back.error());
  auto found = compare_rows(source, **back, what.progress);
  if (!found)
    return found;
  found->mended = mended;
  if (const status same = judge(*found); !same)
    return same.error();
  if (const status published = (*target)->publish(what.epochs_lifted ? lives : 0); !published)
    return published.error();
  return found;
}

result<row_findings> export_mysql(const export_terms& what) {
  if (const status free = check_free(what.to, what.replace); !free)
    return free.error();
  auto source = read_mysql_rows(what.from);
  if (!source)
    return at(what.from, source.error());
  const draft_file draft{what.to};
  auto found = fill_draft(draft, **source, what);
  if (!found)
    return found;
  if (const status same = judge(*found); !same)
    return same.error();
  if (const status synced = draft.sync(); !synced)
    return synced.error();
  if (const status named = draft.give_name(); !named)
    return named.error();
  return found;
}

} // namespace sagas
