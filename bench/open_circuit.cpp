// What a service that fails does to the sagas that don't need it, and how soon it is left alone:
// campaigns over four good services in a closed loop, and beside them a steady stream of sagas over
// a fifth, which is good at first.
#include <atomic>
#include <thread>

#include "bench/benchmarks.hpp"
#include "bench/http_loop.hpp"
#include "bench/web_participants.hpp"

namespace sagas::bench {
namespace {

using steady = std::chrono::steady_clock;

constexpr std::size_t in_flight = 250;
constexpr std::size_t stream_rate = 100; // sagas a second over the fifth service
constexpr milliseconds tick{50};
constexpr milliseconds quiet{500}; // with less than a tenth of the stream: it is left alone
constexpr milliseconds call_limit{1'000};
constexpr const char* plan =
  R"({"tipo":"aviso_externo","pasos":[{"nombre":"avisar","microservicio":"externo",)"
  R"("tiempo_maximo":"1s"}]})";

// Starts sagas over the fifth service at a steady rate, whatever becomes of them.
class stream {
public:
  explicit stream(const server& to)
    : to_(to), thread_([this](const std::stop_token& end) { run(end); }) {}
  /// Fails when a start was refused.
  void finish() {
    thread_.request_stop();
    thread_.join();
    if (!trouble_.empty())
      throw failed{trouble_};
  }

private:
  void run(const std::stop_token& end) {
    try {
      std::string body = "[";
      for (std::size_t i = 0; i < stream_rate * tick.count() / 1'000; ++i)
        body.append(i == 0 ? "" : ",").append(R"({"tipo":"aviso_externo"})");
      body += "]";
      for (auto next = steady::now(); !end.stop_requested(); next += tick) {
        std::this_thread::sleep_until(next);
        ask(to_, "POST", "/api/v1/sagas/lote", body);
      }
    } catch (const failed& why) {
      trouble_ = why.what();
    }
  }

  const server& to_;
  std::string trouble_;
  std::jthread thread_;
};

// How many calls reach a service, tick by tick.
class call_counter {
public:
  explicit call_counter(web_service& of)
    : of_(of), began_(steady::now()), thread_([this](const std::stop_token& end) { run(end); }) {}
  /// From the beginning to the time from which on it was left alone.
  milliseconds left_alone_after() {
    thread_.request_stop();
    thread_.join();
    if (!trouble_.empty())
      throw failed{trouble_};
    const auto allowed = stream_rate * quiet.count() / 1'000 / 10;
    for (std::size_t from = 0; from < counts_.size(); ++from)
      for (std::size_t to = from; to < counts_.size(); ++to) {
        if (counts_[to].calls - counts_[from].calls > static_cast<std::uint64_t>(allowed))
          break;
        if (counts_[to].at - counts_[from].at >= quiet)
          return std::chrono::duration_cast<milliseconds>(counts_[from].at - began_);
      }
    throw failed{"the service was never left alone"};
  }

private:
  struct count {
    steady::time_point at;
    std::uint64_t calls;
  };

  void run(const std::stop_token& end) {
    try {
      for (auto next = began_; !end.stop_requested(); next += tick) {
        std::this_thread::sleep_until(next);
        counts_.push_back({steady::now(), of_.calls()});
      }
    } catch (const failed& why) {
      trouble_ = why.what();
    }
  }

  web_service& of_;
  const steady::time_point began_;
  std::vector<count> counts_;
  std::string trouble_;
  std::jthread thread_;
};

struct figures {
  series good_per_second, share, shed_ms;
};

void run_once(context& with, const database_kind& on, manner how, figures& into) {
  const auto file = on.make("open-circuit");
  std::vector<std::string> names = campaign_services();
  names.emplace_back("externo");
  web_participants services{names};
  server child{*file, services.flags(*file)};
  ask(child, "POST", "/api/v1/definiciones", plan);
  stream beside{child};
  const auto good = run_http_loop(child, in_flight, with.warm_up(), with.window());
  services.named("externo").behave(how);
  call_counter counter{services.named("externo")};
  const auto bad = run_http_loop(child, in_flight, milliseconds{0}, with.window(), 1ULL << 32);
  // A call that is not answered fails when its time is up, and no sooner.
  const milliseconds shed = counter.left_alone_after()
                            - (how == manner::mute ? call_limit : milliseconds{0});
  beside.finish();
  into.good_per_second.add(good.sagas_per_second);
  into.share.add(bad.sagas_per_second / good.sagas_per_second);
  into.shed_ms.add(static_cast<double>(shed.count()));
  context::say("  " + shown(good.sagas_per_second) + "/s with a good one beside, "
               + shown(bad.sagas_per_second) + "/s with a bad one; left alone after "
               + std::to_string(shed.count()) + " ms");
  child.stop();
  check_count(
    *file, "COMPLETADA",
    static_cast<std::uint64_t>(file->number(
      "SELECT count(*) FROM sagas WHERE tipo = 'aviso_externo' AND estado = 'COMPLETADA'"))
      + good.ended + bad.ended);
}

} // namespace

void open_circuit(context& with, const database_kind& on) {
  for (const manner how : {manner::broken, manner::mute}) {
    const std::string name = how == manner::broken ? "open_circuit." : "open_circuit.mute_";
    if (!with.wants(name + "others_share") && !with.wants(name + "shed_ms"))
      continue;
    figures all;
    for (int run = 1; run <= with.asked().runs; ++run) {
      context::say(std::string{"a service that "}
                   + (how == manner::broken ? "answers 503" : "does not answer") + ", run "
                   + std::to_string(run));
      run_once(with, on, how, all);
    }
    const json settings{{"in_flight", in_flight},
                        {"others", "lanzar_campania_completa over four services of their own"},
                        {"others_per_second_before", rounded(all.good_per_second.median())},
                        {"stream_per_second", stream_rate},
                        {"circuit", "defaults: 20 failures in a row, 5 s"},
                        {"call_limit_ms", call_limit.count()}};
    with.add(name + "others_share", all.share, "of before, same run", settings);
    with.add(name + "shed_ms", all.shed_ms, "ms", settings);
  }
}

} // namespace sagas::bench
