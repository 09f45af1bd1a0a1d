// A closed loop of campaigns over HTTP: each client starts one with ?esperar, waits for its end,
// and starts the next.
#pragma once

#include <cstdint>
#include <map>

#include "app/load/histogram.hpp"
#include "bench/server.hpp"

namespace sagas::bench {

struct http_figures {
  double sagas_per_second = 0;
  load::histogram latency;
  std::uint64_t ended = 0;          ///< sagas seen to end, outside of the window too
  std::uint64_t refused = 0;        ///< 503
  double client_us_per_request = 0; ///< processor time of the load generator
  double server_us_per_request = 0; ///< of the server
};

/// Campaigns are numbered from `first` on. Fails on any answer that is neither a completed saga
/// nor a refusal.
http_figures run_http_loop(const server& on, std::size_t clients, milliseconds warm_up,
                           milliseconds window, std::uint64_t first = 0);

} // namespace sagas::bench
