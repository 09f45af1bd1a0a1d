// The example participants of every language: each passes the checker, and forgets nothing when it
// is killed.
#include <atomic>
#include <csignal>
#include <iostream>
#include <mutex>
#include <thread>

#include <nlohmann/json.hpp>

#include "app/binary.hpp"
#include "app/client.hpp"
#include "app/process.hpp"
#include "support/catch.hpp"
#include "support/example_participant.hpp"
#include "support/temp_folder.hpp"

using namespace sagas;
using namespace sagas::test;
using json = nlohmann::json;

namespace {

std::vector<std::string> command_of(const std::string& language) {
  auto command = example_participant(language);
  if (command)
    return std::move(*command);
  std::cout << "SKIP: the example participant in " << language
            << " is not tested: " << command.error().message << "\n";
  return {};
}

api_answer call(const std::string& url, const std::string& saga, bool undo = false) {
  const std::string op = undo ? "compensacion" : "accion";
  auto client = api_client::to(url);
  if (!client)
    return {};
  const auto said = client->send({.method = "POST",
                                  .path = "/reservar/" + op,
                                  .body = R"({"habitaciones":1})",
                                  .headers = {{"Idempotency-Key", saga + "/reservar/" + op},
                                              {"Saga-Id", saga},
                                              {"Saga-Paso", "reservar"},
                                              {"Saga-Operacion", op},
                                              {"Saga-Epoca", "1"}}});
  return said ? *said : api_answer{};
}

class example {
public:
  explicit example(std::vector<std::string> command) : command_(std::move(command)) {
    start("0");
    port_ = url_.substr(url_.rfind(':') + 1);
  }

  void kill_and_start() {
    child_->send_signal(SIGKILL);
    REQUIRE(child_->wait(milliseconds{10'000}));
    start(port_);
  }
  const std::string& url() const { return url_; }

  std::int64_t effects(const std::string& saga) const {
    auto client = api_client::to(url_);
    REQUIRE(client);
    const auto said = client->send({.path = "/efectos/" + saga});
    REQUIRE(said);
    return json::parse(said->body).at("efectos").get<std::int64_t>();
  }

private:
  void start(const std::string& port) {
    std::vector<std::string> arguments = command_;
    arguments.push_back(port);
    arguments.push_back(folder_.file("hotel"));
    auto child = child_process::spawn({arguments, {}, folder_.file("errors")});
    REQUIRE(child);
    child_.emplace(std::move(*child));
    const auto line = child_->read_line(milliseconds{20'000});
    REQUIRE(line);
    REQUIRE(line->starts_with("listening on http://127.0.0.1:"));
    url_ = line->substr(line->find("http"));
  }

  const temp_folder folder_;
  const std::vector<std::string> command_;
  std::optional<child_process> child_;
  std::string url_, port_;
};

// Calls until there is an answer: as the engine does.
std::string insist(const std::string& url, const std::string& saga) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (std::chrono::steady_clock::now() < until) {
    const api_answer said = call(url, saga);
    if (said.status == 200)
      return said.body;
    std::this_thread::sleep_for(milliseconds{10});
  }
  return "none";
}

} // namespace

TEST_CASE("every example participant passes every check", "[app][participant][examples]") {
  const std::string language = GENERATE("C++", "Python", "JavaScript");
  const auto command = command_of(language);
  if (command.empty())
    return;
  const example one{command};
  const auto checked = run_sagas({"check-participant", one.url() + "/{paso}/{operacion}", "--step",
                                  "reservar", "--input", R"({"habitaciones": 1})",
                                  "--refused-input", R"({"habitaciones": 1000})", "--effects",
                                  one.url() + "/efectos/{saga_id}", "--timeout", "30s"});
  INFO(language << "\n" << checked.out << checked.err);
  CHECK(checked.code == 0);
  CHECK(checked.out.find("13 passed, 0 failed, 3 skipped") != std::string::npos);
}

TEST_CASE("the examples that can, hear signed calls alone", "[app][participant][examples]") {
  const std::string language = GENERATE("Python", "JavaScript");
  auto command = command_of(language);
  if (command.empty())
    return;
  command.insert(command.begin(), {program_in_path("env"), "PARTICIPANTE_SECRETO=s3cr3t0"});
  const example one{command};
  const auto checked = run_sagas({"check-participant", one.url() + "/{paso}/{operacion}", "--input",
                                  R"({"habitaciones": 1})", "--sign", "env:FIRMA", "--timeout",
                                  "30s", "--effects", one.url() + "/efectos/{saga_id}"},
                                 {{"FIRMA", "s3cr3t0"}});
  INFO(language << "\n" << checked.out << checked.err);
  CHECK(checked.code == 0);
  CHECK(checked.out.find("13 passed, 0 failed, 3 skipped") != std::string::npos);
}

TEST_CASE("an example participant survives what is no call", "[app][participant][examples]") {
  const std::string language = GENERATE("C++", "Python", "JavaScript");
  const auto command = command_of(language);
  if (command.empty())
    return;
  INFO(language);
  const example one{command};
  outlive_closed_connections(); // what is too large is not read to its end
  auto client = api_client::to(one.url());
  REQUIRE(client);
  const auto status_of = [&](const std::string& body, const std::string& epoch) {
    const auto said = client->send({.method = "POST",
                                    .path = "/",
                                    .body = body,
                                    .headers = {{"Saga-Id", "s-1"},
                                                {"Saga-Paso", "reservar"},
                                                {"Saga-Operacion", "accion"},
                                                {"Saga-Epoca", epoch}}});
    return said ? said->status : 0;
  };
  CHECK(client->send({.method = "POST", .path = "/", .body = "{}"})->status == 400);
  CHECK(status_of("{}", "many") == 400);
  CHECK(status_of("{}", "-1") == 400);
  CHECK(status_of("{}", std::string(30, '9')) == 400);
  CHECK(status_of(std::string(2 << 20, 'x'), "1") != 200);
  CHECK(call(one.url(), "s-1").status == 200);
}

TEST_CASE("an example participant that is killed remembers", "[app][participant][examples]") {
  const std::string language = GENERATE("C++", "Python", "JavaScript");
  const auto command = command_of(language);
  if (command.empty())
    return;
  INFO(language);
  example one{command};
  const api_answer first = call(one.url(), "s-1");
  REQUIRE(first.status == 200);
  one.kill_and_start();
  CHECK(call(one.url(), "s-1").body == first.body);
  CHECK(one.effects("s-1") == 1);
  CHECK(call(one.url(), "s-1", true).status == 200);
  CHECK(call(one.url(), "s-2", true).status == 200);
  one.kill_and_start();
  CHECK(call(one.url(), "s-1").status == 409);
  CHECK(call(one.url(), "s-2").status == 409);
  CHECK(one.effects("s-1") == 0);
  CHECK(one.effects("s-2") == 0);
}

TEST_CASE("an example participant that is killed under load does nothing twice",
          "[app][participant][examples]") {
  const std::string language = GENERATE("C++", "Python", "JavaScript");
  const auto command = command_of(language);
  if (command.empty())
    return;
  INFO(language);
  constexpr int clients = 6, sagas_each = 15;
  example one{command};
  std::atomic<int> answered{0};
  std::mutex guard;
  std::map<std::string, std::string> answers;
  std::vector<std::thread> all;
  for (int c = 0; c < clients; ++c)
    all.emplace_back([&, url = one.url(), c] {
      for (int i = 0; i < sagas_each; ++i) {
        const std::string saga = "s-" + std::to_string(c) + "-" + std::to_string(i);
        const std::string said = insist(url, saga);
        ++answered;
        const std::lock_guard lock{guard};
        answers[saga] = said;
      }
    });
  for (int kills = 1; kills <= 3; ++kills) {
    while (answered < kills * 20) // each client gives up after a minute at most
      std::this_thread::sleep_for(milliseconds{1});
    one.kill_and_start();
  }
  for (std::thread& each : all)
    each.join();
  for (const auto& [saga, said] : answers) {
    INFO(saga);
    CHECK(said.find("localizador") != std::string::npos);
    CHECK(call(one.url(), saga).body == said);
    CHECK(one.effects(saga) == 1);
  }
}
