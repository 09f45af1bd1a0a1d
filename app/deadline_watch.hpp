// Ends what takes too long: runs an action when an armed deadline passes.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace sagas {

/// One thread that mostly sleeps. Arming again costs no wake-up as long as deadlines only rise.
class deadline_watch {
public:
  using clock = std::chrono::steady_clock;

  /// @param on_passed runs on the watch's thread; must return at once.
  explicit deadline_watch(std::function<void()> on_passed);
  deadline_watch(const deadline_watch&) = delete;
  deadline_watch& operator=(const deadline_watch&) = delete;
  ~deadline_watch();

  void arm(clock::time_point deadline);
  /// True when the deadline had passed and the action was run.
  bool disarm();

private:
  void run();

  std::function<void()> on_passed_;
  std::mutex guard_; // guards all below
  std::condition_variable wake_;
  std::optional<clock::time_point> deadline_;
  clock::time_point sleeps_until_ = clock::time_point::max();
  bool passed_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace sagas
