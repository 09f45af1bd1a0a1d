#include "app/service.hpp"

#include <mutex>

#include "actors/child_sagas.hpp"
#include "actors/engine.hpp"
#include "app/clock.hpp"
#include "app/config_layers.hpp"
#include "app/feed_fork.hpp"
#include "app/keys_file.hpp"
#include "app/retention.hpp"
#include "app/scheduler.hpp"
#include "app/storage.hpp"
#include "app/telemetry.hpp"
#include "app/time_zones.hpp"
#include "app/version.hpp"
#include "app/web_participants.hpp"
#include "app/webhooks.hpp"
#include "http/api.hpp"
#include "http/api_start.hpp"
#include "http/server.hpp"
#include "http/signing.hpp"
#include "persistence/ledger.hpp"
#include "saga/builtin.hpp"

namespace sagas {
namespace {

constexpr std::size_t injection_file_max = 1 << 20;
constexpr std::uint32_t child_workers = 4; // that begin children and look after them
constexpr milliseconds answers_leave_within{500};
constexpr milliseconds events_leave_within{2'000};
constexpr milliseconds runs_begin_within{2'000};
constexpr milliseconds events_looked_for{5'000}; // of a commit whose end was not heard of

engine_config engine_settings(const config& values) {
  engine_config settings;
  settings.node = values.node.name;
  settings.threads = values.engine.threads;
  settings.sagas_max = values.engine.sagas_max;
  settings.commits_max = values.engine.commits_max;
  settings.batch_max = values.engine.batch_max;
  settings.resident = values.engine.resident;
  settings.rest_after = values.engine.rest_after;
  settings.recovery_page = values.engine.recovery_page;
  return settings;
}

http::server_options server_settings(const config& values) {
  http::server_options options;
  options.host = values.http.host;
  options.port = values.http.port;
  options.threads = values.http.threads;
  options.connections_max = values.http.connections_max;
  options.body_max = values.http.body_max.value;
  options.batch_max = values.http.batch_max.value;
  options.request_timeout = values.http.request_timeout;
  options.idle_timeout = values.http.idle_timeout;
  options.tls = {.certificate = values.http.tls_certificate,
                 .key = values.http.tls_key,
                 .client_ca = values.http.tls_client_ca};
  options.hosts = served_hosts(values);
  options.origins = list_of(values.http.cors_origins);
  return options;
}

result<injection_rules> injection_of(const config& values) {
  injection_rules rules;
  if (!values.injection.file.empty()) {
    const auto text = read_small_file(values.injection.file, injection_file_max);
    if (!text)
      return failure{errc::invalid_input, "injection.file: " + values.injection.file
                                            + " can't be read, or is larger than 1 MiB"};
    auto parsed = parse_injection(*text);
    if (!parsed)
      return failure{parsed.error().code, values.injection.file + ": " + parsed.error().message,
                     parsed.error().fields};
    rules = std::move(*parsed);
  }
  rules.overrides = rules.overrides && values.injection.allow;
  return rules;
}

result<std::unique_ptr<participant_ledger>> open_ledger(const std::string& path) {
  if (path == "memory")
    return std::unique_ptr<participant_ledger>{make_memory_ledger()};
  return open_sqlite_ledger({.path = path});
}

// The built-in participants: they share one ledger, and so one group commit.
result<stand_in_group> open_stand_ins(const config& values) {
  const std::string path = ledger_path(values);
  auto ledger = open_ledger(path);
  if (!ledger)
    return ledger.error();
  auto rules = injection_of(values);
  if (!rules)
    return rules.error();
  stand_in_group group;
  group.services = stand_in_services(values);
  group.ledger = std::move(*ledger);
  group.blocking = path != "memory";
  group.rules = std::move(*rules);
  return group;
}

// A server whose keys are missing does not start: it would let in nobody, or everybody.
failure with_remedy(failure why) {
  if (why.code == errc::not_found)
    why = {errc::invalid_input, why.message + ": make it with `sagas keys create --scope admin`"};
  return why;
}

} // namespace

// In the order of their making. The engine owns the store, whose file the queries read; so they
// end before it, and what publishes to the live events ends before those.
struct service::parts {
  parts(logger& to, std::size_t writers) : log(to), figures(definitions, writers) {}

  ~parts() {
    cleaner.reset();
    web.reset();
    events.stop(milliseconds{0});
    schedules.stop(milliseconds{0});
    if (live)
      live->stop();
    if (children)
      children->close();
    reads.reset(); // nobody asks any more: the server and the live events have stopped
    brain.reset();
  }

  void lose(const failure& why) {
    const std::lock_guard lock{guard};
    lost = why;
  }

  status open(const config& values);
  status open_engine(const config& values);
  status open_events(const config& values, milliseconds poll);
  void open_schedules(const config& values);
  status open_web(const config& values);
  std::string metrics();

  logger& log;
  definition_registry definitions;
  prometheus_telemetry figures;
  std::unique_ptr<queries> reads;
  std::shared_ptr<http::attention_census> parked;
  std::unique_ptr<http::live_events> live;
  webhooks events;
  scheduler schedules;
  std::unique_ptr<feed_fork> feed; // to both of them
  std::unique_ptr<web_participants> desk;
  std::unique_ptr<engine> brain;
  std::shared_ptr<child_sagas> children; // whom it calls
  std::unique_ptr<watched_keys> keys;    // of callers; none: nobody needs one
  std::unique_ptr<http::server> web;
  std::unique_ptr<retention> cleaner; // of old sagas; none: all are kept

  std::mutex guard; // of lost
  std::optional<failure> lost;
};

status service::parts::open_engine(const config& values) {
  auto stand_ins = open_stand_ins(values);
  if (!stand_ins)
    return stand_ins.error();
  auto storage = open_storage(values);
  if (!storage)
    return storage.error();
  if (!storage->sealed_with.empty())
    log.write(log_level::info, "payloads are encrypted", {{"key", storage->sealed_with}});
  reads = std::move(storage->reads);
  parked = std::make_shared<http::attention_census>(*reads, now);
  live = std::make_unique<http::live_events>(*reads, log, storage->live);
  feed = std::make_unique<feed_fork>(*live, events);
  for (const definition_ptr& shipped : builtin_definitions())
    definitions.add(shipped);
  brain = std::make_unique<engine>(
    engine_settings(values), engine_parts{.storages = std::move(storage->writers),
                                          .definitions = definitions,
                                          .feed = *feed,
                                          .figures = figures,
                                          .log = log,
                                          .clock = now,
                                          .on_fatal = [this](const failure& why) { lose(why); }});
  brain->add_stand_ins(std::move(*stand_ins));
  children = std::make_shared<child_sagas>(child_sagas::ports{
    .engine = *brain, .reads = *reads, .definitions = definitions, .clock = now});
  brain->add_participant(child_service, "actor", children, {.workers = child_workers});
  auto web_services = web_participants::open(*brain, values);
  if (!web_services)
    return web_services.error();
  desk = std::move(*web_services);
  if (const status loaded = desk->load(*reads, log); !loaded)
    return loaded;
  if (const status opened = brain->open(); !opened)
    return opened;
  return open_events(values, storage->live.poll);
}

status service::parts::open_events(const config& values, milliseconds poll) {
  const std::string& source = values.webhooks.source;
  return events.start(
    {.reads = *reads,
     .engine = *brain,
     .log = log,
     .clock = now,
     .waiting = [this] { return parked->summary(); },
     .terms = desk->terms(),
     .hides = http::redaction{list_of(values.http.redact)},
     .source = source.empty() ? "/sagas/" + http::percent_encoded(brain->node().name) : source,
     .poll = poll.count() > 0 ? poll : events_looked_for});
}

// A run is started as a caller would start it, but for the shares of callers' keys.
void service::parts::open_schedules(const config& values) {
  schedules.start(
    {.reads = *reads,
     .engine = *brain,
     .log = log,
     .wall = system_now,
     .steady = now,
     .zones = find_time_zone,
     .read_start = [this, injection = values.injection.allow](const json_value& body) {
       return http::read_start({definitions, injection, now()}, body);
     }});
}

// Without a store to ask, the other figures are told all the same.
std::string service::parts::metrics() {
  const auto waiting = parked->summary();
  return figures.text(reads->pool(), waiting ? std::optional{*waiting} : std::nullopt,
                      events.states(), schedules.figures());
}

status service::parts::open_web(const config& values) {
  http::api_limits limits;
  limits.body_max = values.http.body_max.value;
  limits.batch_body_max = values.http.batch_max.value;
  limits.starts_shared = values.engine.batch_max; // so much goes into one commit
  http::key_source valid;
  if (!values.http.keys_file.empty()) {
    auto watched = watched_keys::open(values.http.keys_file, log);
    if (!watched)
      return with_remedy(watched.error());
    keys = std::move(*watched);
    valid = [this] { return keys->current(); };
  }
  auto opened = http::server::open(
    server_settings(values),
    http::make_routes({.engine = *brain,
                       .reads = *reads,
                       .definitions = definitions,
                       .events = *live,
                       .log = log,
                       .clock = now,
                       .metrics_text = [this] { return metrics(); },
                       .limits = limits,
                       .injection_allowed = values.injection.allow,
                       .version = version_text(),
                       .attention = parked,
                       .hides = http::redaction{list_of(values.http.redact)},
                       .keys = std::move(valid),
                       .callback_key = desk->callback_key(),
                       .desk = desk.get(),
                       .subscriptions = &events,
                       .schedules = &schedules}),
    log);
  if (!opened)
    return opened.error();
  web = std::move(*opened);
  return nothing{};
}

status service::parts::open(const config& values) {
  if (const status opened = open_engine(values); !opened)
    return opened;
  open_schedules(values);
  if (const status opened = open_web(values); !opened)
    return opened;
  if (values.db.retention.count() > 0)
    cleaner = std::make_unique<retention>(retention_terms{.keep = values.db.retention}, *reads,
                                          *brain, log, now);
  return nothing{};
}

service::service(std::unique_ptr<parts> from) : parts_(std::move(from)) {}
service::~service() = default;

result<std::unique_ptr<service>> service::open(const config& values, logger& log) {
  auto made = std::make_unique<parts>(log, writers_of(values));
  if (const status opened = made->open(values); !opened)
    return opened.error();
  return std::unique_ptr<service>{new service{std::move(made)}};
}

std::string service::url() const { return parts_->web->url(); }

bool service::accepting() const { return parts_->brain->node().accepting; }

std::optional<failure> service::lost() const {
  const std::lock_guard lock{parts_->guard};
  return parts_->lost;
}

bool service::drain(milliseconds limit) {
  parts_->cleaner.reset();
  parts_->schedules.stop(runs_begin_within);
  parts_->events.stop(events_leave_within); // what happens from here on is delivered later
  const bool stored = parts_->brain->drain(limit);
  parts_->web->drain(answers_leave_within); // who waits for the end of a saga asks again elsewhere
  return stored;
}

} // namespace sagas
