// A copy of a MySQL database that only this process sees: for what reads SQLite alone.
#pragma once

#include <string>

#include "persistence/store_copy.hpp"
#include "saga/time.hpp"

namespace sagas {

/// A SQLite file of one consistent moment, in a folder of mode 0700 under TMPDIR; gone with this.
/// It takes as much room as the database.
class private_copy {
public:
  static result<private_copy> make(const mysql_terms& of, const rows_progress& progress = {});
  private_copy(private_copy&& other) noexcept;
  private_copy& operator=(private_copy&&) = delete;
  ~private_copy();

  std::string path() const { return folder_ + "/sagas.db"; }
  /// Before the moment, by this machine's clock: what was acknowledged by then is in the copy.
  timestamp begun() const { return begun_; }

private:
  private_copy(std::string folder, timestamp begun);

  std::string folder_;
  timestamp begun_;
};

} // namespace sagas
