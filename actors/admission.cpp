#include "actors/admission.hpp"

#include <algorithm>

namespace sagas::actors {
namespace {

failure overloaded(const char* what, std::uint64_t bound) {
  return {errc::overloaded,
          std::string{what} + " (" + std::to_string(bound) + "): try again in a moment"};
}

} // namespace

std::optional<failure> admission::admit() {
  if (auto why = closed())
    return why;
  if (commits_ >= commits_max_)
    return overloaded("too many transitions wait for the store", commits_max_);
  if (sagas_.fetch_add(1) < sagas_max_)
    return std::nullopt;
  --sagas_;
  return overloaded("too many sagas are running", sagas_max_);
}

std::optional<failure> admission::refusal() const {
  if (auto why = closed())
    return why;
  if (commits_ >= commits_max_)
    return overloaded("too many transitions wait for the store", commits_max_);
  if (sagas_ >= sagas_max_)
    return overloaded("too many sagas are running", sagas_max_);
  return std::nullopt;
}

std::optional<failure> admission::closed() const {
  if (draining_)
    return failure{errc::unavailable, "this node is stopping: start it at another, or later"};
  if (store_down_)
    if (auto why = without_store())
      return why;
  if (!loaded_)
    return failure{errc::unavailable, "the unfinished sagas are still being loaded"};
  return std::nullopt;
}

void admission::commit_settled() {
  if (--commits_ > 0 || !draining_)
    return;
  const std::lock_guard lock{guard_};
  settled_.notify_all();
}

bool admission::wait_settled(milliseconds limit) {
  std::unique_lock lock{guard_};
  return settled_.wait_for(lock, limit, [this] { return commits_ == 0; });
}

std::optional<failure> admission::without_store() const {
  const std::lock_guard lock{guard_};
  const auto down = std::find_if(why_down_.begin(), why_down_.end(),
                                 [](const std::string& why) { return !why.empty(); });
  if (down == why_down_.end())
    return std::nullopt;
  std::string which;
  if (why_down_.size() > 1)
    which = " to writer " + std::to_string(down - why_down_.begin() + 1) + " of "
            + std::to_string(why_down_.size());
  return failure{errc::unavailable, "the store is not available" + which + ": " + *down};
}

void admission::store_down(std::size_t writer, const std::string& why) {
  const std::lock_guard lock{guard_};
  why_down_[writer] = why;
  store_down_ = std::any_of(why_down_.begin(), why_down_.end(),
                            [](const std::string& each) { return !each.empty(); });
}

bool admission::has_store(std::size_t writer) const {
  if (!store_down_)
    return true;
  const std::lock_guard lock{guard_};
  return why_down_[writer].empty();
}

} // namespace sagas::actors
