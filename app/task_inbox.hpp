// What is to be done on a thread of its own, posted from any other.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace sagas {

/// Whoever answers late finds it closed.
class task_inbox {
public:
  using task = std::function<void()>;
  void post(task what);
  void ring(); ///< there is news, to be looked at when it comes to that
  void close();

  struct found {
    std::vector<task> tasks;
    bool news = false;
  };
  /// Waits until there is something, or it is `until`.
  found wait(std::optional<std::chrono::steady_clock::time_point> until);

private:
  std::mutex guard_;
  std::condition_variable wake_;
  found has_;
  bool closed_ = false;
};

} // namespace sagas
