// Takes old sagas out of a MySQL database. Internal to persistence/.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "persistence/mysql_bulk.hpp"
#include "persistence/mysql_rows.hpp"

namespace sagas {

class mysql_removal {
public:
  explicit mysql_removal(soci::session& session);

  /// As store::remove; inside a transaction, which may be run again. Throws.
  std::size_t remove(std::span<const saga_id> ids, timestamp ended_before);

  /// What it runs on a list of ids, for the test of their plans: without that list and its end.
  static std::vector<std::string> statements();

private:
  static constexpr std::size_t asked_max = 64; // ids a query

  void find_ended(std::span<const saga_id> ids, std::vector<saga_id>& to);

  std::array<text_field, asked_max> asked_;
  text_field cutoff_, found_;
  soci::statement find_;
  std::vector<mysql_bulk<mysql_rows::saga_ref>> changes_; // in their order
};

} // namespace sagas
