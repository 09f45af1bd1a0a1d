#include "bench/engine_world.hpp"

#include <ctime>
#include <utility>

#include "app/clock.hpp"
#include "bench/passing.hpp"
#include "persistence/ledger.hpp"
#include "saga/builtin.hpp"
#include "saga/quiet.hpp"

namespace sagas::bench {
namespace {

using steady = std::chrono::steady_clock;

constexpr std::chrono::seconds silence_max{20}; // a saga of the benchmark takes far less

class errors_only final : public logger {
public:
  bool enabled(log_level level) const override { return level >= log_level::warning; }
  void write(log_level level, std::string_view message,
             std::initializer_list<log_field> fields) override {
    if (!enabled(level))
      return;
    std::string line{message};
    for (const log_field& field : fields)
      line.append(" ").append(field.key).append("=").append(field.value);
    context::say(line);
  }
};

double cpu_us_of_process() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) * 1e6 + static_cast<double>(used.tv_nsec) / 1e3;
}

void wait_until_accepting(const engine& which) {
  if (!holds_by(steady::now() + silence_max, milliseconds{5},
                [&] { return which.node().accepting; }))
    throw failed{"the engine accepts no starts: " + which.node().why_not};
}

} // namespace

engine_world::engine_world(const database& on, const std::function<void(engine&)>& participants)
  : on_(on), feed_(std::make_unique<quiet_feed>()), telemetry_(std::make_unique<quiet_telemetry>()),
    log_(std::make_unique<errors_only>()) {
  for (const definition_ptr& each : builtin_definitions())
    definitions_.add(each);
  engine_ = std::make_unique<engine>(
    engine_config{},
    engine_parts{.storages = timed(on.open(), commits_),
                 .definitions = definitions_,
                 .feed = *feed_,
                 .figures = *telemetry_,
                 .log = *log_,
                 .clock = now,
                 .on_fatal = [](const failure& why) { context::say("fatal: " + why.message); }});
  if (participants)
    participants(*engine_);
  else
    engine_->add_stand_ins({.services = {"afiliados", "comisiones", "tracking", "notificaciones"},
                            .ledger = make_memory_ledger()});
  must(engine_->open(), "opening the engine");
  wait_until_accepting(*engine_);
}

engine_world::~engine_world() = default;

loop_figures engine_world::run(std::size_t in_flight, milliseconds warm_up, milliseconds window) {
  for (; in_flight_ < in_flight; ++in_flight_)
    start_one();
  keep_up(steady::now() + warm_up);
  loop_figures figures;
  take_window(figures); // what came before is thrown away
  const auto began = steady::now();
  const double cpu_before = cpu_us_of_process();
  const auto server_before = on_.server_cpu_time();
  keep_up(began + window);
  const auto count = static_cast<double>(take_window(figures));
  figures.commits_per_saga = static_cast<double>(figures.commits.times.count()) / count;
  figures.cpu_us_per_saga = (cpu_us_of_process() - cpu_before) / count;
  figures.server_cpu_us_per_saga = (on_.server_cpu_time() - server_before).count() * 1e6 / count;
  figures.sagas_per_second = count / seconds_since(began);
  wait_for_rest();
  return figures;
}

void engine_world::start_one() {
  const auto asked = steady::now();
  engine_->start(
    campaigns_.start(next_++), [this](const result<started>& begun) { on_started(begun); },
    [this, asked](saga_status how) { on_ended(how, asked); });
}

void engine_world::on_started(const result<started>& begun) {
  if (begun)
    return;
  const std::lock_guard lock{guard_};
  trouble_ = "a start was refused: " + begun.error().message;
  news_.notify_one();
}

void engine_world::on_ended(saga_status how, steady::time_point asked) {
  const auto took = std::chrono::duration_cast<load::microseconds>(steady::now() - asked);
  const std::lock_guard lock{guard_};
  if (how != saga_status::completed)
    trouble_ = std::string{"a saga ended as "} + to_text(how);
  latency_.add(took);
  ++ended_in_window_;
  ++ended_;
  ++free_;
  news_.notify_one();
}

void engine_world::keep_up(steady::time_point until) {
  while (steady::now() < until) {
    std::size_t ready = 0;
    {
      std::unique_lock lock{guard_};
      const bool heard = news_.wait_for(lock, silence_max,
                                        [this] { return free_ > 0 || !trouble_.empty(); });
      if (!trouble_.empty() || !heard)
        throw failed{heard ? trouble_ : "no saga has ended for 20 s"};
      ready = std::exchange(free_, 0);
    }
    while (ready-- > 0)
      start_one();
  }
}

void engine_world::wait_for_rest() {
  std::unique_lock lock{guard_};
  const bool all = news_.wait_for(lock, silence_max,
                                  [this] { return free_ == in_flight_ || !trouble_.empty(); });
  if (!all || !trouble_.empty())
    throw failed{all ? trouble_ : "not every saga has ended within 20 s"};
  free_ = in_flight_ = 0;
}

std::uint64_t engine_world::take_window(loop_figures& into) {
  const std::lock_guard lock{guard_};
  into.latency = std::exchange(latency_, {});
  into.commits = commits_.take();
  return std::exchange(ended_in_window_, 0);
}

} // namespace sagas::bench
