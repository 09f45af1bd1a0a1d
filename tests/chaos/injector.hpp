// Lets one fault after another strike a loaded service, and sees what comes of each.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chaos/loaded_service.hpp"
#include "chaos/mariadb_database.hpp"
#include "chaos/plan.hpp"
#include "chaos/power_disk.hpp"
#include "chaos/small_disk.hpp"

namespace sagas::chaos {

/// What a promise was, and how it was broken.
struct breach {
  std::string invariant;
  std::string text;
};

struct fault_record {
  fault_kind what = fault_kind::kill;
  std::uint64_t in_flight = 0;               ///< sagas that had not ended when it struck
  std::optional<milliseconds> recovery = {}; ///< from its end until a start was acknowledged again
};

class injector {
public:
  /// What faults strike. All must outlive it; what no fault needs may be null.
  struct targets {
    loaded_service& service;
    database& store;
    const small_disk* disk = nullptr;
    mariadb_database* mariadb = nullptr; ///< the same as `store`
    const power_disk* power = nullptr;   ///< under it
  };
  explicit injector(const targets& at)
    : at_(at.service), store_(at.store), disk_(at.disk), mariadb_(at.mariadb), power_(at.power) {}

  /// Waits, strikes, mends and waits until starts are acknowledged again. Errors: interrupted, or
  /// the server can't be started any more.
  result<fault_record> strike(const fault& what);

  const std::vector<breach>& breaches() const { return breaches_; }

private:
  status kill(const fault& what);
  status stop(const fault& what);
  status term();
  status fill_disk(const fault& what);
  status intrude();
  status oust();
  status trouble(test::tcp_proxy& network, const fault& what);
  status kill_database(const fault& what);
  status cut_power(const fault& what);
  status stop_database(const fault& what);
  status cut_commit(const fault& what);

  status perform(const fault& what);
  status revive(std::optional<int> allowed);
  status count_in_flight();
  void accuse(const char* invariant, std::string text);

  loaded_service& at_;
  database& store_;
  const small_disk* disk_;
  mariadb_database* mariadb_;
  const power_disk* power_;
  fault_record record_;
  std::chrono::steady_clock::time_point lifted_{}; // when the fault was over
  std::vector<breach> breaches_;
};

} // namespace sagas::chaos
