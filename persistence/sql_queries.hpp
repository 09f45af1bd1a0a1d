// The queries behind saga/queries.hpp, the same for every SQL database. Internal to persistence/.
#pragma once

#include <memory>
#include <utility>

#include "persistence/feed_text.hpp"
#include "persistence/kept_rows.hpp"
#include "persistence/read_sql.hpp"
#include "persistence/reading.hpp"
#include "persistence/records.hpp"

namespace sagas {
namespace sql_rows {

struct word_record {
  text_field word;
  void fill(soci::statement& from) { fill_fields(from, word); }
};

struct step_view_record {
  step_record step;
  void fill(soci::statement& from) { step.fill(from); }
};

struct history_record {
  text_field at, kind, step, by, reason;
  void fill(soci::statement& from) { fill_fields(from, at, kind, step, by, reason); }
  history_row row() const {
    return {at.as_time(), kind.as_text(), step.as_text(), by.as_text(), reason.as_text()};
  }
};

struct batch_record {
  number_field number, count;
  text_field events;
  void fill(soci::statement& from) { fill_fields(from, number, count, events); }
};

struct last_batch_record {
  number_field number, count;
  void fill(soci::statement& from) { fill_fields(from, number, count); }
};

struct end_record {
  text_field id, ended;
  void fill(soci::statement& from) { fill_fields(from, id, ended); }
};

struct number_record {
  number_field number;
  void fill(soci::statement& from) { fill_fields(from, number); }
};

inline std::vector<std::string> only(const saga_id& id) { return {to_text(id)}; }

inline feed_batch batch_of(const batch_record& row) {
  auto events = events_from_text(row.events.as_text());
  if (!events)
    throw damaged_row{events.error().message};
  return {row.number.as<std::uint64_t>(), std::move(*events)};
}

inline feed_position end_of(long long number, long long count) {
  return {static_cast<std::uint64_t>(number), static_cast<std::uint32_t>(count - 1)};
}

} // namespace sql_rows

/// All queries over a `Pool` of sessions, which has with_session(work). `Session` is a
/// row_reader that search_ids(session, filter) knows.
template <class Pool, class Session>
class sql_queries final : public queries {
public:
  explicit sql_queries(std::unique_ptr<Pool> pool) : pool_(std::move(pool)) {}

  result<std::optional<saga_view>> saga(const saga_id& id) override {
    return read(
      [&](Session& from) -> result<std::optional<saga_view>> { return reading::view(from, id); });
  }

  result<std::optional<saga_status>> status_of(const saga_id& id) override {
    return read([&](Session& from) -> result<std::optional<saga_status>> {
      std::optional<saga_status> found;
      from.template ask<sql_rows::word_record>(read_sql::saga_state, sql_rows::only(id),
                                               [&](const sql_rows::word_record& row) {
                                                 found = parse_saga_status(row.word.as_text());
                                                 if (!found)
                                                   throw damaged_row{"a state that is none"};
                                               });
      return found;
    });
  }

  result<std::optional<saga_id>> started_with(const std::string& key) override {
    return read([&](Session& from) -> result<std::optional<saga_id>> {
      const auto found = reading::ids(from, read_sql::started_with, std::vector{key});
      return found.empty() ? std::nullopt : std::optional{found.front()};
    });
  }

  result<std::vector<step_view>> steps(const saga_id& id) override {
    return read([&](Session& from) -> result<std::vector<step_view>> {
      std::vector<step_view> found;
      const auto asked = sql_rows::only(id);
      from.template ask<sql_rows::step_view_record>(
        read_sql::steps, asked, [&](const sql_rows::step_view_record& row) {
          found.push_back(reading::view_of(row.step, asked.front(), from.payloads()));
        });
      return found;
    });
  }

  result<std::vector<history_row>> history(const saga_id& id) override {
    return read([&](Session& from) -> result<std::vector<history_row>> {
      std::vector<history_row> found;
      from.template ask<sql_rows::history_record>(
        read_sql::history, sql_rows::only(id),
        [&](const sql_rows::history_record& row) { found.push_back(row.row()); });
      return found;
    });
  }

  result<active_page> active(std::size_t limit) override {
    return read([&](Session& from) -> result<active_page> {
      const auto ids = reading::ids(from, read_sql::active, std::vector{std::to_string(limit)});
      return active_page{reading::views(from, ids), reading::active_total(from)};
    });
  }

  result<search_page> search(const saga_filter& what) override {
    return read([&](Session& from) -> result<search_page> {
      const reading::id_page found = search_ids(from, what);
      return search_page{reading::views(from, found.ids), found.next};
    });
  }

  result<parked_page> parked(const saga_filter& what) override {
    return read([&](Session& from) -> result<parked_page> {
      saga_filter filter = what;
      filter.status = saga_status::parked;
      const reading::id_page found = search_ids(from, filter);
      return parked_page{reading::parked(from, found.ids), found.next};
    });
  }

  result<std::optional<stored_saga>> stored(const saga_id& id) override {
    return read([&](Session& from) -> result<std::optional<stored_saga>> {
      return reading::stored(from, id);
    });
  }

  result<ended_page> ended(timestamp before, std::optional<saga_id> after,
                           std::size_t looked_at) override {
    return read([&](Session& from) -> result<ended_page> {
      const std::vector<std::string> range{after ? to_text(*after) : "",
                                           to_text(first_id_at(before)), std::to_string(looked_at)};
      ended_page page;
      std::size_t seen = 0;
      from.template ask<sql_rows::end_record>(read_sql::ends, range,
                                              [&](const sql_rows::end_record& row) {
                                                ++seen;
                                                page.last = row.id.as_id();
                                                const auto ended = row.ended.as_time_or_null();
                                                if (ended && *ended < before)
                                                  page.sagas.push_back(*page.last);
                                              });
      if (seen < looked_at)
        page.last.reset();
      return page;
    });
  }

  result<statistics> stats(std::optional<timestamp> from, std::optional<timestamp> until,
                           timestamp now) override {
    return read([&](Session& session) -> result<statistics> {
      return reading::stats(session, from, until, now);
    });
  }

  result<std::vector<campaign_view>> campaigns(std::optional<saga_id> before,
                                               std::size_t limit) override {
    return read([&](Session& from) -> result<std::vector<campaign_view>> {
      const std::vector<std::string> page{before ? to_text(*before) : "g", std::to_string(limit)};
      std::vector<campaign_view> found;
      for (const saga_id& id : reading::ids(from, read_sql::campaigns, page))
        if (auto one = reading::campaign(from, id))
          found.push_back(std::move(*one));
      return found;
    });
  }

  result<std::optional<campaign_view>> campaign(const std::string& campaign_id) override {
    return read([&](Session& from) -> result<std::optional<campaign_view>> {
      const auto newest = reading::ids(from, read_sql::campaign, std::vector{campaign_id});
      return newest.empty() ? std::nullopt : reading::campaign(from, newest.front());
    });
  }

  result<std::vector<feed_batch>> events_after(const feed_position& after,
                                               std::size_t events_max) override {
    return read([&](Session& from) -> result<std::vector<feed_batch>> {
      std::vector<feed_batch> page;
      std::size_t events = 0;
      from.template ask<sql_rows::batch_record>(
        read_sql::batches, std::vector{std::to_string(after.batch), std::to_string(events_max + 1)},
        [&](const sql_rows::batch_record& row) {
          if (sql_rows::end_of(row.number.value, row.count.value) <= after)
            return true;
          page.push_back(sql_rows::batch_of(row));
          events += page.back().events.size();
          return events < events_max;
        });
      return page;
    });
  }

  result<feed_position> last_event() override {
    return read([&](Session& from) -> result<feed_position> {
      feed_position last;
      from.template ask<sql_rows::last_batch_record>(
        read_sql::last_batch, {}, [&](const sql_rows::last_batch_record& row) {
          last = sql_rows::end_of(row.number.value, row.count.value);
        });
      return last;
    });
  }

  result<std::vector<kept_document>> kept(const kept_query& what) override {
    return read([&](Session& from) -> result<std::vector<kept_document>> {
      const std::vector<std::string> range{what.kind, what.after,
                                           what.before.empty() ? names_end : what.before,
                                           std::to_string(what.limit)};
      std::vector<kept_document> found;
      from.template ask<kept_record>(read_sql::kept, range, [&](const kept_record& row) {
        found.push_back(row.value(from.payloads()));
      });
      return found;
    });
  }

  result<std::optional<kept_document>> kept_one(const std::string& kind,
                                                const std::string& name) override {
    return read([&](Session& from) -> result<std::optional<kept_document>> {
      std::optional<kept_document> found;
      from.template ask<kept_record>(
        read_sql::kept_one, std::vector{kind, name},
        [&](const kept_record& row) { found = row.value(from.payloads()); });
      return found;
    });
  }

  status ping() override {
    return read([](Session& from) -> status {
      from.template ask<sql_rows::number_record>(read_sql::ping, {},
                                                 [](const sql_rows::number_record&) {});
      return nothing{};
    });
  }

  std::optional<pool_figures> pool() const override {
    if constexpr (requires { pool_->figures(); })
      return pool_->figures();
    else
      return std::nullopt;
  }

private:
  template <class Work>
  auto read(Work work) -> decltype(work(std::declval<Session&>())) {
    auto answer = pool_->with_session(work);
    if (!answer && answer.error().code == errc::fatal) // the writer decides about its own disk
      return failure{errc::unavailable, answer.error().message};
    return answer;
  }

  const std::unique_ptr<Pool> pool_;
};

} // namespace sagas
