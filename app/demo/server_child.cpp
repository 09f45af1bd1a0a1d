#include "app/demo/server_child.hpp"

#include <csignal>
#include <fstream>

#include "app/load/generator.hpp"

namespace sagas::demo {

result<std::vector<std::string>> server_child::arguments() const {
  std::vector<std::string> line{
    options_.program,   "serve",  "--db",   database(),
    "--ledger",         ledger(), "--port", std::to_string(options_.port),
    "--allow-injection"};
  if (!options_.injection.empty()) {
    const std::string path = options_.folder + "/injection.json";
    if (!(std::ofstream{path} << options_.injection << std::flush))
      return {errc::unavailable, "cannot write " + path};
    line.insert(line.end(), {"--injection", path});
  }
  line.insert(line.end(), options_.more.begin(), options_.more.end());
  return line;
}

status server_child::start(milliseconds limit) {
  const status launched = launch();
  return launched ? await(limit) : launched;
}

status server_child::launch() {
  auto line = arguments();
  if (!line)
    return line.error();
  auto child = child_process::spawn({std::move(*line), options_.environment, log()});
  if (!child)
    return child.error();
  process_ = std::move(*child);
  return nothing{};
}

status server_child::await(milliseconds limit) {
  const auto said = process_->read_line(limit);
  const std::size_t at = said ? said->find("http://") : std::string::npos;
  if (at == std::string::npos)
    return failure{errc::unavailable, "the server did not start; see " + log()};
  url_ = said->substr(at);
  const auto where = load::parse_target(url_);
  if (!where)
    return where.error();
  options_.port = where->port;
  return nothing{};
}

void server_child::kill() {
  process_->send_signal(SIGKILL);
  process_->wait(std::chrono::seconds{10});
}

} // namespace sagas::demo
