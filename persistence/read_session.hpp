// One session that cannot write, with its prepared queries. Internal to persistence/.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "persistence/fields.hpp"
#include "persistence/sqlite_session.hpp"

namespace sagas {

/// A prepared query, as the session's cache keeps it.
class prepared_query {
public:
  prepared_query(soci::session& session, const std::string& sql);
  virtual ~prepared_query() = default;
  prepared_query(const prepared_query&) = delete;
  prepared_query& operator=(const prepared_query&) = delete;

protected:
  /// Binds what the columns and the parameters go through; once.
  void bind();
  void set(std::span<const std::string> parameters);
  /// Ends the query wherever it is: one left halfway would hold the WAL back.
  void reset();

  soci::statement statement_;

private:
  std::vector<text_field> parameters_; // SQLite turns text into a number where it needs one
};

/// A query whose rows go through a `Row`, which says with fill(soci::statement&) how.
template <class Row>
class row_query final : public prepared_query {
public:
  row_query(soci::session& session, const std::string& sql) : prepared_query(session, sql) {
    row_.fill(statement_);
    bind();
  }

  /// `take` sees each row; when it answers false, the rest is left. Throws.
  template <class Take>
  void run(std::span<const std::string> parameters, Take& take) {
    struct ender {
      row_query& it;
      ~ender() { it.reset(); }
    } const end_always{*this};
    set(parameters);
    for (bool found = statement_.execute(true); found; found = statement_.fetch())
      if (!go_on(take))
        return;
  }

private:
  template <class Take>
  bool go_on(Take& take) {
    if constexpr (std::is_void_v<decltype(take(row_))>)
      return take(row_), true;
    else
      return take(row_);
  }
  Row row_;
};

class read_session {
public:
  /// Throws what SOCI throws.
  explicit read_session(const session_terms& terms);
  ~read_session();

  /// Runs a query; its parameters ?1, ?2, ... are the first of `parameters`. A text of SQL always
  /// goes with the same `Row`. Throws.
  template <class Row, class Take>
  void ask(const std::string& sql, std::span<const std::string> parameters, Take take) {
    auto& cached = queries_[sql];
    if (!cached)
      cached = std::make_unique<row_query<Row>>(*session_, sql);
    static_cast<row_query<Row>&>(*cached).run(parameters, take);
  }

  /// Runs `work` in one transaction, so that all its queries see the same state. Throws.
  template <class Work>
  auto at_one_moment(Work work) -> decltype(work(*this)) {
    session_->begin();
    struct ender {
      soci::session& session;
      ~ender() { end_reading(session); }
    } const end_always{*session_};
    return work(*this);
  }

  /// While it lives, queries may run for about so many of SQLite's operations in all; after that
  /// they throw, and was_stopped() is true.
  class operations_limit {
  public:
    explicit operations_limit(read_session& of) : of_(of) {}
    operations_limit(const operations_limit&) = delete;
    operations_limit& operator=(const operations_limit&) = delete;
    ~operations_limit() { of_.slices_left_ = 0, of_.stopped_ = false; }

  private:
    read_session& of_;
  };
  [[nodiscard]] operations_limit limit_operations(std::uint64_t operations);
  bool was_stopped() const { return stopped_; }

private:
  static void end_reading(soci::session& session);

  std::unique_ptr<soci::session> session_;
  std::map<std::string, std::unique_ptr<prepared_query>> queries_; // by SQL
  std::uint64_t slices_left_ = 0;
  bool stopped_ = false;
  friend struct progress_of_reading;
};

} // namespace sagas
