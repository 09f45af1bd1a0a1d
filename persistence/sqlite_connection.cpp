#include "persistence/sqlite_connection.hpp"

#include <utility>

namespace sagas {
namespace {

using std::chrono::milliseconds;

constexpr int pages_a_mib = 256; // of 4 KiB
// A WAL of so many checkpoints' size has been kept from its beginning by readers all the time.
constexpr int checkpoints_patience = 8;
constexpr milliseconds readers_wait{100};

bool is_deadly(errc code) { return code == errc::fatal || code == errc::corrupt; }

timestamp system_now() {
  return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
}

} // namespace

sqlite_connection::sqlite_connection(std::unique_ptr<soci::session> session,
                                     const sqlite_options& options)
  : session_(std::move(session)), busy_timeout_(options.busy_timeout),
    checkpoint_pages_(static_cast<int>(options.checkpoint_mib) * pages_a_mib),
    begin_(make_write(*session_, "BEGIN IMMEDIATE")), fence_(*session_) {
  set_pragmas(options);
  watch_wal(*session_, wal_pages_);
  node_.set(options.node);
  seen_at_.set(system_now());
  raise_epoch();
  use_fields(fence_, seen_at_, node_, epoch_);
  prepare(fence_, "UPDATE nodos SET latido=:t WHERE nombre=:n AND epoca=:e "
                  "AND epoca=(SELECT max(epoca) FROM nodos)");
}

void sqlite_connection::set_pragmas(const sqlite_options& options) {
  const auto set = [this](const char* name, long long value) {
    set_pragma(*session_, name, std::to_string(value));
  };
  set_pragma(*session_, "journal_mode", "WAL", "wal");
  const auto synchronous = planted(bug::normal_sync) ? sqlite_synchronous::normal
                                                     : options.synchronous;
  set("synchronous", static_cast<int>(synchronous));
  set("foreign_keys", 1);
  set("cache_size", -1'024LL * options.cache_mib);
  set("temp_store", 2);
  set("secure_delete", 0); // some distributions switch it on
  set("wal_autocheckpoint", 0);
  set("journal_size_limit", 2LL * checkpoint_pages_ * 4'096);
  if (options.pages_max > 0)
    set("max_page_count", static_cast<long long>(options.pages_max));
}

void sqlite_connection::raise_epoch() {
  run(begin_);
  *session_ << "SELECT coalesce(max(epoca), 0) + 1 FROM nodos", soci::into(epoch_.value);
  soci::statement raise = make_write(*session_,
                                     "INSERT INTO nodos VALUES (:n, :e, :t) ON CONFLICT DO UPDATE "
                                     "SET epoca=excluded.epoca, latido=excluded.latido",
                                     node_, epoch_, seen_at_);
  run(raise);
  session_->commit();
}

failure sqlite_connection::fenced() {
  return {errc::fenced, "another process has opened the store since: this one must stop"};
}

failure sqlite_connection::give_up(const failure& why) {
  const status undone = as_value([&]() -> status {
    roll_back(*session_);
    return nothing{};
  });
  if (!undone && !is_deadly(why.code))
    return note({errc::fatal, undone.error().message});
  return note(why);
}

failure sqlite_connection::note(failure why) {
  if (is_deadly(why.code)) {
    why.code = errc::fatal;
    dead_ = why;
  }
  return why;
}

void sqlite_connection::checkpoint_when_due() {
  if (wal_pages_ < checkpointed_at_)
    checkpointed_at_ = 0;
  if (wal_pages_ - checkpointed_at_ < checkpoint_pages_)
    return;
  checkpointed_at_ = wal_pages_;
  const bool starved = wal_pages_ >= checkpoints_patience * checkpoint_pages_;
  const status done = as_value([&]() -> status {
    set_busy_timeout(*session_, starved ? readers_wait : busy_timeout_);
    *session_ << "PRAGMA wal_checkpoint(" << (starved ? "RESTART" : "PASSIVE") << ")";
    return nothing{};
  });
  set_busy_timeout(*session_, busy_timeout_);
  if (!done) // what was committed is safe in the WAL; whether anything more can be is noted here
    note(done.error());
}

} // namespace sagas
