#include "app/config.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <unistd.h>

#include "app/config_keys.hpp"
#include "app/config_print.hpp"
#include "saga/definition_json.hpp"
#include "saga/json_reader.hpp"
#include "support/catch.hpp"

using namespace sagas;

namespace {

// A file that lives as long as the test.
class temporary_file {
public:
  explicit temporary_file(const std::string& text) {
    const int descriptor = ::mkstemp(path_.data());
    REQUIRE(descriptor >= 0);
    ::close(descriptor);
    std::ofstream{path_} << text;
  }
  ~temporary_file() { std::filesystem::remove(path_); }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  const std::string& path() const { return path_; }

private:
  std::string path_ = (std::filesystem::temp_directory_path() / "sagas-config-XXXXXX").string();
};

std::string error_of(const config_inputs& from) {
  const auto loaded = load_config(from);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().code == errc::invalid_input);
  return loaded.error().message;
}

void check_names(const std::string& message, std::initializer_list<const char*> parts) {
  for (const char* part : parts) {
    INFO(message);
    CHECK(message.find(part) != std::string::npos);
  }
}

} // namespace

TEST_CASE("without any input the defaults hold", "[app][config]") {
  const auto loaded = load_config({});
  REQUIRE(loaded);
  CHECK(loaded->values.http.host == "127.0.0.1");
  CHECK(loaded->values.http.port == 8003);
  CHECK(loaded->values.storage.type == storage_kind::sqlite);
  CHECK(loaded->values.db.host == "sagas-db");
  CHECK(loaded->values.db.port == 3306);
  CHECK(loaded->values.db.name == "sagas");
  CHECK(loaded->values.db.user == "sagas");
  CHECK(loaded->values.db.password == "sagas123");
  CHECK(loaded->values.db.pool_size == 20);
  CHECK(loaded->values.db.pool_overflow == 30);
  CHECK(loaded->sources.at("http.port") == "default");
}

TEST_CASE("a flag beats the environment, which beats the file, which beats the default",
          "[app][config]") {
  const temporary_file file{R"({"http": {"port": 1001, "threads": 11}, "db": {"path": "f.db"}})"};
  config_inputs from;
  from.file = file.path();
  from.environment = {{"SAGAS_HTTP_PORT", "1002"}, {"SAGAS_HTTP_THREADS", "12"}};
  from.flags = {{"http.port", "1003"}};
  const auto loaded = load_config(from);
  REQUIRE(loaded);
  CHECK(loaded->values.http.port == 1003);
  CHECK(loaded->sources.at("http.port") == "--http-port");
  CHECK(loaded->values.http.threads == 12);
  CHECK(loaded->sources.at("http.threads") == "SAGAS_HTTP_THREADS");
  CHECK(loaded->values.db.path == "f.db");
  CHECK(loaded->sources.at("db.path") == file.path());
  CHECK(loaded->sources.at("db.host") == "default");
}

TEST_CASE("SAGAS_CONFIG names the file unless --config does", "[app][config]") {
  const temporary_file one{R"({"http": {"port": 1001}})"};
  const temporary_file two{R"({"http": {"port": 1002}})"};
  config_inputs from;
  from.environment = {{"SAGAS_CONFIG", one.path()}};
  CHECK(load_config(from)->values.http.port == 1001);
  from.file = two.path();
  CHECK(load_config(from)->values.http.port == 1002);
}

TEST_CASE("an unknown or malformed name or value is an error that names it", "[app][config]") {
  struct row {
    const char* variable;
    const char* value;
    std::vector<const char*> parts;
  };
  const std::vector<row> rows{
    {"SAGAS_HTTP_PROT", "1", {"SAGAS_HTTP_PROT", "did you mean SAGAS_HTTP_PORT?"}},
    {"SAGAS_HTTP_PORT", "eighty", {"SAGAS_HTTP_PORT", "eighty", "0 to 65535"}},
    {"SAGAS_HTTP_PORT", "70000", {"SAGAS_HTTP_PORT", "70000"}},
    {"SAGAS_HTTP_PORT", "-1", {"SAGAS_HTTP_PORT"}},
    {"SAGAS_HTTP_PORT", "", {"SAGAS_HTTP_PORT"}},
    {"SAGAS_DRAIN_TIMEOUT", "30", {"SAGAS_DRAIN_TIMEOUT", "unit", "30s"}},
    {"SAGAS_HTTP_BODY_MAX", "1MB", {"SAGAS_HTTP_BODY_MAX", "16MiB"}},
    {"SAGAS_LOG_LEVEL", "loud", {"SAGAS_LOG_LEVEL", "debug|info|warning|error"}},
    {"SAGAS_STORAGE_TYPE", "oracle", {"SAGAS_STORAGE_TYPE", "sqlite|mysql"}},
    {"SAGAS_INJECTION_ALLOW", "yes", {"SAGAS_INJECTION_ALLOW", "neither true nor false"}},
    {"SAGAS_DB_PATH", "", {"SAGAS_DB_PATH", "empty"}},
    {"SAGAS_DB_PATH", "a\nb", {"SAGAS_DB_PATH", "control"}},
    {"SAGAS_DB_HOST_FILE", "/etc/hostname", {"SAGAS_DB_HOST_FILE", "unknown"}},
    {"SAGAS_HTTP_HOST", "0.0.0.0", {"http.host", "0.0.0.0", "--keys", "--insecure-bind"}},
    {"SAGAS_HTTP_TLS_CERTIFICATE", "a.pem", {"http.tls_key", "http.tls_certificate"}},
    {"SAGAS_HTTP_TLS_CLIENT_CA", "a.pem", {"http.tls_client_ca", "http.tls_certificate"}},
    {"SAGAS_HTTP_HOSTS", "a.example,b.example/x", {"http.hosts", "b.example/x"}},
    {"SAGAS_HTTP_REDACT", "pin,a/b", {"http.redact", "a/b"}},
    {"SAGAS_HTTP_CORS_ORIGINS", "*", {"http.cors_origins", "https://name"}},
    {"SAGAS_HTTP_CORS_ORIGINS", "https://a.example/", {"http.cors_origins"}},
  };
  for (const row& bad : rows) {
    config_inputs from;
    from.environment = {{bad.variable, bad.value}};
    const std::string message = error_of(from);
    for (const char* part : bad.parts)
      check_names(message, {part});
  }
}

TEST_CASE("every fault of a configuration is told at once", "[app][config]") {
  config_inputs from;
  from.environment = {{"SAGAS_HTTP_PORT", "x"}, {"SAGAS_NOPE", "1"}};
  from.flags = {{"log.level", "loud"}};
  check_names(error_of(from), {"SAGAS_HTTP_PORT", "SAGAS_NOPE", "--log-level"});
}

TEST_CASE("a wrong file is an error that says where", "[app][config]") {
  const std::vector<std::pair<const char*, const char*>> rows{
    {R"({"http": {"prot": 1}})", "did you mean http.port?"},
    {R"({"htpt": {"port": 1}})", "unknown key htpt"},
    {R"({"http": {"port": "8003"}})", "without quotes"},
    {R"({"http": {"insecure_bind": "true"}})", "without quotes"},
    {R"({"drain": {"timeout": 30}})", "in quotes"},
    {R"({"http": 3})", "object"},
    {R"([])", "object"},
    {R"({"http": {)", "not JSON"},
  };
  for (const auto& [text, part] : rows) {
    const temporary_file file{text};
    config_inputs from;
    from.file = file.path();
    check_names(error_of(from), {part, file.path().c_str()});
  }
  config_inputs missing;
  missing.file = "/nowhere/sagas.json";
  check_names(error_of(missing), {"/nowhere/sagas.json", "No such file"});
}

TEST_CASE("an open bind is refused unless the risk is accepted", "[app][config]") {
  config_inputs from;
  from.flags = {{"http.host", "0.0.0.0"}};
  check_names(error_of(from), {"0.0.0.0"});
  from.flags["http.insecure_bind"] = "true";
  const auto loaded = load_config(from);
  REQUIRE(loaded);
  CHECK(warnings_about(loaded->values).size() == 1);
  from.flags.erase("http.insecure_bind");
  from.flags["http.keys_file"] = "keys.json";
  const auto keyed = load_config(from);
  REQUIRE(keyed);
  REQUIRE(warnings_about(keyed->values).size() == 1);
  check_names(warnings_about(keyed->values).front(), {"in the clear"});
  from.flags.merge(std::map<std::string, std::string>{{"http.tls_certificate", "a.crt"},
                                                      {"http.tls_key", "a.key"}});
  const auto secured = load_config(from);
  REQUIRE(secured);
  CHECK(warnings_about(secured->values).empty());
  for (const char* host : {"127.0.0.1", "127.8.9.1", "localhost", "::1"})
    CHECK(is_loopback(host));
  for (const char* host : {"0.0.0.0", "::", "10.0.0.1", "127.evil.example", ""})
    CHECK_FALSE(is_loopback(host));
}

TEST_CASE("a loopback server goes by loopback names and those it is given", "[app][config]") {
  config values;
  CHECK(served_hosts(values)
        == std::vector<std::string>{"127.0.0.1", "localhost", "127.0.0.1", "[::1]"});
  values.http.hosts = "sagas.example";
  CHECK(served_hosts(values).front() == "sagas.example");
  values.http.host = "0.0.0.0";
  CHECK(served_hosts(values).size() == 5);
  values.http.hosts.clear();
  CHECK(served_hosts(values).empty());
}

TEST_CASE("a secret comes from a file and is never printed", "[app][config]") {
  const temporary_file secret{"s3cret-word\n"};
  config_inputs from;
  from.environment = {{"SAGAS_DB_PASSWORD_FILE", secret.path()}};
  const auto loaded = load_config(from);
  REQUIRE(loaded);
  CHECK(loaded->values.db.password == "s3cret-word");
  for (const std::string& print : {config_as_text(*loaded), config_as_json(*loaded)}) {
    CHECK(print.find("s3cret-word") == std::string::npos);
    CHECK(print.find("********") != std::string::npos);
    CHECK(print.find("SAGAS_DB_PASSWORD_FILE") != std::string::npos);
  }
  from.environment["SAGAS_DB_PASSWORD"] = "x";
  check_names(error_of(from), {"SAGAS_DB_PASSWORD_FILE", "unset one"});
  from.environment = {{"SAGAS_DB_PASSWORD_FILE", "/nowhere/secret"}};
  check_names(error_of(from), {"/nowhere/secret"});
}

TEST_CASE("every key can be printed, read back and set by its variable", "[app][config]") {
  const config defaults;
  for (const config_key& key : config_keys()) {
    INFO(key.name);
    CHECK_FALSE(key.doc.empty());
    config copy;
    CHECK_FALSE(set_value(copy, key, value_text(defaults, key)).has_value());
    CHECK(find_config_key(key.name) == &key);
  }
  CHECK(variable_of(*find_config_key("storage.type")) == "SAGAS_STORAGE_TYPE");
  CHECK(variable_of(*find_config_key("db.path")) == "SAGAS_DB_PATH");
  CHECK(flag_of(*find_config_key("http.insecure_bind")) == "--http-insecure-bind");
}

TEST_CASE("the ledger lies beside the database unless it is named", "[app][config]") {
  config values;
  values.db.path = "/data/sagas.db";
  CHECK(ledger_path(values) == "/data/sagas.participants.db");
  values.participants.ledger = "memory";
  CHECK(ledger_path(values) == "memory");
  config_inputs from;
  from.flags = {{"db.path", "x.db"}, {"participants.ledger", "x.db"}};
  check_names(error_of(from), {"participants.ledger"});
}

TEST_CASE("the built-in participants serve what the configuration names", "[app][config]") {
  CHECK(
    stand_in_services({})
    == std::vector<std::string>{"afiliados", "comisiones", "tracking", "notificaciones", "pagos"});
  config_inputs from;
  from.flags = {{"participants.stand_ins", "vuelos,hoteles"}};
  const auto loaded = load_config(from);
  REQUIRE(loaded);
  CHECK(stand_in_services(loaded->values) == std::vector<std::string>{"vuelos", "hoteles"});
  from.flags = {{"participants.stand_ins", ""}};
  REQUIRE(load_config(from));
  for (const char* bad : {"vuelos,,hoteles", "dos palabras", "a,b/c"}) {
    from.flags = {{"participants.stand_ins", bad}};
    check_names(error_of(from), {"participants.stand_ins", "microservicio"});
  }
}

TEST_CASE("the shipped configurations and examples are sound", "[app][config]") {
  const std::filesystem::path root{SAGAS_SOURCE_DIR};
  std::size_t checked = 0;
  for (const auto& entry : std::filesystem::directory_iterator{root / "configs"})
    if (entry.path().extension() == ".json") {
      config_inputs from;
      from.file = entry.path().string();
      INFO(*from.file);
      CHECK(load_config(from));
      ++checked;
    }
  for (const auto& entry : std::filesystem::directory_iterator{root / "examples"})
    if (entry.path().extension() == ".json") {
      std::ifstream file{entry.path()};
      const std::string text{std::istreambuf_iterator<char>{file}, {}};
      INFO(entry.path());
      CHECK(parse_definition(text));
      ++checked;
    }
  CHECK(checked >= 3);
}

TEST_CASE("sizes and durations are read and printed as people write them", "[app][config]") {
  CHECK(parse_size("16MiB") == byte_count{16ULL << 20});
  CHECK(parse_size("1024B") == byte_count{1024});
  for (const char* bad : {"", "16", "16MB", "16mib", "1e3B", "18446744073709551615GiB", "-1B"})
    CHECK_FALSE(parse_size(bad).has_value());
  CHECK(to_text(byte_count{16ULL << 20}) == "16MiB");
  CHECK(to_text(milliseconds{90'000}) == "90s");
  CHECK(to_text(milliseconds{3'600'000}) == "1h");
  CHECK(to_text(milliseconds{90 * 86'400'000LL}) == "90d");
  CHECK(parse_duration("90d") == milliseconds{90 * 86'400'000LL});
  CHECK(to_text(milliseconds{0}) == "0ms");
  CHECK(roughly(milliseconds{850}) == "850ms");
  CHECK(roughly(milliseconds{59'999}) == "59s");
  CHECK(roughly(milliseconds{61'000}) == "1m 1s");
  CHECK(roughly(milliseconds{11'520'000}) == "3h 12m");
  CHECK(roughly(milliseconds{3 * 86'400'000 + 7'200'000}) == "3d 2h");
}
