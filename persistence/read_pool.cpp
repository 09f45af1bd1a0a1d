#include "persistence/read_pool.hpp"

#include <utility>

namespace sagas {

read_pool::read_pool(const session_terms& terms, std::size_t sessions,
                     std::chrono::milliseconds wait, const payload_keys_ptr& keys)
  : wait_(wait) {
  for (std::size_t i = 0; i < sessions; ++i)
    free_.push_back(std::make_unique<read_session>(terms, keys));
}

std::unique_ptr<read_session> read_pool::take() {
  std::unique_lock lock{guard_};
  if (!returned_.wait_for(lock, wait_, [this] { return !free_.empty(); }))
    return nullptr;
  auto taken = std::move(free_.back()); // the one used last has the warmest cache
  free_.pop_back();
  return taken;
}

void read_pool::give_back(std::unique_ptr<read_session> session) {
  {
    const std::lock_guard lock{guard_};
    free_.push_back(std::move(session));
  }
  returned_.notify_one();
}

} // namespace sagas
