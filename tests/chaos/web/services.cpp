#include "chaos/web/services.hpp"

#include <csignal>
#include <filesystem>
#include <sstream>

#include <nlohmann/json.hpp>

#include "app/client.hpp"

namespace sagas::chaos {
namespace {

namespace fs = std::filesystem;

constexpr milliseconds start_limit{20'000};
constexpr const char* rooms = "100000000";
const std::string examples = std::string{SAGAS_SOURCE_DIR} + "/examples/participants/";

// Where the shell would find a program; empty: nowhere.
std::string program(const std::string& name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here changes the environment
  const char* const path = std::getenv("PATH");
  std::istringstream folders{path == nullptr ? "" : path};
  for (std::string folder; std::getline(folders, folder, ':');)
    if (fs::exists(fs::path{folder} / name))
      return (fs::path{folder} / name).string();
  return {};
}

result<std::vector<std::string>> command_of(const std::string& language) {
  if (language == "C++")
    return std::vector{
      (fs::path{own_path()}.parent_path().parent_path() / "examples/example_participant").string()};
  const bool python = language == "Python";
  const std::string interpreter = program(python ? "python3" : "node");
  if (interpreter.empty())
    return {errc::unavailable, "there is no " + language + " here: apt-get install "
                                 + (python ? "python3" : "nodejs")};
  return std::vector{interpreter, examples + (python ? "participant.py" : "participant.js")};
}

} // namespace

status web_service::start() {
  auto command = command_of(language_);
  if (!command)
    return command.error();
  command->push_back(url_.empty() ? "0" : url_.substr(url_.rfind(':') + 1));
  command->push_back(folder_ + "/" + name_ + ".data");
  auto started = child_process::spawn(
    {std::move(*command), {{"PARTICIPANTE_HABITACIONES", rooms}}, folder_ + "/" + name_ + ".log"});
  if (!started)
    return started.error();
  process_.emplace(std::move(*started));
  const auto line = process_->read_line(start_limit);
  const std::size_t at = line ? line->find("http://") : std::string::npos;
  if (at == std::string::npos)
    return {errc::unavailable, name_ + " does not start: see " + folder_ + "/" + name_ + ".log"};
  url_ = line->substr(at);
  return nothing{};
}

void web_service::kill() {
  process_->send_signal(SIGKILL);
  process_->wait(start_limit);
}

result<std::int64_t> web_service::effects(const std::string& saga) const {
  auto client = api_client::to(url_);
  if (!client)
    return client.error();
  const auto said = client->send({.path = "/efectos/" + saga});
  if (!said)
    return said.error();
  const auto body = nlohmann::json::parse(said->body, nullptr, false);
  if (!said->ok() || !body.is_object())
    return {errc::unavailable, name_ + " does not tell its effects: " + said->body};
  return body.value("efectos", std::int64_t{-1});
}

result<std::vector<web_service>> start_web_services(const std::string& folder) {
  std::vector<web_service> all;
  for (const auto& [name, language] :
       {std::pair{"vuelos", "C++"}, std::pair{"hoteles", "Python"},
        std::pair{"coches", "JavaScript"}, std::pair{"entradas", "C++"}}) {
    web_service made{name, language, folder};
    if (const status started = made.start(); !started)
      return started.error();
    all.push_back(std::move(made));
  }
  return all;
}

} // namespace sagas::chaos
