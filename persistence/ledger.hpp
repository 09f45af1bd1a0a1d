// The two ledgers of the stand-in participants.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "saga/ledger.hpp"
#include "saga/result.hpp"

namespace sagas {

struct memory_ledger_options {
  std::size_t rows_max = 8'000'000; ///< above this the oldest barrier rows are forgotten
  std::size_t notes_max = 0;        ///< how many lines of the diary are kept: the newest
};

/// A ledger that dies with the process. `commit` does nothing but bound what an error undoes.
class memory_ledger : public participant_ledger {
public:
  /// One line of the diary, in the words of the table `diario`.
  struct line {
    saga_id saga;
    std::string service;
    std::string step;
    operation op = operation::action;
    std::uint32_t attempt = 0;
    std::uint64_t epoch = 0;
    std::string what;
  };
  virtual std::size_t size() const = 0;
  virtual std::vector<line> notes() const = 0;
};
std::unique_ptr<memory_ledger> make_memory_ledger(const memory_ledger_options& options = {});

struct sqlite_ledger_options {
  std::string path; ///< a file of its own, created (0600) when absent
  /// Wait for the disk at every commit. Without it the ledger survives kill -9 but not a power
  /// cut, which is what a stand-in needs.
  bool synchronous = false;
};

/// Opens the ledger's file: `efectos` holds the barrier rows and effects, `diario` what was asked.
/// Errors as open_sqlite_store.
result<std::unique_ptr<participant_ledger>>
open_sqlite_ledger(const sqlite_ledger_options& options);

} // namespace sagas
