// A whole chaos run: a server under load, the faults of a plan, and the proof afterwards.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "chaos/footprint.hpp"
#include "chaos/injector.hpp"
#include "chaos/plan.hpp"

namespace sagas::chaos {

struct run_options {
  plan_options faults;
  std::string program;                      ///< the path of sagas
  std::string folder;                       ///< for the clients' log
  std::string server_folder;                ///< for the server's files
  const small_disk* disk = nullptr;         ///< holds server_folder; faults of the disk need it
  test::private_mariadb* mariadb = nullptr; ///< holds the database; null: a file in server_folder
  const power_disk* power = nullptr;        ///< holds that server; faults of its power need it
  std::chrono::minutes longest{0};          ///< no fault begins later than this; 0: no limit
  std::chrono::microseconds pace{2'000};
  std::size_t connections = 24;
  std::chrono::seconds patience{60}; ///< for everything to end, and to be given back, at the end
  std::map<std::string, std::string> environment = {}; ///< of the server
  bool children = false;                               ///< a step of each campaign is a saga
  std::function<void(const std::string&)> progress = [](const std::string&) {};
};

struct outcome {
  std::uint64_t seed = 0;
  std::vector<fault_record> faults; ///< those that struck
  std::size_t planned = 0;
  std::vector<breach> breaches; ///< beside those that the audit has found
  audit::report audited;
  demo::verdict ends;
  footprint idle;
  footprint after;
  milliseconds settled_in{0}; ///< from the last fault until everything had ended
  milliseconds took{0};

  /// A frozen process, a full disk or a database that is away costs participants' answers, and so
  /// attempts: then a campaign may rightly end otherwise than its plan says, and the audit alone
  /// judges.
  bool ends_are_certain() const;
  std::uint64_t violations() const;
  /// Why the run proves nothing; empty: it does.
  std::vector<std::string> voids() const;
};

/// Runs the plan. Call from the one thread that may spawn the server. Errors: it could not run.
result<outcome> run(const run_options& how);

} // namespace sagas::chaos
