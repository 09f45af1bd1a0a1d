// One session with the server that only reads. Internal to persistence/.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "persistence/mysql_dialect.hpp"
#include "persistence/mysql_session.hpp"
#include "persistence/reading.hpp"
#include "persistence/row_reader.hpp"

namespace sagas {

class mysql_reader final : public row_reader {
public:
  /// Throws what SOCI throws, as all of it does.
  explicit mysql_reader(const mysql_terms& terms, payload_keys_ptr keys = {});
  ~mysql_reader() override;

  /// Runs `work` in a transaction that cannot write and sees one state of the database. It is the
  /// pool that ends it.
  template <class Work>
  auto at_one_moment(Work work) -> decltype(work(*this)) {
    begin();
    return work(*this);
  }
  void roll_back();
  void ping();

private:
  void begin();
  void run(const std::string& sql, std::span<const std::string> parameters, buffer_maker make,
           const row_taker& take) override;

  std::unique_ptr<soci::session> session_;
  std::map<std::string, mysql_dialect::form> forms_; // by the common SQL
};

/// The ids that match. Every way's first candidates are counted by its index alone; that bounds
/// each search without a limit of time.
reading::id_page search_ids(mysql_reader& from, const saga_filter& what);

} // namespace sagas
