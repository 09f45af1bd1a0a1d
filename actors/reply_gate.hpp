// Lets what comes late in only while the engine lives.
#pragma once

#include <mutex>
#include <shared_mutex>

namespace sagas::actors {

/// Lets answers in while the engine lives. A participant may keep its way to answer for longer.
class reply_gate {
public:
  /// Waits for those who are in it.
  void close() {
    const std::unique_lock lock{guard_};
    open_ = false;
  }
  bool is_open() const {
    const std::shared_lock lock{guard_};
    return open_;
  }
  template <class F>
  void pass(F f) {
    const std::shared_lock lock{guard_};
    if (open_)
      f();
  }

private:
  mutable std::shared_mutex guard_;
  bool open_ = true;
};

} // namespace sagas::actors
