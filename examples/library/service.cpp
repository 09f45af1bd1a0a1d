// A service of one's own with the engine inside: its saga, its microservicios, its routes beside
// those of sagas.
//
//   estancias FILE PORT          serves until SIGTERM or SIGINT
//   estancias FILE PORT --once   runs one saga to its end, and exits 0 if it was completed
#include <chrono>
#include <csignal>
#include <future>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include "actors/engine.hpp"
#include "hotel.hpp"
#include "http/api.hpp"
#include "http/server.hpp"
#include "persistence/sqlite_queries.hpp"
#include "persistence/sqlite_store.hpp"
#include "saga/definition_json.hpp"
#include "saga/function_participant.hpp"
#include "saga/quiet.hpp"

using namespace sagas;

namespace {

timestamp now() {
  return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
}

int fail(const failure& why) {
  std::cerr << why.message << "\n";
  return 1;
}

// All parts. The engine owns the store and publishes to the live events; both read from `reads`.
class service {
public:
  status open(const std::string& file, std::uint16_t port);
  // The reads end before the store, and who asks them before that.
  ~service() {
    web.reset();
    if (live)
      live->stop();
    reads.reset();
    brain.reset();
  }
  result<saga_status> run_one();
  std::string url() const { return web->url(); }

private:
  status open_engine(const std::string& file);
  std::vector<http::route> routes();

  quiet_logger log; // or one of yours: saga/log.hpp
  quiet_telemetry figures;
  definition_registry definitions;
  hotel rooms{10};
  std::unique_ptr<queries> reads;
  std::unique_ptr<http::live_events> live;
  std::unique_ptr<engine> brain;
  std::unique_ptr<http::server> web;
};

status service::open_engine(const std::string& file) {
  const auto plan = stay();
  if (!plan)
    return plan.error();
  definitions.add(*plan);
  auto storage = open_sqlite_store({.path = file});
  if (!storage)
    return storage.error();
  auto readers = open_sqlite_queries(file);
  if (!readers)
    return readers.error();
  reads = std::move(*readers);
  live = std::make_unique<http::live_events>(*reads, log);
  brain = std::make_unique<engine>(
    engine_config{}, engine_parts{.storages = only(std::move(*storage)),
                                  .definitions = definitions,
                                  .feed = *live,
                                  .figures = figures,
                                  .log = log,
                                  .clock = now,
                                  .on_fatal = [](const failure& why) {
                                    std::cerr << why.message << "\n";
                                    std::quick_exit(1); // the store is lost; a restart goes on
                                  }});
  const auto add = [&](const std::string& name, std::function<outcome(const call&)> does) {
    brain->add_participant(name, "actor", std::make_shared<function_participant>(std::move(does)));
  };
  add("hotel", [this](const call& what) { return rooms.ask(what); });
  // The receipt is the key: the same for every repetition, as a bank that knows the key answers.
  add("cobros", [](const call& what) {
    return outcomes::done(R"({"recibo": ")" + idempotency_key(what) + "\"}");
  });
  add("correo", [](const call&) { return outcomes::done(); });
  return brain->open();
}

// The routes of sagas, and one of our own beside them.
std::vector<http::route> service::routes() {
  std::vector<http::route> all = http::make_routes({.engine = *brain,
                                                    .reads = *reads,
                                                    .definitions = definitions,
                                                    .events = *live,
                                                    .log = log,
                                                    .clock = now,
                                                    .metrics_text = [] { return std::string{}; }});
  all.push_back({"GET", "/habitaciones", [this](const http::exchange_ptr& asked) {
                   asked->respond(
                     {.body = R"({"libres": )" + std::to_string(rooms.rooms_free()) + "}"});
                 }});
  return all;
}

status service::open(const std::string& file, std::uint16_t port) {
  if (const status opened = open_engine(file); !opened)
    return opened;
  auto opened = http::server::open({.port = port}, routes(), log);
  if (!opened)
    return opened.error();
  web = std::move(*opened);
  // Starts are refused until what was unfinished is loaded.
  for (int tries = 0; tries < 3'000 && !brain->node().accepting; ++tries)
    std::this_thread::sleep_for(milliseconds{10});
  if (!brain->node().accepting)
    return failure{errc::unavailable, brain->node().why_not};
  return nothing{};
}

result<saga_status> service::run_one() {
  const definition_ptr plan = definitions.find("estancia");
  auto input = prepare_input(*plan, R"({"huesped": "Ana"})");
  if (!input)
    return input.error();
  const auto ended = std::make_shared<std::promise<result<saga_status>>>();
  brain->start(
    {.plan = plan, .input = std::move(*input)},
    [ended](const result<started>& begun) {
      if (!begun)
        ended->set_value(begun.error());
    },
    [ended](saga_status how) { ended->set_value(how); });
  auto answered = ended->get_future();
  if (answered.wait_for(std::chrono::seconds{30}) != std::future_status::ready)
    return {errc::unavailable, "it has not ended within 30 s; it goes on at the next start"};
  return answered.get();
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 3)
    return fail({errc::invalid_input, "usage: estancias FILE PORT [--once]"});
  sigset_t stop; // blocked before there are threads: they inherit it
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);

  service all;
  if (const status opened = all.open(argv[1], static_cast<std::uint16_t>(std::stoi(argv[2])));
      !opened)
    return fail(opened.error());
  if (argc > 3 && argv[3] == std::string{"--once"}) {
    const auto ended = all.run_one();
    if (!ended)
      return fail(ended.error());
    std::cout << to_text(*ended) << std::endl;
    return *ended == saga_status::completed ? 0 : 1;
  }
  std::cout << "listening on " << all.url() << std::endl;
  int which = 0;
  sigwait(&stop, &which);
  return 0; // at once: what is unfinished goes on at the next start
}
