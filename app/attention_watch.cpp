#include "app/attention_watch.hpp"

#include <utility>

namespace sagas {

attention_watch::attention_watch(std::function<result<attention_summary>()> count,
                                 std::function<void(counted)> tell, milliseconds every)
  : count_(std::move(count)), tell_(std::move(tell)), every_(every), thread_([this] { run(); }) {}

attention_watch::~attention_watch() {
  {
    const std::lock_guard lock{guard_};
    stopping_ = true;
    wake_.notify_one();
  }
  thread_.join();
}

void attention_watch::want(bool wanted) {
  const std::lock_guard lock{guard_};
  if (std::exchange(wanted_, wanted) != wanted)
    wake_.notify_one();
}

// What can't be counted now is counted the next time.
void attention_watch::run() {
  std::unique_lock lock{guard_};
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || wanted_; });
    if (stopping_)
      return;
    lock.unlock();
    if (auto found = count_())
      tell_(std::make_shared<const attention_summary>(std::move(*found)));
    lock.lock();
    wake_.wait_for(lock, every_, [this] { return stopping_; });
  }
}

} // namespace sagas
