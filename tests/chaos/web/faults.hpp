// What goes wrong between the engine and a web service: each call may be answered badly, before the
// service has heard of it or after it has done it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sagas::chaos {

enum class web_fault : std::uint8_t {
  none,
  error,       ///< 500
  busy,        ///< 429, with Retry-After
  redirect,    ///< 302
  silence,     ///< nothing at all
  drip,        ///< the right answer, a byte a second
  reset,       ///< the connection is reset
  garbage,     ///< bytes that are no HTTP
  flood,       ///< a gigabyte
  broken_json, ///< 200 with half a document
  headers,     ///< headers without an end
};
inline constexpr std::array web_fault_names{
  std::string_view{"none"},
  std::string_view{"500"},
  std::string_view{"429"},
  std::string_view{"302"},
  std::string_view{"silence"},
  std::string_view{"drip"},
  std::string_view{"reset"},
  std::string_view{"garbage"},
  std::string_view{"gigabyte"},
  std::string_view{"bad json"},
  std::string_view{"endless headers"},
};

struct web_trouble {
  web_fault what = web_fault::none;
  bool done_first = false; ///< the service has done the call, and only its answer is lost
};

/// Of the n-th call on a path with that seed: in `share` of a hundred something goes wrong. Pure.
web_trouble draw_trouble(std::uint64_t seed, std::uint64_t nth, unsigned share);

} // namespace sagas::chaos
