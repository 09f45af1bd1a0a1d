#include "app/retention.hpp"

#include <algorithm>
#include <future>
#include <utility>

#include "app/sweep.hpp"

namespace sagas {
namespace {

using std::chrono::steady_clock;

constexpr milliseconds look_every{100};
constexpr milliseconds rest_min{5};

} // namespace

retention::retention(const retention_terms& terms, queries& reads, orchestrator& engine,
                     logger& log, std::function<timestamp()> clock)
  : terms_(terms), reads_(reads), engine_(engine), log_(log), clock_(std::move(clock)),
    thread_([this] { run(); }) {}

retention::~retention() {
  {
    const std::lock_guard lock{guard_};
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool retention::stopping() {
  const std::lock_guard lock{guard_};
  return stopping_;
}

// False when it is time to stop.
bool retention::sleep(steady_clock::duration how_long) {
  std::unique_lock lock{guard_};
  return !wake_.wait_for(lock, how_long, [this] { return stopping_; });
}

void retention::run() {
  while (!engine_.node().accepting)
    if (!sleep(look_every))
      return;
  do
    pass();
  while (sleep(terms_.again_after));
}

void retention::pass() {
  const timestamp before = clock_() - terms_.keep;
  const auto removed = sweep(
    reads_, {.ended_before = before,
             .bite = terms_.bite,
             .remove = [&](const std::vector<saga_id>& bite) { return remove(bite, before); },
             .rest =
               [this](std::size_t, steady_clock::duration took) {
                 return sleep(std::max<steady_clock::duration>(terms_.rests * took, rest_min));
               }});
  if (removed && *removed > 0)
    log_.write(log_level::info, "removed sagas that ended long ago",
               {{"sagas", std::to_string(*removed)}, {"ended_before", to_iso(before)}});
  if (!removed && !stopping())
    log_.write(log_level::warning, "old sagas can't be removed now; they are later",
               {{"cause", removed.error().message}});
}

// The engine answers always, but perhaps after this has to stop.
result<std::size_t> retention::remove(const std::vector<saga_id>& bite, timestamp ended_before) {
  const auto promise = std::make_shared<std::promise<result<std::size_t>>>();
  auto answer = promise->get_future();
  engine_.remove(bite, ended_before,
                 [promise](result<std::size_t> done) { promise->set_value(std::move(done)); });
  while (answer.wait_for(look_every) != std::future_status::ready)
    if (stopping())
      return {errc::unavailable, "this process is stopping"};
  return answer.get();
}

} // namespace sagas
