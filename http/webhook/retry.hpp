// What an attempt to deliver an event means: it is delivered, tried again, or given up.
#pragma once

#include <cstdint>
#include <string>

#include "http/participant/web_client.hpp"
#include "saga/policy.hpp"

namespace sagas::http {

struct delivery_terms {
  retry_policy backoff{.first_delay = milliseconds{1'000}, .cap = milliseconds{300'000}};
  std::uint32_t attempts = 20;           ///< the last one that fails ends it ...
  milliseconds give_up_after{3'600'000}; ///< ... or the first that fails so long after the first
};

struct delivery_verdict {
  enum class kind : std::uint8_t { delivered, again, dead };
  kind what = kind::delivered;
  milliseconds wait{0}; ///< of again: before the next attempt
  bool ill = false;     ///< it tells of the receiver as a whole: no answer, 429, 5xx
  milliseconds hold{0}; ///< the receiver asks for no call at all for so long (Retry-After)
};

/// Pure. Any status from 200 to 299 is a delivery, and nothing else.
/// @param attempts made so far, this one included
/// @param since_first from the beginning of the first one
/// @param random any 64 bits
delivery_verdict judge(const web_answer& said, const delivery_terms& terms, std::uint32_t attempts,
                       milliseconds since_first, timestamp now, std::uint64_t random);

/// Why an attempt failed: a code, and words for people.
struct delivery_fault {
  std::string code, reason;
};
delivery_fault fault_of(const web_answer& said);

} // namespace sagas::http
