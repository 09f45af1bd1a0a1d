#include "persistence/mysql_snapshot.hpp"

#include <algorithm>
#include <utility>

#include <soci/mysql/soci-mysql.h>
#include <soci/soci.h>

namespace sagas {
namespace {

// The first row of a table may come late, and whoever takes the rows may rest.
constexpr std::chrono::seconds answer_within{120};
constexpr int server_patience_s = 600;

MYSQL* handle_of(soci::session& session) {
  return static_cast<soci::mysql_session_backend*>(session.get_backend())->conn_;
}

void refuse(MYSQL* handle) {
  throw soci::mysql_soci_error(::mysql_error(handle), static_cast<int>(::mysql_errno(handle)));
}

struct freer {
  void operator()(MYSQL_RES* rows) const { ::mysql_free_result(rows); }
};
using rows_ptr = std::unique_ptr<MYSQL_RES, freer>;

// The library's own way, since SOCI takes the whole answer into memory.
class mysql_cursor final : public row_cursor {
public:
  mysql_cursor(MYSQL* handle, rows_ptr rows, const copied_table& table)
    : handle_(handle), rows_(std::move(rows)), table_(table) {}

  result<bool> next(copied_row& to) override {
    return as_mysql_value([&]() -> result<bool> {
      const MYSQL_ROW row = ::mysql_fetch_row(rows_.get());
      if (row == nullptr && ::mysql_errno(handle_) != 0)
        refuse(handle_);
      if (row == nullptr)
        return false;
      const unsigned long* sizes = ::mysql_fetch_lengths(rows_.get());
      to.resize(table_.columns.size());
      for (std::size_t i = 0; i < to.size(); ++i)
        read(row[i], sizes[i], table_.columns[i].of, to[i]);
      return true;
    });
  }

private:
  static void read(const char* text, unsigned long size, copied_table::kind kind, text_field& to) {
    if (text == nullptr)
      to.clear();
    else if (kind == copied_table::kind::real)
      to.set(canonical_real(std::string_view{text, size}));
    else
      to.set({text, size});
  }

  MYSQL* const handle_;
  rows_ptr rows_;
  const copied_table table_;
};

std::string select_of(const copied_table& table) {
  if (!table.summed)
    return "SELECT " + table.column_list() + " FROM " + table.name
           + " FORCE INDEX (PRIMARY) ORDER BY " + table.key_list();
  std::string columns;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const std::string& name = table.columns[i].name;
    const bool is_key = std::count(table.key.begin(), table.key.end(), i) > 0;
    columns += (i == 0 ? "" : ", ") + (is_key ? name : "SUM(" + name + ")");
  }
  return "SELECT " + columns + " FROM " + table.name + " GROUP BY " + table.key_list()
         + " ORDER BY " + table.key_list();
}

class mysql_source final : public copy_source {
public:
  mysql_source(std::unique_ptr<soci::session> session, std::uint32_t version)
    : session_(std::move(session)), version_(version) {}

  std::uint32_t version() const override { return version_; }

  result<std::unique_ptr<row_cursor>> open(const copied_table& table) override {
    return as_mysql_value([&]() -> result<std::unique_ptr<row_cursor>> {
      MYSQL* handle = handle_of(*session_);
      const std::string query = select_of(table);
      if (::mysql_real_query(handle, query.data(), query.size()) != 0)
        refuse(handle);
      rows_ptr rows{::mysql_use_result(handle)};
      if (!rows)
        refuse(handle);
      return std::unique_ptr<row_cursor>{
        std::make_unique<mysql_cursor>(handle, std::move(rows), table)};
    });
  }

private:
  const std::unique_ptr<soci::session> session_;
  const std::uint32_t version_;
};

} // namespace

result<std::unique_ptr<copy_source>> read_mysql_rows(const mysql_terms& server,
                                                     mysql_filling when) {
  return as_mysql_value([&]() -> result<std::unique_ptr<copy_source>> {
    mysql_terms patient = server;
    patient.read_timeout = std::max(patient.read_timeout, answer_within);
    auto opened = open_present_mysql_database(patient);
    if (!opened)
      return opened.error();
    std::unique_ptr<soci::session> session = std::move(*opened);
    *session << "SET SESSION net_write_timeout = " << server_patience_s;
    *session << "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ";
    *session << "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";
    const auto version = stored_mysql_version(*session, when);
    if (!version)
      return version.error();
    return std::unique_ptr<copy_source>{
      std::make_unique<mysql_source>(std::move(session), *version)};
  });
}

} // namespace sagas
