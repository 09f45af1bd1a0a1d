#include "app/serve.hpp"

#include <iostream>

#include "app/exit_code.hpp"
#include "app/log.hpp"
#include "app/process.hpp"
#include "app/service.hpp"
#include "app/version.hpp"

namespace sagas {
namespace {

constexpr milliseconds look_every{100}; // at the loss of the store, and until starts are accepted

// Until a signal or the loss of the store; tells when starts are accepted first.
void run(const service& running, logger& log) {
  bool told = false;
  while (!running.lost()) {
    if (!told && running.accepting()) {
      std::cout << "sagas " << version_text() << " listening on " << running.url() << std::endl;
      log.write(log_level::info, "accepting", {{"url", running.url()}});
      told = true;
    }
    if (wait_for_signal(look_every))
      return;
  }
}

// A second signal during this ends the process at once.
int stop(service& running, const config& values, logger& log) {
  if (running.lost())
    return exit_server; // told when it happened
  end_at_next_signal();
  log.write(log_level::info, "stopping: a second signal ends at once");
  if (!running.drain(values.drain.timeout))
    log.write(log_level::warning,
              "not everything was stored in time; it goes on at the next start");
  return exit_ok;
}

} // namespace

int serve(const config& values) {
  take_signals();
  const auto log = open_log(values.log);
  for (const std::string& warning : warnings_about(values))
    log->write(log_level::warning, warning);
  auto running = service::open(values, *log);
  if (!running) {
    std::cerr << "sagas: " << running.error().message << "\n";
    for (const field_error& each : running.error().fields)
      std::cerr << "  " << each.pointer << ": " << each.message << "\n";
    return running.error().code == errc::invalid_input ? exit_usage : exit_server;
  }
  run(**running, *log);
  const int code = stop(**running, values, *log);
  running->reset();
  log->write(log_level::info, "stopped");
  return code;
}

} // namespace sagas
