#include "persistence/mysql_target.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "persistence/mysql_bulk.hpp"
#include "persistence/mysql_owner.hpp"
#include "persistence/mysql_schema.hpp"

namespace sagas {
namespace {

constexpr std::size_t bytes_a_commit = 8U << 20; // of texts
constexpr std::size_t rows_a_commit = 10'000;

struct inserted_row {
  copied_row cells;
  template <class Visit>
  void each(Visit see) {
    for (text_field& cell : cells)
      see(cell);
  }
  // The cells stay where the statement knows them.
  friend void swap(inserted_row& a, inserted_row& b) {
    std::swap_ranges(a.cells.begin(), a.cells.end(), b.cells.begin());
  }
};

// The insert of one table's rows; counters go to the first writer.
class inserter {
public:
  inserter(soci::session& session, const copied_table& table)
    : width_(table.columns.size() + (table.summed ? 1 : 0)),
      bulk_(session,
            {"INSERT INTO " + table.name + " (" + table.column_list()
               + (table.summed ? ", escritor" : "") + ") VALUES ",
             placeholders(width_), ", ", ""},
            {copied_row(width_)}) {}

  void add(const copied_row& row) {
    bulk_.add([&](inserted_row& to) {
      for (std::size_t i = 0; i < width_; ++i)
        if (i == row.size())
          to.cells[i].set("0");
        else if (row[i].is_null())
          to.cells[i].clear();
        else
          to.cells[i].set(row[i].text);
    });
  }
  void finish() { bulk_.finish(); }

private:
  const std::size_t width_;
  mysql_bulk<inserted_row> bulk_;
};

class filling final : public mysql_target {
public:
  filling(std::shared_ptr<mysql_owner> owner, std::unique_ptr<soci::session> session)
    : owner_(std::move(owner)), session_(std::move(session)) {}

  status add(const copied_table& table, const copied_row& row) override {
    return as_mysql_value([&]() -> status {
      if (!insert_)
        insert_.emplace(*session_, table);
      if (rows_ == 0)
        session_->begin();
      insert_->add(row);
      for (const text_field& cell : row)
        bytes_ += cell.is_null() ? 0 : cell.text.size();
      if (++rows_ == rows_a_commit || bytes_ >= bytes_a_commit)
        commit();
      return nothing{};
    });
  }

  status end_table() override {
    return as_mysql_value([&]() -> status {
      commit();
      insert_.reset();
      return nothing{};
    });
  }

  status finish() override { return nothing{}; }

  status publish(std::uint64_t epochs) override {
    return as_mysql_value([&]() -> status {
      session_->begin();
      *session_ << "UPDATE nodos SET epoca = epoca + " << epochs;
      *session_ << "UPDATE contadores SET valor = (SELECT COALESCE(MAX(epoca), 0) FROM nodos) "
                   "WHERE nombre = 'epoca'";
      *session_ << "UPDATE contadores SET valor = (SELECT COALESCE(MAX(lote), 0) FROM lotes) "
                   "WHERE nombre = 'lote'";
      end_mysql_filling(*session_);
      session_->commit();
      return nothing{};
    });
  }

private:
  void commit() {
    if (rows_ == 0)
      return;
    insert_->finish();
    session_->commit();
    rows_ = bytes_ = 0;
  }

  const std::shared_ptr<mysql_owner> owner_; // goes last
  const std::unique_ptr<soci::session> session_;
  std::optional<inserter> insert_; // of the table that rows come of
  std::size_t rows_ = 0;           // of the open transaction
  std::size_t bytes_ = 0;
};

} // namespace

result<std::unique_ptr<mysql_target>> fill_mysql_database(const mysql_terms& server,
                                                          std::uint32_t version) {
  return as_mysql_value([&]() -> result<std::unique_ptr<mysql_target>> {
    auto session = open_mysql_database(server);
    if (const status fit = check_mysql_server(*session); !fit)
      return fit.error();
    auto owner = mysql_owner::claim(server, std::chrono::milliseconds{0});
    if (!owner)
      return owner.error();
    if (const status begun = begin_mysql_filling(*session, version); !begun)
      return begun.error();
    return std::unique_ptr<mysql_target>{
      std::make_unique<filling>(std::move(*owner), std::move(session))};
  });
}

} // namespace sagas
