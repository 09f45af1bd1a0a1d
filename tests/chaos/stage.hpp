// What a run stands on beside its folders: the disks and the database server that its faults need.
#pragma once

#include <optional>

#include "chaos/power_disk.hpp"
#include "chaos/run.hpp"
#include "chaos/small_disk.hpp"
#include "support/private_mariadb.hpp"

namespace sagas::chaos {

/// It must outlive the run, and be made before any thread exists. Call from the one thread that
/// spawns the server.
class stage {
public:
  /// Makes what `how` needs and enters it there. Faults that this system can't do are left out with
  /// a line on stderr; when they were `asked_for` by name they are an error instead. Throws
  /// std::runtime_error when the database server does not start.
  status set(run_options& how, bool on_mariadb, bool asked_for);

  /// Takes the small disk away, with all that lies on it.
  void clear() const;

private:
  std::optional<small_disk> disk_;
  std::optional<power_disk> power_;
  std::optional<test::private_mariadb> mariadb_; // lies on power_: goes first
};

} // namespace sagas::chaos
