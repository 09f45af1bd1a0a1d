// Copies of a store's file: out of it while it is live, and back into its place.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>

#include <sqlite3.h>

#include "persistence/draft_file.hpp"
#include "persistence/plain_sqlite.hpp"
#include "persistence/sqlite_care.hpp"
#include "persistence/sqlite_file.hpp"

namespace sagas {
namespace {

namespace fs = std::filesystem;

constexpr int pages_a_step = 1'024; // 4 MiB: what a commit of the server may have to wait behind
// More lives than a server can have had since any backup: what participants have seen of them must
// not be above the epochs to come, or they would refuse the restored database's calls. Without a
// WAL all of it is in the file, or an error told, when this returns.
constexpr const char* lift_epochs =
  "PRAGMA journal_mode=DELETE; UPDATE nodos SET epoca = epoca + 1000000";

failure system_failure(const std::string& what, const std::string& path) {
  return {errc::unavailable, what + " " + path + ": " + std::generic_category().message(errno)};
}

// All pages as they are now: the open transaction keeps the moment, whatever is written meanwhile.
status copy_pages(plain_sqlite& from, plain_sqlite& to, const draft_file& draft,
                  const copy_progress& progress) {
  if (status fixed = from.run("BEGIN; SELECT count(*) FROM sqlite_schema"); !fixed)
    return fixed;
  // The draft is synced as a whole; until then nobody relies on it.
  if (status set = to.run("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF"); !set)
    return set;
  sqlite3_backup* copy = sqlite3_backup_init(to.handle(), "main", from.handle(), "main");
  if (copy == nullptr)
    return to.why(sqlite3_errcode(to.handle()));
  int code = SQLITE_OK;
  status synced = nothing{};
  while (code == SQLITE_OK && synced) {
    const auto begun = std::chrono::steady_clock::now();
    code = sqlite3_backup_step(copy, pages_a_step);
    const int total = sqlite3_backup_pagecount(copy);
    if (progress)
      progress(total - sqlite3_backup_remaining(copy), total);
    // In small bites, and half of the time not at all: a server's commits wait for the same disk.
    synced = draft.sync();
    if (code == SQLITE_OK)
      std::this_thread::sleep_for(std::chrono::steady_clock::now() - begun);
  }
  sqlite3_backup_finish(copy);
  if (!synced)
    return synced;
  if (code != SQLITE_DONE)
    return to.why(code);
  return nothing{};
}

status check_draft(const std::string& path) {
  auto file = plain_sqlite::open(path, opened_as::at_rest);
  if (!file)
    return file.error();
  std::string verdict;
  if (status read = file->run("PRAGMA quick_check(1)",
                              [&](std::string row) { verdict = std::move(row); });
      !read)
    return read;
  if (verdict != "ok")
    return {errc::corrupt, "the copy is damaged, and so is what it was made of: " + verdict};
  return nothing{};
}

// A checked copy under a name that nobody knows yet.
status fill_draft(const draft_file& draft, const std::string& from, opened_as how,
                  const copy_progress& progress) {
  auto source = plain_sqlite::open(from, how);
  if (!source)
    return source.error();
  if (const auto version = store_version(*source, from); !version)
    return version.error();
  if (status made = draft.create(); !made)
    return made;
  {
    auto target = plain_sqlite::open(draft.path(), opened_as::writer);
    if (!target)
      return target.error();
    if (status copied = copy_pages(*source, *target, draft, progress); !copied)
      return copied;
  }
  return check_draft(draft.path());
}

status change_draft(const draft_file& draft, const char* sql) {
  auto file = plain_sqlite::open(draft.path(), opened_as::writer);
  if (!file)
    return file.error();
  return file->run(sql);
}

// The main file first: without it SQLite drops whatever log lies there, so that a crash in between
// never joins the log of one database to the pages of another.
result<std::string> set_aside(const std::string& path) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::string aside = path + ".before-" + std::to_string(now.time_since_epoch().count());
  bool moved = false;
  for (const char* end : {"", "-journal", "-wal"}) {
    if (!fs::exists(path + end))
      continue;
    if (::rename((path + end).c_str(), (aside + end).c_str()) != 0)
      return system_failure("cannot rename", path + end);
    moved = true;
  }
  std::error_code ignored;
  fs::remove(path + "-shm", ignored);
  return moved ? aside : std::string{};
}

failure exists_already(const std::string& path) {
  return {errc::conflict, path + " exists: give another name, or --force to replace it"};
}

} // namespace

result<std::uint64_t> backup_sqlite_file(const backup_terms& what) {
  std::error_code ignored;
  if (fs::exists(what.to) && !what.replace)
    return exists_already(what.to);
  if (fs::equivalent(what.from, what.to, ignored) || fs::exists(what.to + ".lock"))
    return {errc::conflict, what.to + " is a server's database: give another name"};
  const draft_file draft{what.to};
  if (const status filled = fill_draft(draft, what.from, opened_as::reader, what.progress); !filled)
    return filled.error();
  const std::uint64_t bytes = fs::file_size(draft.path());
  if (const status synced = draft.sync(); !synced)
    return synced.error();
  if (const status named = draft.give_name(); !named)
    return named.error();
  return bytes;
}

result<std::string> restore_sqlite_file(const restore_terms& what) {
  const auto claim = lock_file(what.to);
  if (!claim)
    return claim.error();
  if (fs::exists(what.to) && !what.replace)
    return exists_already(what.to);
  std::error_code ignored;
  if (fs::equivalent(what.backup, what.to, ignored))
    return {errc::conflict, what.backup + " is the database itself: give a backup"};
  const bool has_log = fs::exists(what.backup + "-wal");
  const draft_file draft{what.to};
  if (const status filled = fill_draft(
        draft, what.backup, has_log ? opened_as::reader : opened_as::at_rest, what.progress);
      !filled)
    return filled.error();
  if (const status lifted = change_draft(draft, lift_epochs); !lifted)
    return lifted.error();
  if (const status synced = draft.sync(); !synced)
    return synced.error();
  auto aside = set_aside(what.to);
  if (!aside)
    return aside;
  if (const status named = draft.give_name(); !named)
    return named.error();
  return aside;
}

} // namespace sagas
