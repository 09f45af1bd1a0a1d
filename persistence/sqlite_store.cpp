#include "persistence/sqlite_store.hpp"

#include <optional>
#include <utility>

#include "persistence/feed_text.hpp"
#include "persistence/kept_rows.hpp"
#include "persistence/key_register.hpp"
#include "persistence/payload_reseal.hpp"
#include "persistence/saga_loader.hpp"
#include "persistence/schema_upgrade.hpp"
#include "persistence/sqlite_connection.hpp"
#include "persistence/sqlite_file.hpp"
#include "persistence/sqlite_removal.hpp"
#include "persistence/transition_writer.hpp"

namespace sagas {
namespace {

// SQLite has refused a statement: somebody's row is to blame, or we are.
bool is_refusal(const failure& why) {
  return why.code == errc::invalid_input || why.code == errc::internal;
}

commit_ack rejected(const failure& why) {
  commit_ack ack;
  ack.what = commit_ack::verdict::rejected;
  ack.error = why.message;
  return ack;
}

class sqlite_store final : public store {
public:
  sqlite_store(file_claim claim, std::unique_ptr<soci::session> session,
               const sqlite_options& options)
    : claim_(std::move(claim)), connection_(std::move(session), options), payloads_(options.keys),
      writer_(connection_.session(), payloads_), tally_writer_(connection_.session()),
      loader_(connection_.session(), payloads_), removal_(connection_.session()),
      feed_kept_(options.feed_kept),
      insert_feed_(make_write(connection_.session(), "INSERT INTO lotes VALUES (:l, :t, :n, :e)",
                              batch_, now_, batch_size_, batch_text_)),
      // In small bites: a commit adds one and drops at most eight. The newest always stays, since
      // its number is where the next start goes on from.
      prune_feed_(make_write(connection_.session(),
                             "DELETE FROM lotes WHERE lote < (SELECT min(lote) + 8 FROM lotes) "
                             "AND momento < :c",
                             cutoff_)) {
    connection_.session() << "SELECT coalesce(max(lote), 0) FROM lotes",
      soci::into(last_batch_.value);
  }

  std::uint64_t epoch() const override { return connection_.epoch(); }

  result<batch_result> commit(std::span<const changes> batch, timestamp now) override {
    connection_.seen_at(now);
    auto done = write(batch, now, false);
    if (!done && is_refusal(done.error()))
      done = write(batch, now, true);
    if (!done && is_refusal(done.error())) // no row's fault: the tables are not as they should be
      return {errc::fatal, done.error().message};
    if (done && done->events.batch > 0)
      last_batch_ = batch_;
    return done;
  }

  result<std::vector<stored_saga>> unfinished(const unfinished_query& what) override {
    return connection_.read(
      [&]() -> result<std::vector<stored_saga>> { return loader_.unfinished(what); });
  }

  result<std::optional<stored_saga>> find(const saga_id& id) override {
    return connection_.read(
      [&]() -> result<std::optional<stored_saga>> { return loader_.find(id); });
  }

  status count_recovery(std::span<const saga_id> ids) override {
    return set_recoveries("recuperaciones + 1", ids);
  }
  status settle_recovery(std::span<const saga_id> ids) override { return set_recoveries("0", ids); }

  status save_definition(const stored_definition& what) override {
    return connection_.transact([&]() -> status {
      text_field type, text, registered;
      number_field version;
      type.set(what.type);
      version.value = what.version;
      text.set(what.source.text());
      registered.set(what.registered);
      soci::statement insert = make_write(
        connection_.session(),
        "INSERT INTO definiciones VALUES (:t, :v, :d, :r) ON CONFLICT DO UPDATE "
        "SET registrada = registrada WHERE documento = excluded.documento",
        type, version, text, registered);
      if (run(insert) == 1)
        return nothing{};
      return {errc::conflict, what.type + " version " + std::to_string(what.version)
                                + " is stored with another text: give it a new version"};
    });
  }

  result<std::vector<stored_definition>> definitions() override {
    return connection_.read([&]() -> result<std::vector<stored_definition>> {
      return load_definitions(connection_.session());
    });
  }

  result<std::size_t> remove(std::span<const saga_id> ids, timestamp ended_before) override {
    std::size_t removed = 0;
    const status done = connection_.transact([&]() -> status {
      removed = removal_.remove(ids, ended_before);
      return nothing{};
    });
    if (!done)
      return done.error();
    return removed;
  }

  status keep(std::span<const kept_change> what) override {
    return connection_.transact([&]() -> status {
      write_kept(connection_.session(), payloads_,
                 "ON CONFLICT DO UPDATE SET documento = excluded.documento, "
                 "actualizado = excluded.actualizado",
                 what);
      return nothing{};
    });
  }

  result<reseal_report> reseal(std::size_t sagas_max) override {
    reseal_bite bite;
    const status done = connection_.transact([&]() -> status {
      if (!resealer_)
        resealer_.emplace(connection_.session(), payloads_,
                          reseal_terms{sqlite_payload_writes(connection_.session())});
      bite = resealer_->next(resealed_, sagas_max);
      return nothing{};
    });
    if (!done)
      return done.error();
    resealed_ = std::move(bite.next);
    return std::move(bite.told);
  }

private:
  // One transaction of the whole batch. In the first try a transition that is refused fails it
  // all; `each_alone` finds it out and leaves it aside, at the price of a savepoint for each.
  result<batch_result> write(std::span<const changes> batch, timestamp now, bool each_alone) {
    batch_result done;
    const status written = connection_.transact([&]() -> status {
      tally counted;
      done.acks.reserve(batch.size());
      for (const changes& what : batch) {
        auto ack = each_alone ? write_alone(what, counted) : write_with_others(what, counted);
        if (!ack)
          return ack.error();
        if (ack->what == commit_ack::verdict::committed)
          append_events(what, done.events.events);
        done.acks.push_back(std::move(*ack));
      }
      tally_writer_.write(counted);
      write_feed(done.events, now);
      return nothing{};
    });
    if (!written)
      return written.error();
    return done;
  }

  result<commit_ack> write_with_others(const changes& what, tally& counted) {
    commit_ack ack = writer_.write(what, counted);
    if (ack.what == commit_ack::verdict::rejected)
      return {errc::invalid_input, ack.error};
    return ack;
  }

  result<commit_ack> write_alone(const changes& what, tally& counted) {
    soci::session& session = connection_.session();
    session << "SAVEPOINT uno";
    tally own;
    auto ack = as_value([&]() -> result<commit_ack> { return write_with_others(what, own); });
    if (!ack && !is_refusal(ack.error()))
      return ack;
    if (ack)
      counted.add(own);
    else
      session << "ROLLBACK TO uno";
    session << "RELEASE uno";
    return ack ? *ack : rejected(ack.error());
  }

  void write_feed(feed_batch& events, timestamp now) {
    if (events.events.empty())
      return;
    events.batch = last_batch_.as<std::uint64_t>() + 1;
    batch_.value = last_batch_.value + 1;
    batch_size_.value = static_cast<long long>(events.events.size());
    batch_text_.set(events_to_text(events.events));
    now_.set(now);
    cutoff_.set(now - feed_kept_);
    run(insert_feed_);
    run(prune_feed_);
  }

  status set_recoveries(const std::string& value, std::span<const saga_id> ids) {
    return connection_.transact([&]() -> status {
      text_field id;
      soci::statement update = make_write(
        connection_.session(), "UPDATE sagas SET recuperaciones = " + value + " WHERE saga_id=:s",
        id);
      for (const saga_id& each : ids) {
        id.set(each);
        run(update);
      }
      return nothing{};
    });
  }

  file_claim claim_; // given back last, when the file is closed
  sqlite_connection connection_;
  payload_codec payloads_;
  transition_writer writer_;
  tally_writer tally_writer_;
  saga_loader loader_;
  sqlite_removal removal_;
  std::optional<payload_resealer> resealer_; // made when it is asked for first
  reseal_pass resealed_;
  const std::chrono::hours feed_kept_;
  number_field batch_, batch_size_, last_batch_;
  text_field now_, cutoff_, batch_text_;
  soci::statement insert_feed_, prune_feed_;
};

status check(const sqlite_options& options) {
  if (options.node.empty() || options.node.size() > 100)
    return {errc::invalid_input, "the node's name must have 1 to 100 characters"};
  if (options.busy_timeout.count() < 0 || options.feed_kept.count() < 0)
    return {errc::invalid_input, "times of the store must not be negative"};
  if (options.cache_mib < 1 || options.checkpoint_mib < 1 || options.checkpoint_mib > 4'096)
    return {errc::invalid_input, "the store's cache and checkpoint must be 1 MiB at least"};
  return nothing{};
}

failure in_file(const std::string& path, failure why) {
  why.message = path + ": " + why.message;
  return why;
}

// A failure in terms of somebody who wants to open a file.
failure opening(const std::string& path, failure why) {
  if (why.code == errc::fatal)
    why.code = errc::unavailable;
  if (is_refusal(why))
    why.code = errc::corrupt;
  return in_file(path, std::move(why));
}

} // namespace

result<std::unique_ptr<store>> open_sqlite_store(const sqlite_options& options) {
  if (const status good = check(options); !good)
    return good.error();
  auto claim = claim_file({options.path, schema::application_id, schema::version()});
  if (!claim)
    return claim.error();
  std::unique_ptr<soci::session> session;
  const status upgraded = as_value([&] {
    session = open_session({options.path, options.vfs, false, options.busy_timeout});
    return upgrade_schema(*session, schema::migrations());
  });
  if (!upgraded)
    return opening(options.path, upgraded.error());
  const status admitted = as_value([&] { return admit_payload_keys(*session, options.keys); });
  if (!admitted)
    return admitted.error().code == errc::invalid_input ? in_file(options.path, admitted.error())
                                                        : opening(options.path, admitted.error());
  auto opened = as_value([&]() -> result<std::unique_ptr<store>> {
    return std::unique_ptr<store>{
      std::make_unique<sqlite_store>(std::move(*claim), std::move(session), options)};
  });
  if (!opened)
    return opening(options.path, opened.error());
  return opened;
}

} // namespace sagas
