// A small run as its witnesses tell it, made by hand: a database, the participants' ledger and the
// clients' log. It keeps every promise until a test spoils it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/audit/audit.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"

struct sqlite3;

namespace sagas::test {

/// The sagas of the run.
namespace ids {
inline constexpr const char* completed = "01990000-0000-7000-8000-000000000001";
inline constexpr const char* compensated = "01990000-0000-7000-8000-000000000002";
inline constexpr const char* cancelled = "01990000-0000-7000-8000-000000000003";
inline constexpr const char* failed = "01990000-0000-7000-8000-000000000004";
inline constexpr const char* parked = "01990000-0000-7000-8000-000000000005";
inline constexpr const char* paid = "01990000-0000-7000-8000-000000000006"; ///< has a pivot
} // namespace ids

class audit_history {
public:
  audit_history(); ///< the good one
  ~audit_history();
  audit_history(const audit_history&) = delete;
  audit_history& operator=(const audit_history&) = delete;

  void store(const std::string& sql);     ///< on the database
  void ledger(const std::string& sql);    ///< on the participants' ledger
  void clients(const std::string& lines); ///< more lines, "," for the tabs and "\n" at each end

  std::string database() const { return folder_.file("sagas.db"); }
  audit::report judge(bool ended = true, std::optional<timestamp> taken = {});

private:
  void run(sqlite3* on, const std::string& sql);
  void make_tables();
  void tell_states();
  void count_statistics();

  temp_folder folder_;
  sqlite3* store_ = nullptr;
  sqlite3* ledger_ = nullptr;
  std::string log_;
};

/// The invariants that a report finds broken.
std::set<std::string> broken_in(const audit::report& of);

} // namespace sagas::test
