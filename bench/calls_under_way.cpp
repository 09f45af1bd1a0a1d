// By which means web services are called: an event loop, or a thread for each call under way. Four
// services that take their time, so that nearly every saga in flight has a call under way.
#include <unistd.h>

#include <unordered_map>

#include "app/clock.hpp"
#include "bench/benchmarks.hpp"
#include "bench/engine_world.hpp"
#include "bench/environment.hpp"
#include "bench/web_participants.hpp"
#include "http/participant/web_participant.hpp"

namespace sagas::bench {
namespace {

constexpr std::size_t in_flight = 2'000;

// Blocks a thread for each call, which keeps a connection of its own.
class blocking_participant final : public participant {
public:
  explicit blocking_participant(http::web_participant_settings to) : to_(std::move(to)) {}

  void invoke(const call& what, answer reply) override {
    const http::web_request made = http::request_for(to_, what, now());
    const std::size_t path = made.url.find('/', made.url.find("//") + 2);
    api_request request{.method = "POST", .path = made.url.substr(path), .body = made.body};
    for (const std::string& header : made.headers)
      if (const std::size_t colon = header.find(": "); colon != std::string::npos)
        request.headers.emplace_back(header.substr(0, colon), header.substr(colon + 2));
    const auto said = client(made.url.substr(0, path)).send(request);
    if (said && said->ok())
      reply({outcome_kind::done, document{said->body}, {}, {}, {}});
    else
      reply({outcome_kind::unknown, {}, "sin_respuesta", {}, {}});
  }

private:
  static api_client& client(const std::string& at) {
    thread_local std::unordered_map<std::string, api_client> clients;
    const auto found = clients.find(at);
    return found != clients.end()
             ? found->second
             : clients.emplace(at, must(api_client::to(at), "a client")).first->second;
  }

  const http::web_participant_settings to_;
};

void add_blocking(engine& to, const web_participants& services) {
  constexpr auto share = static_cast<std::uint32_t>(in_flight / 4);
  for (const std::string& name : campaign_services())
    to.add_participant(name, "http",
                       std::make_shared<blocking_participant>(services.settings(name, share)),
                       {.workers = share});
}

void add_event_loop(engine& to, const web_participants& services) {
  const std::shared_ptr<http::web_client> client = must(http::web_client::open(), "a client");
  for (const std::string& name : campaign_services())
    to.add_participant(
      name, "http",
      std::make_shared<http::web_participant>(services.settings(name, in_flight), client, now),
      {.workers = 0});
}

struct figures {
  series per_second, cpu_us, p99_ms, memory_mib;
};

void run_once(context& with, const database_kind& on, void (*add)(engine&, const web_participants&),
              figures& into) {
  const auto file = on.make("calls");
  web_participants services{campaign_services()};
  services.behave(manner::slow);
  const double before = memory_mib_of(::getpid());
  std::uint64_t ended = 0;
  {
    engine_world world{*file, [&](engine& to) { add(to, services); }};
    const auto told = world.run(in_flight, with.warm_up(), with.window());
    into.per_second.add(told.sagas_per_second);
    into.cpu_us.add(told.cpu_us_per_saga);
    into.p99_ms.add(told.latency.percentile_ms(0.99));
    into.memory_mib.add(memory_mib_of(::getpid()) - before);
    context::say("  " + shown(told.sagas_per_second) + "/s, " + shown(told.cpu_us_per_saga)
                 + " us of processor a saga, " + shown(memory_mib_of(::getpid()) - before)
                 + " MiB");
    ended = world.ended();
  }
  check_count(*file, "COMPLETADA", ended);
}

} // namespace

void calls_under_way(context& with, const database_kind& on) {
  figures by_loop, by_threads;
  for (int run = 1; run <= with.asked().runs; ++run) {
    context::say("calls under way, by an event loop, run " + std::to_string(run));
    run_once(with, on, add_event_loop, by_loop);
    context::say("calls under way, by a thread each, run " + std::to_string(run));
    run_once(with, on, add_blocking, by_threads);
  }
  const json settings{{"in_flight", in_flight},
                      {"a_call_takes_ms", slow_answer.count()},
                      {"at_most_per_second", 1'000.0 * in_flight / (4 * slow_answer.count())}};
  for (const auto& [name, of] : {std::pair{"event_loop", &by_loop}, {"threads", &by_threads}}) {
    const std::string begin = std::string{"calls_under_way."} + name;
    with.add(begin + ".sagas_per_second", of->per_second, "sagas/s", settings);
    with.add(begin + ".cpu_us_per_saga", of->cpu_us, "us", settings);
    with.add(begin + ".latency_p99_ms", of->p99_ms, "ms", settings);
    with.add(begin + ".memory_mib", of->memory_mib, "MiB", settings);
  }
}

} // namespace sagas::bench
