#include "chaos/web/services.hpp"

#include <csignal>

#include <nlohmann/json.hpp>

#include "app/client.hpp"
#include "support/example_participant.hpp"

namespace sagas::chaos {
namespace {

constexpr milliseconds start_limit{20'000};
constexpr const char* rooms = "100000000";
constexpr std::array languages{"C++", "Python", "JavaScript", "C++"};

} // namespace

status web_service::start() {
  auto command = test::example_participant(language_);
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
  for (std::size_t i = 0; i < travel_services.size(); ++i) {
    web_service made{travel_services[i], languages[i], folder};
    if (const status started = made.start(); !started)
      return started.error();
    all.push_back(std::move(made));
  }
  return all;
}

} // namespace sagas::chaos
