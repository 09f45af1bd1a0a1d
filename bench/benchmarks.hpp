// The groups of figures. Each measures, checks its work in the file, and adds its figures.
#pragma once

#include <string_view>
#include <vector>

#include "bench/context.hpp"

namespace sagas::bench {

void throughput(context& with);     ///< sagas_per_second.sqlite.*, commit.*, single_saga.*
void over_http(context& with);      ///< sagas_per_second.sqlite.http*, latency.http.*
void many_in_flight(context& with); ///< in_flight_100k.*, resume_100k.*
void much_stored(context& with);    ///< stored_1m.*

struct benchmark {
  std::vector<std::string_view> figures; ///< their names, or what these begin with
  void (*run)(context& with);
};
const std::vector<benchmark>& benchmarks();

} // namespace sagas::bench
