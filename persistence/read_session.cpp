#include "persistence/read_session.hpp"

#include <utility>

#include <soci/sqlite3/soci-sqlite3.h>

#include "saga/assert.hpp"

namespace sagas {
namespace {

constexpr int slice = 1'000; // operations of SQLite between two looks at the limit
constexpr const char* cache_kib = "-16384";

sqlite_api::sqlite3_stmt* handle_of(soci::statement& of) {
  return static_cast<soci::sqlite3_statement_backend*>(of.get_backend())->stmt_;
}

sqlite_api::sqlite3* connection_of(soci::session& session) {
  return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
}

} // namespace

prepared_query::prepared_query(soci::session& session, const std::string& sql,
                               std::unique_ptr<row_buffer> row)
  : row_(std::move(row)), statement_(session) {
  statement_.alloc();
  statement_.prepare(sql);
  parameters_.resize(
    static_cast<std::size_t>(sqlite_api::sqlite3_bind_parameter_count(handle_of(statement_))));
  row_->fill(statement_);
  for (text_field& parameter : parameters_)
    use_field(statement_, parameter);
  statement_.define_and_bind();
}

void prepared_query::run(std::span<const std::string> parameters,
                         const std::function<bool(row_buffer&)>& take) {
  struct ender {
    prepared_query& it;
    ~ender() { it.reset(); }
  } const end_always{*this};
  set(parameters);
  for (bool found = statement_.execute(true); found; found = statement_.fetch())
    if (!take(*row_))
      return;
}

void prepared_query::set(std::span<const std::string> parameters) {
  SAGAS_ASSERT(parameters.size() >= parameters_.size());
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    parameters_[i].set(parameters[i]);
}

void prepared_query::reset() { sqlite_api::sqlite3_reset(handle_of(statement_)); }

struct progress_of_reading {
  static int slice_done(void* session) {
    auto& it = *static_cast<read_session*>(session);
    if (it.slices_left_ > 0 && --it.slices_left_ == 0)
      it.stopped_ = true;
    return it.stopped_ ? 1 : 0;
  }
};

read_session::read_session(const session_terms& terms, payload_keys_ptr keys)
  : row_reader(std::move(keys)), session_(open_session(terms)) {
  set_pragma(*session_, "query_only", "1");
  set_pragma(*session_, "wal_autocheckpoint", "0");
  set_pragma(*session_, "cache_size", cache_kib);
  sqlite_api::sqlite3_progress_handler(connection_of(*session_), slice,
                                       &progress_of_reading::slice_done, this);
}

read_session::~read_session() = default;

void read_session::run(const std::string& sql, std::span<const std::string> parameters,
                       buffer_maker make, const row_taker& take) {
  auto& cached = queries_[sql];
  if (!cached)
    cached = std::make_unique<prepared_query>(*session_, sql, make());
  cached->run(parameters, take);
}

read_session::operations_limit read_session::limit_operations(std::uint64_t operations) {
  slices_left_ = operations / slice + 1;
  return operations_limit{*this};
}

void read_session::end_reading(soci::session& session) {
  // Nothing was written, so there is nothing that could fail to be undone.
  const status ended = as_value([&session]() -> status {
    roll_back(session);
    return nothing{};
  });
  SAGAS_ASSERT(ended);
}

} // namespace sagas
