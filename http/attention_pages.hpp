// The queue of what waits for a person, page by page, and its causes counted.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "saga/attention.hpp"

namespace sagas::http {

struct attention_page {
  std::vector<parked_view> sagas; ///< newest first, each with the steps that match
  std::optional<saga_id> next;    ///< where to go on; none: there are no more
};

/// At most `limit` parked sagas older than `before` of which a step matches. Looks at a bounded
/// number of sagas: a page may end early, even empty.
result<attention_page> read_attention(queries& reads, const attention_filter& what,
                                      std::optional<saga_id> before, std::size_t limit);

/// Counts all that is parked when somebody asks, at most so often that it costs little: what was
/// counted less than a second ago, or than twenty times as long as counting took, is told again.
/// Thread-safe; who comes while another counts waits for that.
class attention_census {
public:
  attention_census(queries& reads, std::function<timestamp()> clock)
    : reads_(reads), clock_(std::move(clock)) {}

  result<attention_summary> summary();

private:
  queries& reads_;
  const std::function<timestamp()> clock_;
  std::mutex guard_; // of the rest
  std::optional<attention_summary> last_;
  std::chrono::steady_clock::time_point good_until_;
};

} // namespace sagas::http
