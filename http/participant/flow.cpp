#include "http/participant/flow.hpp"

#include <algorithm>

namespace sagas::http {

bool circuit_breaker::permit(steady_time now) {
  if (!opened_)
    return true;
  if (trying_ || now - *opened_ < terms_.open_for)
    return false;
  trying_ = true;
  return true;
}

std::optional<steady_time> circuit_breaker::permits_at() const {
  if (!opened_)
    return steady_time{};
  return trying_ ? std::nullopt : std::optional{*opened_ + terms_.open_for};
}

void circuit_breaker::succeeded() {
  failures_ = 0;
  opened_.reset();
  trying_ = false;
}

// What was under way when it opened does not keep it open for longer; only a trial does.
void circuit_breaker::failed(steady_time now) {
  ++failures_;
  const bool full = terms_.failures > 0 && failures_ >= terms_.failures;
  if (trying_ || (full && !opened_))
    opened_ = now;
  trying_ = false;
}

std::optional<steady_time> rate_limit::take(steady_time now) {
  if (per_second_ <= 0)
    return std::nullopt;
  const double burst = std::max(1.0, per_second_ / 10);
  if (filled_)
    tokens_ = std::min(
      burst, tokens_ + std::chrono::duration<double>(now - *filled_).count() * per_second_);
  filled_ = now;
  if (tokens_ >= 1) {
    tokens_ -= 1;
    return std::nullopt;
  }
  const std::chrono::duration<double> wait{(1 - tokens_) / per_second_};
  return now + std::chrono::ceil<std::chrono::milliseconds>(wait);
}

} // namespace sagas::http
