// How schedules fare, for whoever asks: written by the scheduler's thread, read from any.
#pragma once

#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "http/schedule_desk.hpp"

namespace sagas {

/// All schedules together; runs since this process began, also those of schedules that are gone.
struct schedule_figures {
  std::uint64_t started = 0;
  std::uint64_t missed = 0;
  std::uint64_t failed = 0;
  std::size_t active = 0;
  std::size_t paused = 0;
  std::size_t broken = 0;
  double lag_s = 0; ///< age of the oldest run that is due and not started
};

class schedule_board {
public:
  void set(const std::string& name, const http::schedule_state& now);
  void erase(const std::string& name);
  std::optional<http::schedule_state> find(const std::string& name) const;
  std::size_t size() const;
  schedule_figures figures(timestamp now) const;

private:
  mutable std::mutex guard_; // of all
  std::map<std::string, http::schedule_state> states_;
  schedule_figures gone_; // the runs of what was erased
};

} // namespace sagas
