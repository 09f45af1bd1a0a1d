#include "persistence/mysql_store.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "persistence/kept_rows.hpp"
#include "persistence/key_register.hpp"
#include "persistence/mysql_connection.hpp"
#include "persistence/mysql_epoch.hpp"
#include "persistence/mysql_feed.hpp"
#include "persistence/mysql_owner.hpp"
#include "persistence/mysql_removal.hpp"
#include "persistence/mysql_repair.hpp"
#include "persistence/mysql_schema.hpp"
#include "persistence/mysql_tally.hpp"
#include "persistence/mysql_writer.hpp"
#include "persistence/payload_reseal.hpp"
#include "persistence/saga_loader.hpp"

namespace sagas {
namespace {

bool is_refusal(errc code) { return code == errc::invalid_input || code == errc::internal; }

commit_ack rejected(const failure& why) {
  commit_ack ack;
  ack.what = commit_ack::verdict::rejected;
  ack.error = why.message;
  return ack;
}

// What is prepared on one session, and goes with it.
struct prepared {
  prepared(soci::session& session, int number, std::chrono::hours feed_kept,
           payload_codec& payloads)
    : writer(session, payloads), tallies(session, number), feed(session, feed_kept),
      loader(session, payloads, "sagas FORCE INDEX (sagas_abiertas)"), removal(session),
      count(session, recovery("recuperaciones + 1")), settle(session, recovery("0")) {}

  static bulk_text recovery(const std::string& value) {
    return {"UPDATE sagas SET recuperaciones = " + value + " WHERE saga_id IN (", ":s", ", ", ")"};
  }

  mysql_writer writer;
  mysql_tally_writer tallies;
  mysql_feed feed;
  saga_loader loader;
  mysql_removal removal;
  std::optional<payload_resealer> resealer; // made when it is asked for first
  mysql_bulk<mysql_rows::saga_ref> count, settle;
};

class mysql_store final : public store {
public:
  mysql_store(std::shared_ptr<mysql_owner> owner, const mysql_store_options& options, int number,
              std::uint64_t epoch)
    : owner_(std::move(owner)), payloads_(options.keys),
      connection_(options, number, epoch,
                  {[this, number, kept = options.feed_kept](soci::session& session) {
                     session_ = &session;
                     on_.emplace(session, number, kept, payloads_);
                   },
                   [this] { on_.reset(); }}) {}

  std::uint64_t epoch() const override { return connection_.epoch(); }

  result<batch_result> commit(std::span<const changes> batch, timestamp now) override {
    batch_result done;
    status written = connection_.transact([&] { return write(batch, now, false, done); });
    if (!written && is_refusal(written.error().code))
      written = connection_.transact([&] { return write(batch, now, true, done); });
    if (!written && is_refusal(written.error().code)) // no row's fault: the tables are wrong
      return {errc::fatal, written.error().message};
    if (!written)
      return written.error();
    if (on_) // none: its connection went with the answer
      on_->tallies.committed();
    return done;
  }

  result<std::vector<stored_saga>> unfinished(const unfinished_query& what) override {
    return read<std::vector<stored_saga>>([&] { return on_->loader.unfinished(what); });
  }

  result<std::optional<stored_saga>> find(const saga_id& id) override {
    return read<std::optional<stored_saga>>([&] { return on_->loader.find(id); });
  }

  status count_recovery(std::span<const saga_id> ids) override {
    return connection_.transact([&] { return set_recoveries(on_->count, ids); });
  }
  status settle_recovery(std::span<const saga_id> ids) override {
    return connection_.transact([&] { return set_recoveries(on_->settle, ids); });
  }

  status save_definition(const stored_definition& what) override {
    return connection_.transact([&]() -> status {
      text_field type, text, registered;
      number_field version;
      type.set(what.type);
      version.value = what.version;
      text.set(what.source.text());
      registered.set(what.registered);
      soci::statement insert = make_write(
        *session_,
        "INSERT INTO definiciones VALUES (:t, :v, :d, :r) ON DUPLICATE KEY UPDATE "
        "version = VALUES(version)",
        type, version, text, registered);
      run(insert);
      soci::statement select{*session_};
      fill_fields(select, text);
      use_fields(select, type, version);
      prepare(select, "SELECT documento FROM definiciones WHERE tipo = :t AND version = :v");
      each_row(select, [] {});
      if (text.as_document() == what.source)
        return nothing{};
      return {errc::conflict, what.type + " version " + std::to_string(what.version)
                                + " is stored with another text: give it a new version"};
    });
  }

  result<std::vector<stored_definition>> definitions() override {
    return read<std::vector<stored_definition>>([&] { return load_definitions(*session_); });
  }

  result<std::size_t> remove(std::span<const saga_id> ids, timestamp ended_before) override {
    std::size_t removed = 0;
    const status done = connection_.transact([&]() -> status {
      removed = on_->removal.remove(ids, ended_before);
      return nothing{};
    });
    if (!done)
      return done.error();
    return removed;
  }

  status keep(std::span<const kept_change> what) override {
    return connection_.transact([&]() -> status {
      write_kept(*session_, payloads_,
                 "ON DUPLICATE KEY UPDATE documento = VALUES(documento), "
                 "actualizado = VALUES(actualizado)",
                 what);
      return nothing{};
    });
  }

  result<reseal_report> reseal(std::size_t sagas_max) override {
    reseal_bite bite;
    const status done = connection_.transact([&]() -> status {
      if (!on_->resealer)
        on_->resealer.emplace(*session_, payloads_,
                              reseal_terms{.writes = mysql_payload_writes(*session_),
                                           .lock = " FOR UPDATE",
                                           .mends = true});
      bite = on_->resealer->next(resealed_, sagas_max);
      return nothing{};
    });
    if (!done)
      return done.error();
    resealed_ = std::move(bite.next);
    return std::move(bite.told);
  }

private:
  template <class T, class Load>
  result<T> read(Load load) {
    T loaded;
    const status done = connection_.read([&]() -> status {
      loaded = load();
      return nothing{};
    });
    if (!done)
      return done.error();
    return loaded;
  }

  // The whole batch, inside a transaction. In the first try a transition that is refused fails it
  // all; `each_alone` finds it out and leaves it aside, at the price of round trips for each.
  status write(std::span<const changes> batch, timestamp now, bool each_alone, batch_result& done) {
    tally counted;
    on_->tallies.clear();
    done = {};
    if (each_alone) {
      for (const changes& what : batch)
        done.acks.push_back(write_alone(what, counted));
    } else {
      auto acks = on_->writer.write(batch, counted);
      if (!acks)
        return {errc::invalid_input, "a transition does not fit what is stored"};
      done.acks = std::move(*acks);
    }
    for (std::size_t i = 0; i < batch.size(); ++i)
      if (done.acks[i].what == commit_ack::verdict::committed)
        append_events(batch[i], done.events.events);
    on_->tallies.write(counted);
    on_->feed.write(done.events, now);
    return nothing{};
  }

  commit_ack write_alone(const changes& what, tally& counted) {
    commit_ack ack = try_alone(what, counted);
    if (ack.what == commit_ack::verdict::rejected && what.once)
      ack = try_alone(what, counted); // another writer may have taken its key just then
    return ack;
  }

  commit_ack try_alone(const changes& what, tally& counted) {
    tally own;
    commit_ack ack;
    *session_ << "SAVEPOINT uno";
    try {
      ack = on_->writer.write_alone(with_valid_text(what), own);
    } catch (const soci::soci_error&) {
      const mysql_problem problem = caught_mysql_problem();
      if (problem.code == 0 || !is_refusal(problem.why.code))
        throw;
      ack = rejected(problem.why);
    }
    if (ack.what == commit_ack::verdict::rejected)
      *session_ << "ROLLBACK TO SAVEPOINT uno";
    else
      counted.add(own);
    *session_ << "RELEASE SAVEPOINT uno";
    return ack;
  }

  static status set_recoveries(mysql_bulk<mysql_rows::saga_ref>& update,
                               std::span<const saga_id> ids) {
    update.clear();
    for (const saga_id& id : ids)
      update.add([&](mysql_rows::saga_ref& row) { row.id.set(id); });
    update.finish();
    return nothing{};
  }

  const std::shared_ptr<mysql_owner> owner_;
  payload_codec payloads_;
  reseal_pass resealed_;
  soci::session* session_ = nullptr; // the connection's, while on_ is set
  std::optional<prepared> on_;
  mysql_connection connection_; // goes first: it lets go of on_
};

status check(const mysql_store_options& options) {
  const mysql_terms& server = options.server;
  if (options.node.empty() || options.node.size() > 100)
    return {errc::invalid_input, "the node's name must have 1 to 100 characters"};
  if (options.writers < 1 || options.writers > 64)
    return {errc::invalid_input, "the store has 1 to 64 writers"};
  if (options.feed_kept.count() < 0 || options.settle_wait.count() < 0
      || options.owner_wait.count() < 0)
    return {errc::invalid_input, "times of the store must not be negative"};
  if (std::min({server.connect_timeout, server.read_timeout, server.write_timeout}).count() < 1)
    return {errc::invalid_input, "the database's time-outs must be 1 s at least"};
  return nothing{};
}

// A failure in terms of somebody who wants to open a database.
failure opening(const mysql_terms& server, failure why) {
  if (why.code == errc::internal)
    why.code = errc::corrupt;
  why.message = place_of(server) + ": " + why.message;
  return why;
}

result<store_list> open(const mysql_store_options& options) {
  const auto session = open_mysql_database(options.server);
  if (const status fit = check_mysql_server(*session, options.payload_max); !fit)
    return fit.error();
  auto owner = mysql_owner::claim(options.server, options.owner_wait);
  if (!owner)
    return owner.error();
  if (const status upgraded = upgrade_mysql_schema(*session); !upgraded)
    return upgraded.error();
  if (const status admitted = admit_payload_keys(*session, options.keys); !admitted)
    return admitted.error();
  const std::uint64_t epoch = raise_mysql_epoch(*session, options);
  store_list stores;
  for (int i = 0; i < options.writers; ++i)
    stores.push_back(std::make_unique<mysql_store>(*owner, options, i, epoch));
  return stores;
}

} // namespace

result<store_list> open_mysql_stores(const mysql_store_options& options) {
  if (const status good = check(options); !good)
    return good.error();
  auto opened = as_mysql_value([&] { return open(options); });
  if (!opened)
    return opening(options.server, opened.error());
  return opened;
}

} // namespace sagas
