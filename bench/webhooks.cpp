// What it costs to tell a web service of every event: sagas over HTTP in a closed loop without and
// with one subscription, in turn, each on a fresh database; and how fast events are delivered while
// the loop runs, and behind it. The receiver is a process of its own on the same machine.
#include <fstream>

#include "bench/benchmarks.hpp"
#include "bench/http_loop.hpp"
#include "bench/passing.hpp"
#include "bench/web_service.hpp"

namespace sagas::bench {
namespace {

using steady = std::chrono::steady_clock;

constexpr std::size_t clients = 500;
constexpr std::size_t calls_at_once = 256;
constexpr std::chrono::minutes delivered_within{5};
constexpr const char* subscription = "/api/v1/suscripciones/avisos";

struct told_figures {
  series plain, with_webhook, share, while_loaded, behind, server_us;
  json settings; ///< of the database
};

// The receiver is on this machine, which must be allowed.
std::vector<std::string> flags(const database& of, const web_service& receiver) {
  const std::string path = of.file().string() + ".config.json";
  std::ofstream{path} << json{{"participants", {{"targets", receiver.target()}}}}.dump();
  return {"--config", path};
}

double per_second(double count, steady::time_point since) { return count / seconds_since(since); }

// Waits until every event that is stored was delivered; how many that are.
double await_delivery(const server& of, const database& in) {
  const auto until = steady::now() + delivered_within;
  const double all = static_cast<double>(in.number("SELECT sum(cuantos) FROM lotes"));
  json shown;
  const bool settled = holds_by(until, milliseconds{20}, [&] {
    shown = json::parse(ask(of, "GET", subscription));
    return shown["entregados"] >= all || shown["descartados"] > 0 || shown["huecos"] > 0;
  });
  if (!settled || shown["entregados"] < all)
    throw failed{"events are not delivered: " + shown.dump()};
  return all;
}

double run_plain(context& with, const database_kind& on, told_figures& into) {
  const auto file = on.make("webhooks");
  server child{*file};
  const auto told = run_http_loop(child, clients, with.warm_up(), with.window());
  child.stop();
  check_count(*file, "COMPLETADA", told.ended);
  into.plain.add(told.sagas_per_second);
  return told.sagas_per_second;
}

double run_with_webhook(context& with, const database_kind& on, told_figures& into) {
  const auto file = on.make("webhooks");
  web_service receiver{"avisos"};
  server child{*file, flags(*file, receiver)};
  ask(child, "PUT", subscription,
      json{{"url", receiver.url() + "/eventos"}, {"concurrencia", calls_at_once}}.dump());
  const auto begun = steady::now();
  const auto told = run_http_loop(child, clients, with.warm_up(), with.window());
  const auto meanwhile = static_cast<double>(receiver.calls());
  into.while_loaded.add(per_second(meanwhile, begun));
  const auto ended = steady::now();
  const double all = await_delivery(child, *file);
  into.behind.add(per_second(all - meanwhile, ended));
  into.with_webhook.add(told.sagas_per_second);
  into.server_us.add(told.server_us_per_request);
  into.settings = file->settings();
  child.stop();
  check_count(*file, "COMPLETADA", told.ended);
  if (static_cast<double>(receiver.calls()) < all)
    throw failed{"the receiver has not got every event"};
  return told.sagas_per_second;
}

} // namespace

void webhooks(context& with, const database_kind& on) {
  told_figures all;
  for (int run = 1; run <= with.asked().runs; ++run) {
    context::say("webhooks, pair " + std::to_string(run));
    const bool plain_first = run % 2 == 1; // so that neither is always the later one
    double plain = plain_first ? run_plain(with, on, all) : 0;
    const double told = run_with_webhook(with, on, all);
    plain = plain_first ? plain : run_plain(with, on, all);
    all.share.add(told / plain);
    context::say("  plain " + shown(plain) + "/s, with a webhook " + shown(told) + "/s");
  }
  json settings = all.settings;
  settings.update({{"clients", clients},
                   {"saga", "lanzar_campania_completa, started over HTTP"},
                   {"subscription", "every event of sagas and steps, concurrencia 256, not signed"},
                   {"receiver", "one process on this machine, answers at once"},
                   {"load_generator", "same machine, one thread"},
                   {"server_cpu_us_per_saga", rounded(all.server_us.median())}});
  with.add("webhooks.events_per_second", all.while_loaded, "events/s", settings);
  with.add("webhooks.events_per_second_behind", all.behind, "events/s", settings);
  with.add("webhooks.sagas_per_second", all.with_webhook, "sagas/s", settings);
  with.add("webhooks.sagas_share", all.share, "of plain, same run", settings);
}

} // namespace sagas::bench
