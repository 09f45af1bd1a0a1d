#include "loaded_server.hpp"

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <random>

#include "app/binary.hpp"
#include "app/client.hpp"
#include "support/catch.hpp"

namespace sagas::test {
namespace {

using steady = std::chrono::steady_clock;

constexpr milliseconds look_every{20};
constexpr std::chrono::seconds patience{60};
constexpr std::chrono::microseconds pace{700}; // so that no machine runs out of campaigns

std::map<std::string, std::string> environment_for(const std::optional<mysql_terms>& on) {
  return on ? environment_of(*on) : std::map<std::string, std::string>{};
}

demo::server_options options_for(const temp_folder& folder, std::vector<std::string> flags,
                                 const std::optional<mysql_terms>& on) {
  return {.program = sagas_path(),
          .folder = folder.file("."),
          .injection = R"({"services":{"*":{"latency":{"exponential":"20ms"}}}})",
          .more = std::move(flags),
          .environment = environment_for(on)};
}

audit::client_log new_log(const std::string& path) {
  auto log = audit::client_log::create(path);
  REQUIRE(log);
  return std::move(*log);
}

} // namespace

std::uint64_t crash_seed() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here changes the environment
  const char* given = std::getenv("SAGAS_CRASH_SEED");
  const std::uint64_t seed = given ? std::stoull(given) : std::random_device{}();
  std::cout << "SAGAS_CRASH_SEED=" << seed << std::endl;
  return seed;
}

std::map<std::string, std::string> environment_of(const mysql_terms& database) {
  return {{"SAGAS_STORAGE_TYPE", "mysql"},
          {"SAGAS_DB_HOST", database.host},
          {"SAGAS_DB_PORT", std::to_string(database.port)},
          {"SAGAS_DB_NAME", database.database},
          {"SAGAS_DB_USER", database.user},
          {"SAGAS_DB_PASSWORD", database.password}};
}

loaded_server::loaded_server(std::size_t campaigns, std::vector<std::string> flags,
                             std::optional<mysql_terms> on,
                             const std::function<void(const demo::server_child&)>& before)
  : on_(std::move(on)), server_(options_for(folder_, std::move(flags), on_)),
    orders_(demo::make_campaigns(campaigns)), log_(new_log(folder_.file("clients.log"))),
    clients_(orders_, log_, pace) {
  if (before)
    before(server_);
  REQUIRE(server_.start());
  auto client = api_client::to(server_.url());
  REQUIRE(client);
  const auto answer = client->send(
    {.method = "POST", .path = "/api/v1/definiciones", .body = demo::impatient_definition()});
  REQUIRE(answer);
  REQUIRE(answer->ok());
}

loaded_server::~loaded_server() {
  leaving_ = true;
  clients_.abandon();
  server_.kill();
  if (load_.valid())
    load_.wait();
  if (operator_.joinable())
    operator_.join();
}

void loaded_server::move_to(const std::optional<mysql_terms>& on) {
  on_ = on;
  server_.options().environment = environment_for(on);
}

void loaded_server::begin(std::size_t connections) {
  load_ = std::async(std::launch::async, [this, connections] {
    return clients_.start_all(server_.url(), connections);
  });
  operator_ = std::thread{[this] { attend(); }};
}

// The operator's thread: until all has ended, once nobody starts anything any more.
void loaded_server::attend() {
  auto client = api_client::to(server_.url());
  demo::operator_desk desk{orders_};
  while (client && !leaving_ && !all_ended_) {
    const bool loaded = load_.wait_for(look_every) == std::future_status::ready;
    all_ended_ = desk.round(*client) == 0 && loaded;
  }
}

bool loaded_server::wait_for_acknowledged(std::size_t count, milliseconds limit) const {
  const auto until = steady::now() + limit;
  while (acknowledged() < count && steady::now() < until)
    std::this_thread::sleep_for(milliseconds{1});
  return acknowledged() >= count;
}

void loaded_server::settle() {
  clients_.stop();
  REQUIRE(load_.wait_for(patience) == std::future_status::ready);
  const auto until = steady::now() + patience;
  while (!all_ended_ && steady::now() < until)
    std::this_thread::sleep_for(look_every);
  leaving_ = true;
  operator_.join();
  const auto loaded = load_.get();
  INFO((loaded ? "" : loaded.error().message));
  REQUIRE(loaded);
  REQUIRE(clients_.read_all(server_.url(), 8));
  REQUIRE(log_.close());
  INFO(clients_.surprise());
  CHECK(clients_.surprise().empty());
}

std::vector<demo::campaign> loaded_server::started() const {
  std::vector<demo::campaign> those;
  for (const demo::campaign& each : orders_)
    if (!each.saga.empty())
      those.push_back(each);
  return those;
}

loaded_server::seen_database loaded_server::look() const {
  if (!on_)
    return {.copy = {}, .path = server_.database(), .taken = {}};
  auto made = private_copy::make(*on_);
  INFO((made ? "" : made.error().message));
  REQUIRE(made);
  const std::string path = made->path();
  const timestamp taken = made->begun();
  return {.copy = std::move(*made), .path = path, .taken = taken};
}

audit::report loaded_server::audit(const seen_database& database) const {
  const auto found = audit::audit({.database = database.path,
                                   .ledger = server_.ledger(),
                                   .clients = folder_.file("clients.log"),
                                   .ended = true,
                                   .taken = database.taken});
  INFO((found ? "" : found.error().message));
  REQUIRE(found);
  return *found;
}

audit::report loaded_server::audit() const { return audit(look()); }

void loaded_server::check_all() const {
  const seen_database database = look();
  const audit::report found = audit(database);
  INFO(as_text(found));
  CHECK(found.violations_total == 0);
  CHECK(found.counts.acknowledged > 0); // else it proved nothing
  const auto ends = demo::judge(started(), database.path);
  REQUIRE(ends);
  for (const std::string& fault : ends->faults) {
    INFO(fault);
    CHECK(false);
  }
}

} // namespace sagas::test
