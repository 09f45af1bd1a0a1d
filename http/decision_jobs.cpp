#include "http/decision_jobs.hpp"

#include <algorithm>
#include <future>
#include <random>
#include <utility>

#include "http/api_endpoint.hpp"
#include "http/api_saga.hpp"
#include "http/attention_pages.hpp"
#include "saga/command.hpp"
#include "saga/preview.hpp"

namespace sagas::http {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t jobs_kept = 16;
constexpr std::size_t jobs_waiting_max = 4;
constexpr std::size_t page = 100;
constexpr std::size_t why_max = 200; // bytes
constexpr int tries = 10;            // while the store is away, a second apart
constexpr auto try_again_after = std::chrono::seconds{1};
constexpr milliseconds look_every{100};

bool may_pass(const failure& why) {
  return why.code == errc::unavailable || why.code == errc::overloaded;
}

} // namespace

struct decision_jobs::job {
  saga_id id;
  bulk_order order;
  steady_clock::time_point next{}; ///< when the next decision may be made; of the thread alone
  bulk_state state = bulk_state::waiting;
  bool stop = false;
  std::string why = {};
  std::size_t decided = 0;
  std::vector<bulk_line> lines = {};
};

const char* to_text(bulk_state what) {
  switch (what) {
  case bulk_state::waiting: return "EN_ESPERA";
  case bulk_state::running: return "EN_CURSO";
  case bulk_state::done: return "TERMINADO";
  case bulk_state::stopped: return "DETENIDO";
  }
  SAGAS_ASSERT(false);
}

decision_jobs::decision_jobs(api& owner)
  : owner_(owner), ids_(std::random_device{}()), thread_([this] { run(); }) {}

decision_jobs::~decision_jobs() {
  {
    const std::lock_guard lock{guard_};
    ending_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

result<saga_id> decision_jobs::add(bulk_order what) {
  const std::lock_guard lock{guard_};
  std::size_t open = 0;
  for (const auto& each : jobs_) {
    open += each->state <= bulk_state::running ? 1 : 0;
    if (!what.once || !each->order.once || each->order.once->key != what.once->key)
      continue;
    if (each->order.once->fingerprint != what.once->fingerprint)
      return {errc::invalid_input,
              "this idempotency key was used with another body: use a new one"};
    return each->id;
  }
  if (open >= jobs_waiting_max)
    return {errc::overloaded,
            "too many orders about many sagas are under way: wait for one to end"};
  jobs_.push_back(std::make_shared<job>(job{ids_.make(owner_.context.clock()), std::move(what)}));
  if (jobs_.size() > jobs_kept)
    jobs_.pop_front(); // has ended: fewer than that are open
  wake_.notify_all();
  return jobs_.back()->id;
}

std::optional<bulk_progress> decision_jobs::progress(const saga_id& id, std::size_t from,
                                                     std::size_t limit) {
  const std::lock_guard lock{guard_};
  const auto found = find(id);
  if (!found)
    return std::nullopt;
  bulk_progress made{id,
                     found->state,
                     found->order.dry_run,
                     found->why,
                     found->decided,
                     found->lines.size() - found->decided,
                     found->lines.size(),
                     {}};
  for (std::size_t i = from; i < found->lines.size() && made.lines.size() < limit; ++i)
    made.lines.push_back(found->lines[i]);
  return made;
}

bool decision_jobs::stop(const saga_id& id) {
  const std::lock_guard lock{guard_};
  const auto found = find(id);
  if (found)
    found->stop = true;
  wake_.notify_all();
  return found != nullptr;
}

std::shared_ptr<decision_jobs::job> decision_jobs::find(const saga_id& id) {
  const auto found = std::find_if(jobs_.begin(), jobs_.end(),
                                  [&](const auto& each) { return each->id == id; });
  return found == jobs_.end() ? nullptr : *found;
}

// -- the thread -----------------------------------------------------------------------------------

void decision_jobs::run() {
  std::unique_lock lock{guard_};
  while (!ending_) {
    const auto first = std::find_if(jobs_.begin(), jobs_.end(), [](const auto& each) {
      return each->state == bulk_state::waiting;
    });
    if (first == jobs_.end()) {
      wake_.wait(lock);
      continue;
    }
    const std::shared_ptr<job> on = *first;
    on->state = bulk_state::running;
    lock.unlock();
    work(*on);
    lock.lock();
  }
}

void decision_jobs::work(job& on) {
  std::optional<saga_id> before;
  std::size_t sagas = 0;
  int tried = 0;
  while (true) {
    const std::size_t wanted = std::min(page, on.order.limit - sagas);
    auto found = read_attention(owner_.context.reads, on.order.filter, before, wanted);
    if (!found && may_pass(found.error()) && ++tried < tries) {
      if (!sleep_until(on, steady_clock::now() + try_again_after))
        return end(on, bulk_state::stopped, "detenido");
      continue;
    }
    if (!found)
      return end(on, bulk_state::stopped, found.error().message);
    tried = 0;
    for (const parked_view& saga : found->sagas)
      if (!work_on(on, saga))
        return;
    sagas += found->sagas.size();
    before = found->next;
    if (!before || sagas >= on.order.limit)
      return end(on, bulk_state::done, {});
  }
}

// False when the job has ended.
bool decision_jobs::work_on(job& on, const parked_view& saga) {
  const saga_id& id = saga.saga.header.id;
  if (saga.at.empty())
    note(on, {id, {}, {}, "no está detenida en ningún paso: se reanuda (reanudar)"});
  for (const step_view& at : saga.at) {
    for (int tried = 1;; ++tried) {
      if (!sleep_until(on, on.next))
        return end(on, bulk_state::stopped, "detenido"), false;
      on.next = steady_clock::now() + std::chrono::microseconds{1'000'000 / on.order.per_second};
      const auto now = decide(on, id, at.name);
      if (!now && may_pass(now.error()) && tried < tries) {
        on.next = steady_clock::now() + try_again_after;
        continue;
      }
      if (!now && may_pass(now.error()))
        return end(on, bulk_state::stopped, now.error().message), false;
      note(on, {id, at.name, now ? std::optional{*now} : std::nullopt,
                now ? std::string{} : now.error().message.substr(0, why_max)});
      break;
    }
  }
  return true;
}

result<saga_status> decision_jobs::decide(const job& on, const saga_id& saga,
                                          const std::string& step) {
  saga_command what = on.order.command;
  what.step = step;
  if (!on.order.dry_run)
    return command(saga, std::move(what));
  const auto live = find_live(owner_, saga);
  if (!live)
    return live.error();
  const auto asked = event_of(*live->plan, what, owner_.context.clock());
  if (!asked)
    return asked.error();
  const auto shown = preview_of(live->plan, live->state, *asked);
  return shown ? result<saga_status>{shown->next.header.status} : shown.error();
}

// The engine answers always, but perhaps after this has to stop.
result<saga_status> decision_jobs::command(const saga_id& saga, saga_command what) {
  const auto promise = std::make_shared<std::promise<result<saga_status>>>();
  auto answer = promise->get_future();
  owner_.context.engine.command(saga, std::move(what), [promise](result<saga_status> now) {
    promise->set_value(std::move(now));
  });
  while (answer.wait_for(look_every) != std::future_status::ready) {
    const std::lock_guard lock{guard_};
    if (ending_)
      return {errc::unknown_outcome, "this process is stopping"};
  }
  return answer.get();
}

// False when it is time to stop.
bool decision_jobs::sleep_until(const job& on, steady_clock::time_point when) {
  std::unique_lock lock{guard_};
  return !wake_.wait_until(lock, when, [&] { return ending_ || on.stop; });
}

void decision_jobs::note(job& on, bulk_line line) {
  const std::lock_guard lock{guard_};
  on.decided += line.now ? 1 : 0;
  on.lines.push_back(std::move(line));
}

void decision_jobs::end(job& on, bulk_state state, const std::string& why) {
  const std::lock_guard lock{guard_};
  on.state = state;
  on.why = why;
}

} // namespace sagas::http
