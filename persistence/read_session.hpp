// One session that cannot write, with its prepared queries. Internal to persistence/.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "persistence/row_reader.hpp"
#include "persistence/sqlite_session.hpp"

namespace sagas {

/// A prepared query, as the session's cache keeps it.
class prepared_query {
public:
  prepared_query(soci::session& session, const std::string& sql, std::unique_ptr<row_buffer> row);
  prepared_query(const prepared_query&) = delete;
  prepared_query& operator=(const prepared_query&) = delete;

  /// Until `take` answers false. Throws.
  void run(std::span<const std::string> parameters, const std::function<bool(row_buffer&)>& take);

private:
  void set(std::span<const std::string> parameters);
  /// Ends the query wherever it is: one left halfway would hold the WAL back.
  void reset();

  std::unique_ptr<row_buffer> row_;
  soci::statement statement_;
  std::vector<text_field> parameters_; // SQLite turns text into a number where it needs one
};

class read_session final : public row_reader {
public:
  /// Throws what SOCI throws.
  explicit read_session(const session_terms& terms, payload_keys_ptr keys = {});
  ~read_session() override;

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
  void run(const std::string& sql, std::span<const std::string> parameters, buffer_maker make,
           const row_taker& take) override;
  static void end_reading(soci::session& session);

  std::unique_ptr<soci::session> session_;
  std::map<std::string, std::unique_ptr<prepared_query>> queries_; // by SQL
  std::uint64_t slices_left_ = 0;
  bool stopped_ = false;
  friend struct progress_of_reading;
};

} // namespace sagas
