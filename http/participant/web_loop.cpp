#include "http/participant/web_loop.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <sys/eventfd.h>
#include <unistd.h>

namespace sagas::http {
namespace {

using std::chrono::milliseconds;
using clock = std::chrono::steady_clock;

constexpr std::size_t idle_handles_max = 256;
constexpr milliseconds look_at_queues_every{100}; // for calls whose deadline passes in there

web_answer not_sent(const char* code, const char* reason) {
  web_answer made;
  made.how = web_answer::fate::not_sent;
  made.code = code;
  made.reason = reason;
  return made;
}

bool speaks_of_illness(const web_answer& what) {
  return what.how != web_answer::fate::answered || what.status >= 500 || what.status == 429;
}

} // namespace

web_client::loop::~loop() {
  if (worker_.joinable()) {
    leaving_ = true;
    ::eventfd_write(waker_, 1);
    worker_.join();
  }
  abandon_all();
  idle_.clear();
  pools_.clear(); // while there is an epoll
  for (const int each : {epoll_, waker_})
    if (each >= 0)
      ::close(each);
}

status web_client::loop::open() {
  static const CURLcode prepared = curl_global_init(CURL_GLOBAL_DEFAULT);
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  waker_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  epoll_event wake{};
  wake.events = EPOLLIN;
  wake.data.u64 = static_cast<std::uint32_t>(waker_);
  if (prepared != CURLE_OK || epoll_ < 0 || waker_ < 0
      || ::epoll_ctl(epoll_, EPOLL_CTL_ADD, waker_, &wake) != 0)
    return failure{errc::unavailable,
                   "no event loop for calls: " + std::generic_category().message(errno)};
  worker_ = std::thread{[this] { run(); }};
  return nothing{};
}

void web_client::loop::push(std::unique_ptr<transfer> what) {
  bool first = false;
  {
    const std::lock_guard lock{guard_};
    first = arrived_.empty();
    arrived_.push_back(std::move(what));
  }
  if (first) // else it is awake already, or about to be
    ::eventfd_write(waker_, 1);
}

void web_client::loop::run() {
  std::array<epoll_event, 256> events{};
  while (!leaving_) {
    const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                   wait_for());
    handle(ready, events.data());
    take_new();
    admit_all();
    reap();
  }
}

// Milliseconds; -1: until something happens.
int web_client::loop::wait_for() const {
  std::optional<steady_time> until = admits_;
  for (const auto& pool : pools_)
    if (const auto& due = pool->due(); due && (!until || *due < *until))
      until = due;
  const auto now = clock::now();
  if (!waiting_.empty() && (!until || *until > now + look_at_queues_every))
    until = now + look_at_queues_every;
  if (!until)
    return -1;
  return static_cast<int>(
    std::clamp<std::int64_t>(std::chrono::ceil<milliseconds>(*until - now).count(), 0, 60'000));
}

void web_client::loop::handle(int ready, const epoll_event* events) {
  for (int i = 0; i < ready; ++i) {
    if (connection_pool::socket_in(events[i]) == waker_) {
      eventfd_t ignored = 0;
      ::eventfd_read(waker_, &ignored);
    } else {
      pools_[connection_pool::number_in(events[i])]->take(events[i]);
    }
  }
  const auto now = clock::now();
  for (const auto& pool : pools_)
    pool->turn(now);
}

void web_client::loop::take_new() {
  transfers fresh;
  {
    const std::lock_guard lock{guard_};
    fresh.swap(arrived_);
  }
  for (auto& each : fresh) {
    const std::shared_ptr<web_client::lane> on = each->shared_lane();
    if (on->queue.size() >= on->terms.flow.queued) {
      each->answer(not_sent("saturado", "demasiadas llamadas esperan a este participante"));
      continue;
    }
    on->queue.push_back(std::move(each));
    waiting_.insert(on);
  }
}

void web_client::loop::admit_all() {
  admits_.reset();
  for (auto each = waiting_.begin(); each != waiting_.end();) {
    admit(**each);
    each = (*each)->queue.empty() ? waiting_.erase(each) : std::next(each);
  }
}

void web_client::loop::admit(web_client::lane& of) {
  const auto now = clock::now();
  // Times pass in the order of the queue, but for calls of different time-outs.
  const auto late = [&](const std::unique_ptr<transfer>& each) { return each->deadline() <= now; };
  while (!of.queue.empty()) {
    std::unique_ptr<transfer>& next = of.queue.front();
    if (late(next)) {
      next->answer(not_sent("timeout", "no llegó su turno a tiempo"));
    } else if (of.running >= of.terms.flow.concurrency) {
      break;
    } else if (!of.circuit.permit(now)) {
      next->answer(not_sent("circuito_abierto", "el participante falla: no se le llama por ahora"));
    } else if (const auto at = of.rate.take(now)) {
      of.circuit.abandoned();
      admits_ = admits_ ? std::min(*admits_, *at) : *at;
      break;
    } else if (!launch(std::move(next))) {
      of.circuit.abandoned();
    }
    of.queue.pop_front();
  }
}

curl_handle web_client::loop::take_handle() {
  if (idle_.empty())
    return curl_handle{curl_easy_init()};
  curl_handle made = std::move(idle_.back());
  idle_.pop_back();
  return made;
}

// The first that has room for one of this lane: what is called again finds its connection there.
connection_pool* web_client::loop::pool_for(web_client::lane& of) {
  std::size_t number = 0;
  while (number < of.in_pool.size() && of.in_pool[number] == connection_pool::calls_of_a_lane)
    ++number;
  while (of.in_pool.size() <= number)
    of.in_pool.push_back(0);
  while (pools_.size() <= number) {
    auto made = connection_pool::open(epoll_, static_cast<std::uint32_t>(pools_.size()));
    if (!made)
      return nullptr;
    pools_.push_back(std::move(made));
  }
  return pools_[number].get();
}

bool web_client::loop::launch(std::unique_ptr<transfer> what) {
  curl_handle handle = take_handle();
  CURL* const at = handle.get();
  connection_pool* const pool = pool_for(what->lane());
  if (!at || !pool || !what->begin(std::move(handle), clock::now()) || !pool->add(at)) {
    what->answer(not_sent("sin_conexion", "no se pudo preparar la llamada"));
    return false;
  }
  ++what->lane().running;
  ++what->lane().in_pool[pool->number()];
  running_.emplace(at, call{std::move(what), pool});
  return true;
}

void web_client::loop::reap() {
  for (const auto& pool : pools_)
    while (const CURLMsg* said = pool->ended())
      finish(said->easy_handle, said->data.result);
}

void web_client::loop::finish(CURL* handle, CURLcode code) {
  const auto found = running_.find(handle);
  const auto [ended, pool] = std::move(found->second);
  running_.erase(found);
  web_answer said = ended->result_of(code);
  web_client::lane& of = ended->lane();
  --of.running;
  --of.in_pool[pool->number()];
  if (speaks_of_illness(said))
    of.circuit.failed(clock::now());
  else
    of.circuit.succeeded();
  pool->remove(handle);
  curl_handle free = ended->release();
  if (idle_.size() < idle_handles_max)
    idle_.push_back(std::move(free));
  ended->answer(std::move(said));
}

void web_client::loop::abandon_all() {
  take_new();
  for (const auto& on : std::exchange(waiting_, {}))
    for (const auto& each : std::exchange(on->queue, {}))
      each->answer(not_sent("terminando", "el servidor termina"));
  for (auto& [handle, each] : std::exchange(running_, {})) {
    each.in->remove(handle);
    web_answer lost;
    lost.code = "terminando";
    lost.reason = "el servidor termina";
    each.what->answer(std::move(lost));
  }
}

// -- the client -----------------------------------------------------------------------------------

result<std::unique_ptr<web_client>> web_client::open() {
  auto made = std::make_unique<loop>();
  if (const status opened = made->open(); !opened)
    return opened.error();
  return std::unique_ptr<web_client>{new web_client{std::move(made)}};
}

web_client::web_client(std::unique_ptr<loop> made) : loop_(std::move(made)) {}
web_client::~web_client() = default;

std::shared_ptr<web_client::lane> web_client::make_lane(lane_terms terms) {
  return std::make_shared<lane>(std::move(terms));
}

void web_client::send(const std::shared_ptr<lane>& on, web_request what,
                      std::function<void(web_answer)> done) {
  loop_->push(std::make_unique<transfer>(on, std::move(what), std::move(done)));
}

} // namespace sagas::http
