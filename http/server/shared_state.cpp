#include "http/server/shared_state.hpp"

#include <sys/eventfd.h>

#include <cstdint>

#include "saga/assert.hpp"

namespace sagas::http {

void loop_mail::post(connection_ptr which) {
  {
    const std::lock_guard lock{guard_};
    if (closed_)
      return;
    posted_.push_back(std::move(which));
    if (posted_.size() > 1)
      return; // the loop is awake, or waking
  }
  wake();
}

void loop_mail::wake() {
  // Fails only when the counter is full: the loop is waking then.
  static_cast<void>(::eventfd_write(event_.number(), 1));
}

std::vector<connection_ptr> loop_mail::take() {
  eventfd_t count = 0;
  static_cast<void>(::eventfd_read(event_.number(), &count)); // nothing to read: nothing lost
  const std::lock_guard lock{guard_};
  return std::exchange(posted_, {});
}

void loop_mail::close() {
  std::vector<connection_ptr> dropped; // let go of without the lock
  const std::lock_guard lock{guard_};
  closed_ = true;
  dropped.swap(posted_);
}

void busy_count::change(std::ptrdiff_t by) {
  const std::lock_guard lock{guard_};
  count_ += by;
  SAGAS_ASSERT(count_ >= 0);
  if (count_ == 0)
    none_.notify_all();
}

std::size_t busy_count::wait_none(milliseconds limit) {
  std::unique_lock lock{guard_};
  none_.wait_for(lock, limit, [this] { return count_ == 0; });
  return static_cast<std::size_t>(count_);
}

} // namespace sagas::http
