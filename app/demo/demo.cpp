#include "app/demo/demo.hpp"

#include <cstdlib>
#include <filesystem>
#include <future>
#include <iostream>

#include <csignal>
#include <unistd.h>

#include "app/client.hpp"
#include "app/demo/clients.hpp"
#include "app/demo/operator.hpp"
#include "app/demo/outcome.hpp"
#include "app/demo/server_child.hpp"
#include "app/exit_code.hpp"
#include "app/process.hpp"

namespace sagas::demo {
namespace {

namespace fs = std::filesystem;
using steady = std::chrono::steady_clock;

constexpr milliseconds look_every{50};
constexpr std::chrono::seconds all_ended_within{60};
constexpr const char* slowness = R"({"services":{"*":{"latency":{"exponential":"20ms"}}}})";

const failure interrupted{errc::unavailable, "interrupted"};

// A fresh folder, so that nothing of an earlier run can be mistaken for this one.
result<std::string> make_folder(const std::string& wanted) {
  if (wanted.empty()) {
    std::string form = (fs::temp_directory_path() / "sagas-demo-XXXXXX").string();
    if (!::mkdtemp(form.data()))
      return {errc::unavailable, "cannot make a folder in " + fs::temp_directory_path().string()};
    return form;
  }
  std::error_code problem;
  fs::create_directories(wanted, problem);
  if (problem || !fs::is_empty(wanted, problem))
    return {errc::invalid_input, "--dir " + wanted + " must be an empty folder, or none yet"};
  return wanted;
}

using loading = std::future<result<load::summary>>;

class demonstration {
public:
  demonstration(const demo_options& options, std::string folder)
    : options_(options), folder_(folder), server_({.program = own_path(),
                                                   .folder = std::move(folder),
                                                   .port = options.port,
                                                   .injection = slowness}),
      orders_(make_campaigns(options.campaigns)) {}

  result<outcome> run();
  void serve_on();
  void leave();

private:
  status prepare();
  status load_and_kill();
  status kill_in_the_middle(const campaign_clients& clients);
  status attend(const campaign_clients& clients, const loading& load);
  void stop();
  void progress(const std::string& text) const;

  const demo_options& options_;
  const std::string folder_;
  server_child server_;
  std::vector<campaign> orders_;
  outcome found_;
};

// One line that is written over; on a terminal only.
void demonstration::progress(const std::string& text) const {
  if (::isatty(STDERR_FILENO) != 0)
    std::cerr << "\r\x1b[K" << text << std::flush;
}

status demonstration::prepare() {
  progress("starting the server");
  if (status started = server_.start(); !started)
    return started;
  auto client = api_client::to(server_.url());
  if (!client)
    return client.error();
  const auto answer = client->send(
    {.method = "POST", .path = "/api/v1/definiciones", .body = impatient_definition()});
  if (!answer)
    return answer.error();
  if (!answer->ok())
    return failure{errc::unavailable, "the definition was refused: " + answer->body};
  return nothing{};
}

// Waits until half of the starts are acknowledged, kills the server, and starts it again.
status demonstration::kill_in_the_middle(const campaign_clients& clients) {
  const std::size_t half = options_.campaigns / 2;
  while (clients.acknowledged() < half) {
    progress(std::to_string(clients.acknowledged()) + " campaigns started");
    if (wait_for_signal(milliseconds{5}))
      return interrupted;
  }
  const auto killed_at = steady::now();
  server_.kill();
  const auto open = in_flight(server_.database());
  if (!open)
    return open.error();
  found_.in_flight_at_kill = *open;
  progress("kill -9, and again");
  if (status started = server_.start(); !started)
    return started;
  found_.recovery_s = std::chrono::duration<double>(steady::now() - killed_at).count();
  return nothing{};
}

// Decides about what parks, until nobody starts any more and all have ended.
status demonstration::attend(const campaign_clients& clients, const loading& load) {
  auto client = api_client::to(server_.url());
  operator_desk desk{orders_};
  auto until = steady::time_point::max();
  while (client) {
    const bool loaded = load.wait_for(milliseconds{0}) == std::future_status::ready;
    if (loaded)
      until = std::min(until, steady::now() + all_ended_within);
    const auto open = desk.round(*client);
    if (loaded && open == 0)
      return nothing{};
    progress(std::to_string(clients.acknowledged()) + " campaigns started, "
             + (open ? std::to_string(*open) : std::string{"?"}) + " running");
    if (wait_for_signal(look_every))
      return interrupted;
    if (steady::now() > until)
      return nothing{}; // the audit names those that have not ended
  }
  return client.error();
}

status demonstration::load_and_kill() {
  auto log = audit::client_log::create(folder_ + "/clients.log");
  if (!log)
    return log.error();
  campaign_clients clients{orders_, *log};
  loading load = std::async(std::launch::async,
                            [&] { return clients.start_all(server_.url(), options_.connections); });
  status done = kill_in_the_middle(clients);
  if (done)
    done = attend(clients, load);
  if (!done) {
    clients.abandon();
    server_.kill();
    load.wait();
    return done;
  }
  if (const auto loaded = load.get(); !loaded)
    return loaded.error();
  if (const auto read = clients.read_all(server_.url(), options_.connections); !read)
    return read.error();
  if (!clients.surprise().empty())
    found_.ends.faults.push_back(clients.surprise());
  return log->close();
}

result<outcome> demonstration::run() {
  if (const status ready = prepare(); !ready)
    return ready.error();
  if (const status done = load_and_kill(); !done)
    return done.error();
  progress("checking");
  auto audited = audit::audit({.database = server_.database(),
                               .ledger = server_.ledger(),
                               .clients = folder_ + "/clients.log",
                               .ended = true});
  auto ends = judge(orders_, server_.database());
  progress("");
  if (!audited)
    return audited.error();
  if (!ends)
    return ends.error();
  ends->faults.insert(ends->faults.begin(), found_.ends.faults.begin(), found_.ends.faults.end());
  found_.ends = std::move(*ends);
  found_.audited = std::move(*audited);
  found_.campaigns = options_.campaigns;
  found_.connections = options_.connections;
  found_.url = server_.url();
  found_.folder = folder_;
  return found_;
}

// Until a signal, or the server's own end.
void demonstration::serve_on() {
  std::cerr << "\nlook at it: " << server_.url() << "   (Ctrl-C ends it; its files stay in "
            << folder_ << ")\n";
  while (!wait_for_signal(look_every))
    if (server_.wait(milliseconds{0}))
      return;
  stop();
}

// Its temporary files have served their purpose.
void demonstration::leave() {
  stop();
  std::error_code left_over; // in the folder of temporary files, where it hurts nobody
  if (options_.folder.empty())
    fs::remove_all(folder_, left_over);
}

void demonstration::stop() {
  server_.send(SIGTERM);
  server_.wait(std::chrono::seconds{10});
}

} // namespace

int demo(const demo_options& options) {
  take_signals();
  const auto folder = make_folder(options.folder);
  if (!folder) {
    std::cerr << "sagas: " << folder.error().message << "\n";
    return exit_usage;
  }
  demonstration show{options, *folder};
  const auto found = show.run();
  if (!found) {
    std::cerr << "sagas: " << found.error().message << " (files: " << *folder << ")\n";
    return exit_server;
  }
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here changes the environment
  const bool colours = ::isatty(STDOUT_FILENO) != 0 && !std::getenv("NO_COLOR");
  std::cout << (options.json ? as_json(*found) : as_text(*found, colours)) << std::flush;
  if (!found->good())
    std::cerr << "sagas: the demo found faults; its files are in " << *folder << "\n";
  else
    options.exit ? show.leave() : show.serve_on();
  return found->good() ? exit_ok : exit_negative;
}

} // namespace sagas::demo
