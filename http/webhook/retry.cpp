#include "http/webhook/retry.hpp"

#include <algorithm>

#include "http/participant/retry_after.hpp"
#include "saga/text.hpp"

namespace sagas::http {
namespace {

constexpr milliseconds hold_max{3'600'000};
constexpr std::size_t reason_max = 300;

bool was_answered(const web_answer& said) { return said.how == web_answer::fate::answered; }

} // namespace

delivery_verdict judge(const web_answer& said, const delivery_terms& terms, std::uint32_t attempts,
                       milliseconds since_first, timestamp now, std::uint64_t random) {
  delivery_verdict means;
  if (was_answered(said) && said.status >= 200 && said.status < 300)
    return means;
  means.ill = !was_answered(said) || said.status == 429 || said.status >= 500;
  if (means.ill && was_answered(said))
    means.hold = std::clamp(read_retry_after(said.retry_after, now).value_or(milliseconds{0}),
                            milliseconds{0}, hold_max);
  means.what = attempts >= terms.attempts || since_first >= terms.give_up_after
                 ? delivery_verdict::kind::dead
                 : delivery_verdict::kind::again;
  means.wait = std::max(delay_after(terms.backoff, attempts, random), means.hold);
  return means;
}

delivery_fault fault_of(const web_answer& said) {
  if (!was_answered(said))
    return {said.code, repair_utf8(said.reason)};
  const std::string status = std::to_string(said.status);
  const std::string body = repair_utf8(said.body.substr(0, reason_max));
  return {"http_" + status, "it answered " + status + (body.empty() ? "" : ": " + body)};
}

} // namespace sagas::http
