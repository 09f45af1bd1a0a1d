#include "persistence/mysql_feed.hpp"

#include "persistence/feed_text.hpp"

namespace sagas {
namespace {

// In small bites, more than are added: this often, at most 64 old rows.
constexpr unsigned prune_every = 16;

} // namespace

mysql_feed::mysql_feed(soci::session& session, std::chrono::hours kept)
  : session_(session), kept_(kept),
    count_(make_write(
      session, "UPDATE contadores SET valor = LAST_INSERT_ID(valor + 1) WHERE nombre = 'lote'")),
    insert_(make_write(session, "INSERT INTO lotes VALUES (:l, :t, :n, :e)", number_, now_, size_,
                       events_)),
    prune_(make_write(session,
                      "DELETE FROM lotes WHERE lote < (SELECT behind FROM "
                      "(SELECT min(lote) + 64 AS behind FROM lotes) AS oldest) AND momento < :c",
                      cutoff_)) {}

void mysql_feed::write(feed_batch& batch, timestamp now) {
  if (batch.events.empty())
    return;
  size_.value = static_cast<long long>(batch.events.size());
  events_.set(events_to_text(batch.events));
  now_.set(now);
  cutoff_.set(now - kept_);
  if (++written_ % prune_every == 0)
    run(prune_);
  if (run(count_) != 1 || !session_.get_last_insert_id("contadores", number_.value))
    throw soci::soci_error("the counter of commits is missing");
  run(insert_);
  batch.batch = number_.as<std::uint64_t>();
}

} // namespace sagas
