#include "chaos/loaded_service.hpp"

#include "app/client.hpp"

namespace sagas::chaos {
namespace {

using steady = std::chrono::steady_clock;

constexpr milliseconds look_every{20};
constexpr std::size_t reading_connections = 8;
constexpr const char* slowness = R"({"services":{"*":{"latency":{"exponential":"20ms"}}}})";

std::string clients_log(const load_options& of) { return of.folder + "/clients.log"; }

status register_definitions(const std::string& url, const std::vector<std::string>& texts) {
  auto client = api_client::to(url);
  if (!client)
    return client.error();
  for (const std::string& text : texts) {
    const auto answer = client->send(
      {.method = "POST", .path = "/api/v1/definiciones", .body = text});
    if (!answer)
      return answer.error();
    if (!answer->ok())
      return failure{errc::unavailable, "a definition was refused: " + answer->body};
  }
  return nothing{};
}

} // namespace

loaded_service::loaded_service(load_options options)
  : options_(std::move(options)), orders_(demo::make_campaigns(options_.campaigns)) {}

loaded_service::~loaded_service() {
  leaving_ = true;
  if (clients_)
    clients_->abandon();
  network_.reset(); // whoever waits for an answer is told that none comes
  if (load_.valid())
    load_.wait();
  if (operator_.joinable())
    operator_.join();
}

status loaded_service::open() {
  std::map<std::string, std::string> environment = options_.store->environment();
  environment.insert(options_.environment.begin(), options_.environment.end());
  server_.emplace(demo::server_options{.program = options_.program,
                                       .folder = options_.server_folder,
                                       .injection = slowness,
                                       .environment = std::move(environment)});
  if (const status started = server_->start(); !started)
    return started;
  const auto where = load::parse_target(server_->url());
  if (!where)
    return where.error();
  auto proxy = test::tcp_proxy::open(where->port);
  if (!proxy)
    return proxy.error();
  network_ = std::move(*proxy);
  auto log = audit::client_log::create(clients_log(options_));
  if (!log)
    return log.error();
  log_ = std::move(*log);
  clients_.emplace(orders_, *log_, options_.pace);
  return register_definitions(server_->url(), options_.children
                                                ? demo::impatient_family()
                                                : std::vector{demo::impatient_definition()});
}

void loaded_service::begin() {
  load_ = std::async(std::launch::async, [this, url = network_->url()] {
    return clients_->start_all(url, options_.connections);
  });
  operator_ = std::thread{[this] { attend(); }};
}

// The operator's thread: until all has ended, once nobody starts anything any more.
void loaded_service::attend() {
  auto client = api_client::to(server_->url());
  demo::operator_desk desk{orders_};
  while (client && !leaving_ && !all_ended_) {
    const bool loaded = load_.wait_for(look_every) == std::future_status::ready;
    all_ended_ = desk.round(*client) == 0 && loaded;
  }
}

bool loaded_service::wait_for_acknowledged(std::size_t count, milliseconds limit) const {
  const auto until = steady::now() + limit;
  while (acknowledged() < count && steady::now() < until)
    std::this_thread::sleep_for(milliseconds{1});
  return acknowledged() >= count;
}

result<bool> loaded_service::settle(milliseconds limit) {
  const auto until = steady::now() + limit;
  clients_->stop();
  const bool loaded = load_.wait_until(until) == std::future_status::ready;
  while (loaded && !all_ended_ && steady::now() < until)
    std::this_thread::sleep_for(look_every);
  leaving_ = true;
  if (!loaded)
    clients_->abandon();
  operator_.join();
  if (const auto done = load_.get(); !done)
    return done.error();
  if (loaded)
    if (const auto read = clients_->read_all(network_->url(), reading_connections); !read)
      return read.error();
  if (const status written = log_->close(); !written)
    return written.error();
  return loaded && all_ended_;
}

result<audit::report> loaded_service::audit(const std::string& database) const {
  return audit::audit({.database = database,
                       .ledger = server_->ledger(),
                       .clients = clients_log(options_),
                       .ended = true});
}

result<demo::verdict> loaded_service::judge(const std::string& database) const {
  std::vector<demo::campaign> started;
  for (const demo::campaign& each : orders_)
    if (!each.saga.empty())
      started.push_back(each);
  return demo::judge(started, database);
}

} // namespace sagas::chaos
