// What our documents tell people to type, typed.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <regex>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "running_server.hpp"
#include "support/catch.hpp"
#include "support/document.hpp"
#include "support/example_participant.hpp"
#include "tests/http/certificates.hpp"
#include "tests/http/scripted_service.hpp"

using namespace sagas;
using namespace sagas::test;
using json = nlohmann::json;
using headings = std::vector<std::string>;

namespace {

void write(const std::string& path, const std::string& text) {
  std::ofstream file{path};
  file << text << std::flush;
  REQUIRE(file);
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A service that has not finished when it is called; it keeps what it may report to, and with what.
struct booking_office {
  std::string header(const std::string& name) {
    const auto all = service.requests();
    if (all.empty())
      return {};
    std::smatch found;
    const std::string& first = all.front();
    const std::regex line{"\r\n" + name + ": ([^\r]+)\r\n", std::regex::icase};
    return std::regex_search(first, found, line) ? found[1].str() : std::string{};
  }
  http::testing::scripted_service service{[](auto& to) {
    to.answer(425, "", "Retry-After: 3600\r\n");
    return true;
  }};
};

// What of a document begins with `sagas`: lines for the shell, continued ones as one, and spans of
// code.
std::set<std::string> commands_told(const document& text) {
  static const std::regex continued{"\\\\\n"};
  static const std::regex line{"(?:^|\n|&& )sagas ([a-z][^\n]*)"};
  static const std::regex span{"`sagas ([a-z][^`\n]*)`"};
  std::set<std::string> found;
  const auto look = [&found](const std::string& in, const std::regex& told) {
    for (std::sregex_iterator each{in.begin(), in.end(), told}, end; each != end; ++each)
      found.insert((*each)[1].str());
  };
  look(std::regex_replace(text.shell(), continued, " "), line);
  look(text.text(), span);
  return found;
}

// Which words of a command the program's help does not know: its verbs, and its flags.
std::vector<std::string> unknown_words(const std::string& command) {
  std::istringstream words{command};
  std::vector<std::string> verbs;
  std::vector<std::string> unknown;
  std::string help;
  bool in_verbs = true;
  for (std::string word; words >> word && !word.starts_with("#");) {
    static const std::regex verb{"[a-z][a-z-]*"};
    static const std::regex flag{"--[a-z-]+"};
    in_verbs = in_verbs && verbs.size() < 2 && std::regex_match(word, verb);
    if (in_verbs) {
      auto asked = verbs;
      asked.insert(asked.end(), {word, "--help"});
      const auto said = run_sagas(asked);
      const std::string usage = "sagas " + (verbs.empty() ? word : verbs[0] + " " + word);
      if (said.code == 0 && has(said.out, usage)) {
        verbs.push_back(word);
        help = said.out;
        continue;
      }
      if (verbs.empty())
        return {word};
      in_verbs = false;
    }
    std::smatch name;
    if (word.starts_with("--") && std::regex_search(word, name, flag) && !has(help, name.str()))
      unknown.push_back(name.str());
  }
  return unknown;
}

struct served : running_server {
  explicit served(std::uint16_t port = 0, std::vector<std::string> more = {}) {
    server.options().port = port;
    server.options().more = std::move(more);
    start();
  }
  json post(const std::string& path, const json& body) const { return ask(path, body.dump()); }
};

} // namespace

TEST_CASE("the commands of docs/participants.md work", "[app][documents]") {
  document text{"docs/participants.md"};
  const std::string service = free_tcp_port();
  {
    document_shell shell;
    shell.replace("9001", service);
    shell.set("PAGOS_TOKEN", "t");
    shell.set("SAGAS_SECRET_PAGOS", "s");
    const std::string top = "Participants that are web services";
    write(shell.file("participants.json"), text.commands(top, "json"));
    const std::string said = shell.run(text.commands(top) + text.commands("Without a restart"));
    CHECK(has(said, "https://pagos.example/{paso}/{operacion}"));
  }
  document_shell shell;
  shell.replace("9001", service);
  shell.replace("hotel.db &\n", "hotel.db &\nawait_port " + service + "\n");
  std::filesystem::create_directory_symlink(std::string{SAGAS_SOURCE_DIR} + "/examples",
                                            shell.file("examples"));
  const std::string check = text.commands("The checker");
  if (program_in_path("python3").empty())
    std::cout << "SKIP: the checker's command is not tested: there is no python3\n";
  else
    CHECK(has(shell.run(check), "passed"));
  text.commands("Work of hours");
  CHECK(text.untried().empty());
}

TEST_CASE("a result is reported with the command of docs/participants.md", "[app][documents]") {
  document text{"docs/participants.md"};
  booking_office office;
  document_shell shell;
  json file = json::parse(text.commands("Work of hours", "json"));
  const std::string port = free_tcp_port();
  file["callbacks"] = {{"url", "http://127.0.0.1:" + port},
                       {"key", "${file:" + shell.file("callback.key") + "}"}};
  file["targets"] = {office.service.target()};
  file["participants"]["hotel"]["url"] = office.service.url("/{paso}/{operacion}");
  write(shell.file("callback.key"), std::string(32, 'k'));
  write(shell.file("participants.json"), file.dump());
  served w{static_cast<std::uint16_t>(std::stoi(port)),
           {"--participants", shell.file("participants.json")}};
  w.post("/api/v1/definiciones",
         {{"tipo", "viaje"}, {"pasos", {{{"nombre", "reservar"}, {"microservicio", "hotel"}}}}});
  const std::string saga = w.post("/api/v1/sagas", {{"tipo", "viaje"}})["saga_id"];
  REQUIRE(in_time([&] { return !office.header("Saga-Token").empty(); }));
  shell.set("SAGA_RESPUESTA", office.header("Saga-Respuesta"));
  shell.set("SAGA_TOKEN", office.header("Saga-Token"));
  shell.run(text.commands("Work of hours"));
  CHECK(in_time([&] { return w.state(saga) == "COMPLETADA"; }));
}

TEST_CASE("the commands of docs/operator.md work", "[app][documents]") {
  document text{"docs/operator.md"};
  served w;
  document_shell shell;
  shell.set("SAGAS_URL", w.server.url());
  w.post("/api/v1/definiciones", json::parse(R"({"tipo": "compra", "ventana_compensacion": "1d",
    "pasos": [{"nombre": "cobrar", "microservicio": "pagos", "compensacion": "devolver"},
              {"nombre": "seguir", "microservicio": "tracking"}]})"));
  std::vector<std::string> parked;
  for (int i = 0; i < 12; ++i)
    parked.push_back(w.post("/api/v1/sagas", json::parse(R"({"tipo": "compra", "inyeccion":
      {"tracking": {"fallo": "negocio"},
       "pagos": {"fallo": "negocio", "operacion": "compensacion", "veces": 1}}})"))["saga_id"]);
  const auto all_are = [&](const char* state) {
    return in_time([&] {
      return std::ranges::all_of(parked, [&](const auto& each) { return w.state(each) == state; });
    });
  };
  REQUIRE(all_are("REQUIERE_ATENCION"));
  shell.run(text.commands("Many sagas wait, for one cause"));
  CHECK(all_are("COMPENSADA"));

  const std::string well = w.post("/api/v1/sagas", {{"tipo", "compra"}})["saga_id"];
  REQUIRE(in_time([&] { return w.state(well) == "COMPLETADA"; }));
  shell.replace("SAGA ", well + " ");
  CHECK(has(shell.run(text.commands("A saga that ended well must be undone")), "cobrar"));
  CHECK(text.untried().empty());
}

TEST_CASE("the commands of docs/security.md work", "[app][documents]") {
  document text{"docs/security.md"};
  document_shell keys;
  keys.run(text.commands("Keys") + text.commands("Quotas, and a fair share"));
  CHECK(std::filesystem::file_size(keys.file("tienda.key")) > 32);

  document_shell hidden;
  hidden.run(text.commands("Fields that nobody is shown"));

  document_shell sealed;
  CHECK(has(sealed.run(text.commands("Payloads encrypted at rest") + text.commands("Another key")),
            "payload"));

  document_shell encrypted;
  const http::testing::authority ours{"authority", encrypted.file(".")};
  for (const std::string name : {"server", "mine"})
    std::filesystem::rename(ours.issue(name).certificate, encrypted.file(name + ".pem"));
  std::filesystem::copy_file(ours.file(), encrypted.file("clients.pem"));
  encrypted.run(text.commands("HTTPS and client certificates"));

  // CI runs the fuzzers; a container needs Docker.
  CHECK(text.untried() == headings{"What is fuzzed", "In a container"});
}

TEST_CASE("the commands of docs/schedules.md work", "[app][documents][schedule]") {
  document text{"docs/schedules.md"};
  served w;
  document_shell shell;
  shell.set("SAGAS_URL", w.server.url());
  CHECK(has(shell.run(text.commands("Sagas at set times")), "cierre starts nothing any more"));
  CHECK(text.untried().empty());
}

TEST_CASE("no document tells of a command or flag that there is not", "[app][documents]") {
  const std::filesystem::path root{SAGAS_SOURCE_DIR};
  std::set<std::string> all;
  const auto look_into = [&](const std::string& path) { all.merge(commands_told(document{path})); };
  look_into("README.md");
  look_into("README.es.md");
  for (const auto& entry : std::filesystem::directory_iterator{root / "docs"})
    if (entry.path().extension() == ".md")
      look_into("docs/" + entry.path().filename().string());
  CHECK(all.size() > 80);
  CHECK(unknown_words("stuck --causes --cuases # gone") == headings{"--cuases"});
  CHECK(unknown_words("stuk --causes") == headings{"stuk"});
  for (const std::string& each : all) {
    INFO("sagas " << each);
    CHECK(unknown_words(each).empty());
  }
}
