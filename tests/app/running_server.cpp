#include "running_server.hpp"

#include <chrono>
#include <csignal>
#include <thread>

#include "support/catch.hpp"

using json = nlohmann::json;

namespace sagas::test {

void running_server::start() {
  const status started = server.start();
  INFO((started ? "" : started.error().message));
  REQUIRE(started);
}

void running_server::stop() {
  server.send(SIGTERM);
  REQUIRE(server.wait(std::chrono::seconds{30}) == 0);
}

child_process::ended running_server::verb(std::vector<std::string> words) const {
  return run_sagas(std::move(words), {{"SAGAS_URL", server.url()}});
}

json running_server::told(std::vector<std::string> words) const {
  words.emplace_back("--json");
  const auto said = verb(std::move(words));
  INFO(said.out << said.err);
  return json::parse(said.out);
}

api_answer running_server::send(const api_request& what, const client_identity& who) const {
  auto client = api_client::to(server.url(), who);
  REQUIRE(client);
  const auto answer = client->send(what);
  REQUIRE(answer);
  return *answer;
}

json running_server::ask(const std::string& path, const std::string& body) const {
  const api_answer answer = send(
    {.method = body.empty() ? "GET" : "POST", .path = path, .body = body});
  INFO(answer.body);
  REQUIRE(answer.ok());
  return json::parse(answer.body);
}

void running_server::audit() {
  server.kill();
  const auto audited = run_sagas(
    {"audit", "--db", server.database(), "--ledger", server.ledger(), "--ended"});
  INFO(audited.out << audited.err);
  CHECK(audited.out.find("0 violations") != std::string::npos);
}

} // namespace sagas::test
