// Load over HTTP from one thread: many clients, each with one connection that is kept alive and one
// request at a time (a closed loop).
//
// Cheap, since it shares its machine with the server that it measures: about 4 us a request.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "saga/result.hpp"
#include "saga/time.hpp"

namespace sagas::load {

/// What became of one request.
struct answer {
  std::size_t client = 0;
  int status = 0;                    ///< 0: none; the connection broke, or it took too long
  std::string_view body;             ///< valid during the call alone
  std::chrono::microseconds took{0}; ///< from the first byte sent to the last one received
};

struct plan {
  std::string host = "127.0.0.1"; ///< an address in IPv4
  std::uint16_t port = 0;
  std::size_t clients = 1;
  /// Writes a client's next request, whole, into an empty text; false: this client leaves.
  std::function<bool(std::size_t client, std::string& to)> next;
  std::function<void(const answer&)> done;
  milliseconds answer_within{60'000}; ///< else the connection is closed and opened again
  milliseconds lost_after{15'000};    ///< without any connection for so long the run fails
};

struct summary {
  std::uint64_t answers = 0;
  std::uint64_t broken = 0;              ///< requests without an answer
  std::uint64_t connects = 0;            ///< connections opened
  std::chrono::microseconds cpu_time{0}; ///< of this thread
};

/// Runs until every client has left. errc::unavailable when the server can't be reached,
/// errc::internal when the system refuses descriptors.
result<summary> run(const plan& what);

/// Appends a whole request with a JSON body; without a body when `body` is empty.
void write_request(std::string& to, std::string_view method, std::string_view path,
                   std::string_view body = {}, std::string_view more_headers = {});

/// "http://127.0.0.1:8003": the address and the port; errc::invalid_input when it is no such text.
struct target {
  std::string host;
  std::uint16_t port = 0;
};
result<target> parse_target(std::string_view url);

} // namespace sagas::load
