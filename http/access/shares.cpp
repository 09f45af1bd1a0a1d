#include "http/access/shares.hpp"

#include <algorithm>
#include <cmath>

namespace sagas::http {
namespace {

constexpr milliseconds present_for{1'000}; // since a key asked last
constexpr int retry_max_s = 3'600;

double burst_of(const start_quota& quota) {
  return quota.burst > 0 ? quota.burst : std::max(1.0, quota.rate);
}

} // namespace

std::optional<share_refusal> start_shares::take(const caller& who, std::size_t count,
                                                timestamp now) {
  if (who.name.empty())
    return std::nullopt;
  const std::lock_guard lock{guard_};
  const auto [found, fresh] = accounts_.try_emplace(who.name);
  account& own = found->second;
  if (fresh) {
    own.tokens = burst_of(who.starts);
    own.refilled = now;
  }
  own.asked = now;
  const std::size_t most = who.starts.at_once;
  if (most > 0 && own.in_flight > 0 && own.in_flight + count > most)
    return share_refusal{"the key " + who.name + " may have " + std::to_string(most)
                         + " starts in flight"};
  const std::size_t fair = share(now);
  if (fair > 0 && own.in_flight > 0 && own.in_flight + count > fair)
    return share_refusal{"others ask as well: the share of the key " + who.name + " is "
                         + std::to_string(fair) + " starts in flight"};
  if (auto refused = over_rate(who, own, count, now))
    return refused;
  own.in_flight += count;
  return std::nullopt;
}

void start_shares::give(const caller& who, std::size_t count) {
  if (who.name.empty())
    return;
  const std::lock_guard lock{guard_};
  accounts_.at(who.name).in_flight -= count;
}

// A bucket of tokens; takes them when there are enough.
std::optional<share_refusal> start_shares::over_rate(const caller& who, account& of,
                                                     std::size_t count, timestamp now) const {
  const start_quota& quota = who.starts;
  if (quota.rate <= 0)
    return std::nullopt;
  const double burst = burst_of(quota);
  const std::chrono::duration<double> passed = now - of.refilled;
  of.tokens = std::min(burst, of.tokens + std::max(0.0, passed.count()) * quota.rate);
  of.refilled = now;
  const double needed = std::min(static_cast<double>(count), burst);
  if (of.tokens < needed) {
    const double wait = std::ceil((needed - of.tokens) / quota.rate);
    return share_refusal{"the key " + who.name + " starts more than its quota allows",
                         static_cast<int>(std::clamp(wait, 1.0, double{retry_max_s}))};
  }
  of.tokens -= static_cast<double>(count);
  return std::nullopt;
}

// What each key may have in flight while several ask; 0: whoever asks is alone.
std::size_t start_shares::share(timestamp now) const {
  const auto present = std::count_if(accounts_.begin(), accounts_.end(), [&](const auto& one) {
    return one.second.in_flight > 0 || now - one.second.asked <= present_for;
  });
  return present < 2 ? 0 : std::max<std::size_t>(1, shared_ / static_cast<std::size_t>(present));
}

} // namespace sagas::http
