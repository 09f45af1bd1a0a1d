// Whether every campaign has become what its plan says, by plain SQL on the database.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/demo/campaign.hpp"
#include "saga/result.hpp"

namespace sagas::demo {

struct verdict {
  std::vector<std::string> faults; ///< each names the saga and what is wrong with it
  std::map<std::string, std::uint64_t> by_state;
  double p50_s = 0; ///< durations of ended sagas
  double p95_s = 0;
  double p99_s = 0;
  double seconds = 0;        ///< from the first start to the last end
  std::uint64_t busiest = 0; ///< sagas that ended in the busiest second
};

/// errc::corrupt or errc::not_found when the database cannot be read.
result<verdict> judge(const std::vector<campaign>& orders, const std::string& database);

/// How many sagas in the database have not ended.
result<std::uint64_t> in_flight(const std::string& database);

} // namespace sagas::demo
