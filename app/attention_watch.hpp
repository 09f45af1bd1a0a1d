// Looks at the queue of what waits for a person, on a thread of its own: counting it may take long.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "saga/attention.hpp"

namespace sagas {

class attention_watch {
public:
  using counted = std::shared_ptr<const attention_summary>;
  /// @param count what waits now; may block
  /// @param tell is called on the watch's thread, at most once every `every`
  attention_watch(std::function<result<attention_summary>()> count,
                  std::function<void(counted)> tell, milliseconds every);
  attention_watch(const attention_watch&) = delete;
  attention_watch& operator=(const attention_watch&) = delete;
  ~attention_watch();

  /// Whether anybody wants to know: it sleeps while nobody does. Any thread.
  void want(bool wanted);

private:
  void run();

  const std::function<result<attention_summary>()> count_;
  const std::function<void(counted)> tell_;
  const milliseconds every_;
  std::mutex guard_; // of what follows
  std::condition_variable wake_;
  bool wanted_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace sagas
