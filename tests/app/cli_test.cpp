// The command line, on the real binary.
#include "binary.hpp"

#include <fstream>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"

using namespace sagas;
using sagas::test::run_sagas;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

constexpr const char* nobody = "http://127.0.0.1:1"; // a port that nothing listens on

} // namespace

TEST_CASE("every verb teaches with an example", "[app][cli]") {
  const std::vector<std::vector<std::string>> verbs{{"start"},
                                                    {"list"},
                                                    {"show"},
                                                    {"watch"},
                                                    {"cancel"},
                                                    {"pause"},
                                                    {"resume"},
                                                    {"retry"},
                                                    {"skip"},
                                                    {"fail"},
                                                    {"stuck"},
                                                    {"explain"},
                                                    {"complete"},
                                                    {"compensate"},
                                                    {"config"},
                                                    {"version"},
                                                    {"def"},
                                                    {"def", "list"},
                                                    {"def", "show"},
                                                    {"def", "validate"},
                                                    {"def", "register"},
                                                    {"def", "simulate"},
                                                    {"serve"},
                                                    {"keys"},
                                                    {"keys", "create"},
                                                    {"keys", "list"},
                                                    {"keys", "revoke"},
                                                    {"webhooks"},
                                                    {"webhooks", "list"},
                                                    {"webhooks", "show"},
                                                    {"webhooks", "set"},
                                                    {"webhooks", "remove"},
                                                    {"webhooks", "dead"},
                                                    {"webhooks", "resend"},
                                                    {"schedules"},
                                                    {"schedules", "set"},
                                                    {"schedules", "show"},
                                                    {"schedules", "list"},
                                                    {"schedules", "remove"},
                                                    {"schedules", "pause"},
                                                    {"schedules", "resume"},
                                                    {"schedules", "next"},
                                                    {"health"},
                                                    {"db"},
                                                    {"db", "check"},
                                                    {"db", "backup"},
                                                    {"db", "restore"},
                                                    {"db", "migrate"}};
  for (auto line : verbs) {
    INFO(line.front() << " " << line.back());
    std::string path = "sagas";
    for (const std::string& word : line)
      path += " " + word;
    line.push_back("--help");
    const auto help = run_sagas(line);
    CHECK(help.code == 0);
    CHECK(has(help.out, "Example"));
    CHECK(has(help.out, "Usage: " + path + " "));
    CHECK(help.err.empty());
  }
  const auto all = run_sagas({"--help"});
  CHECK(all.code == 0);
  CHECK(has(all.out, "Exit codes"));
}

TEST_CASE("a wrong line exits 2 and names what was meant", "[app][cli]") {
  struct row {
    std::vector<std::string> line;
    const char* part;
  };
  const std::vector<row> rows{
    {{}, "sagas start"},
    {{"strat"}, "did you mean start?"},
    {{"list", "--limt", "3"}, "did you mean --limit?"},
    {{"list", "--limit", "many"}, "--limit"},
    {{"show"}, "saga is required"},
    {{"show", "a", "b"}, "unexpected b"},
    {{"retry", "a", "b"}, "--reason is required"},
    {{"stuck", "--retry-all"}, "--reason"},
    {{"stuck", "--retry-all", "--skip-all", "--reason", "x"}, "at most 1"},
    {{"explain", "a", "--lang", "fr"}, "--lang"},
    {{"compensate", "a", "b"}, "--reason is required"},
    {{"retry", "a", "b", "--reason", "x", "--input", "[1]"}, "--input must be a JSON object"},
    {{"config", "--host", "0.0.0.0"}, "--insecure-bind"},
    {{"start", "t", "--input", "/nowhere.json"}, "/nowhere.json"},
    {{"start", "t", "--input", "[1]"}, "must be a JSON object"},
    {{"start", "t", "--wait", "30"}, "no duration"},
    {{"start", "t", "--url", "ftp://x"}, "no server's address"},
    {{"list", "--url", "http://127.0.0.1:1/a b"}, "no server's address"},
  };
  for (const row& each : rows) {
    const auto ended = run_sagas(each.line);
    INFO(each.part << " / " << ended.err);
    CHECK(ended.code == 2);
    CHECK(has(ended.err, each.part));
    CHECK(ended.out.empty());
  }
}

TEST_CASE("a server that nobody runs exits 3 and says what to do", "[app][cli]") {
  for (const std::vector<std::string>& line : std::vector<std::vector<std::string>>{{"list"},
                                                                                    {"show", "x"},
                                                                                    {"watch"},
                                                                                    {"stuck"},
                                                                                    {"cancel", "x"},
                                                                                    {"start", "t"},
                                                                                    {"def", "list"},
                                                                                    {"health"}}) {
    auto with_url = line;
    with_url.insert(with_url.end(), {"--url", nobody});
    const auto ended = run_sagas(with_url);
    INFO(line.front() << ": " << ended.err);
    CHECK(ended.code == 3);
    CHECK(has(ended.err, nobody));
  }
  const auto from_environment = run_sagas({"list"}, {{"SAGAS_URL", nobody}});
  CHECK(from_environment.code == 3);
  CHECK(has(from_environment.err, nobody));
  const std::map<std::string, std::string> elsewhere{{"SAGAS_URL", "http://elsewhere.invalid"}};
  CHECK(has(run_sagas({"list", "--url", nobody}, elsewhere).err, nobody));
  CHECK(has(run_sagas({"def", "list", "--url", nobody}, elsewhere).err, nobody));
  const auto keys = run_sagas({"keys", "list", "--file", "/nowhere/keys.json"},
                              {{"SAGAS_HTTP_KEYS_FILE", "/elsewhere/keys.json"}});
  CHECK(has(keys.err + keys.out, "/nowhere/keys.json"));
}

TEST_CASE("config prints what holds and where it came from", "[app][cli]") {
  const auto text = run_sagas({"config", "--port", "9001"}, {{"SAGAS_DB_PATH", "x.db"}});
  CHECK(text.code == 0);
  CHECK(has(text.out, "--http-port"));
  CHECK(has(text.out, "SAGAS_DB_PATH"));
  CHECK_FALSE(has(text.out, "sagas123"));
  const auto json = run_sagas({"config", "--json", "--port", "9001", "--allow-injection"});
  const auto parsed = nlohmann::json::parse(json.out);
  CHECK(parsed["http.port"]["value"] == 9001);
  CHECK(parsed["http.port"]["source"] == "--http-port");
  CHECK(parsed["injection.allow"]["value"] == true);
  CHECK_FALSE(has(json.out, "sagas123"));
  const auto unknown = run_sagas({"config"}, {{"SAGAS_HTTP_PROT", "1"}});
  CHECK(unknown.code == 2);
  CHECK(has(unknown.err, "did you mean SAGAS_HTTP_PORT?"));
  const auto mysql = run_sagas({"config"}, {{"SAGAS_STORAGE_TYPE", "mysql"}});
  CHECK(mysql.code == 0);
  CHECK(has(mysql.out, "SAGAS_STORAGE_TYPE"));
}

TEST_CASE("a definition is checked without a server", "[app][cli]") {
  const std::string shipped = std::string{SAGAS_SOURCE_DIR}
                              + "/configs/definitions/lanzar_campania_completa.json";
  const auto sound = run_sagas({"def", "validate", shipped});
  CHECK(sound.code == 0);
  CHECK(has(sound.out, "4 steps"));
  const auto faulty = run_sagas({"def", "validate", R"({"tipo": "a b", "pasos": []})"});
  CHECK(faulty.code == 1);
  CHECK(has(faulty.err, "/tipo"));
  CHECK(has(faulty.err, "/pasos"));
  const auto json = run_sagas({"def", "validate", "--json", R"({"tipo": "a b", "pasos": []})"});
  CHECK(json.code == 1);
  CHECK(nlohmann::json::parse(json.out)["errores"].size() >= 2);
  CHECK(run_sagas({"def", "validate", "/nowhere.json"}).code == 2);
}

TEST_CASE("a definition is simulated without a server", "[app][cli]") {
  const std::string script = R"({"entrada": {"periodo": "2026-11"}, "guion": {"generar_lote_pago":
    {"accion": [{"resultado": "negocio", "motivo": "sin fondos"}]}}})";
  const auto text = run_sagas({"def", "simulate", "procesar_pago_comisiones", "--script", script});
  INFO(text.err);
  CHECK(text.code == 0);
  CHECK(has(text.out, "sin fondos"));
  CHECK(has(text.out, "COMPENSADA after"));
  const auto json = run_sagas(
    {"def", "simulate", "procesar_pago_comisiones", "--json", "--script", script});
  CHECK(nlohmann::json::parse(json.out)["estado"] == "COMPENSADA");
  const auto faulty = run_sagas({"def", "simulate", "procesar_pago_comisiones", "--script",
                                 R"({"guion": {"no_such_step": {}}})"});
  CHECK(faulty.code == 2);
  CHECK(has(faulty.err, "no_such_step"));
  CHECK(run_sagas({"def", "simulate", "no_such_type"}).code == 2);
}

TEST_CASE("the version is the build's", "[app][cli]") {
  CHECK(run_sagas({"version"}).out == run_sagas({"--version"}).out);
  CHECK(nlohmann::json::parse(run_sagas({"version", "--json"}).out).contains("version"));
}
