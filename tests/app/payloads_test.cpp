// Encrypted payloads on the real binary: from the key's making to its retirement.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "running_server.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::test;
using json = nlohmann::json;

namespace {

constexpr const char* secret = "PALABRA-SECRETA";

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string bytes_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

// A server whose own service does every step by keeping its input.
struct encrypted_world : running_server {
  encrypted_world() {
    new_key("k1");
    server.options().more = {"--payload-keys", keys};
  }

  void new_key(const std::string& id) const {
    const auto made = run_sagas({"db", "new-key", keys, "--id", id});
    INFO(made.err);
    REQUIRE(made.code == 0);
  }
  void restart() {
    stop();
    start();
  }

  // One saga that carries the secret from its start to its end.
  std::string tell() const {
    const json done = ask("/api/v1/sagas?esperar=20s", json{{"tipo", "procesar_pago_comisiones"},
                                                            {"metadatos", {{"nota", secret}}},
                                                            {"entrada", {{"periodo", secret}}}}
                                                         .dump());
    return done["saga_id"];
  }
  bool files_tell(const std::string& text) const {
    for (const char* end : {"", "-wal"})
      if (std::filesystem::exists(server.database() + end)
          && has(bytes_of(server.database() + end), text))
        return true;
    return false;
  }

  child_process::ended db(std::vector<std::string> words) const {
    words.insert(words.begin(), "db");
    for (const std::string& each : {std::string{"--db"}, server.database()})
      words.push_back(each);
    return run_sagas(std::move(words), {{"SAGAS_DB_PAYLOAD_KEYS", keys}});
  }
  json check() const {
    const auto told = db({"check", "--json"});
    INFO(told.out << told.err);
    REQUIRE(told.code == 0);
    return json::parse(told.out)["cargas"];
  }

  std::string keys = folder.file("payload.keys");
};

} // namespace

TEST_CASE("a server with a key of payloads writes none in the clear, and shows them as ever",
          "[app][payloads]") {
  encrypted_world w;
  w.start();
  const std::string id = w.tell();
  CHECK_FALSE(w.files_tell(secret));
  CHECK(w.files_tell("enc1:k1:"));
  CHECK(w.ask("/api/v1/sagas/" + id)["metadatos"]["nota"] == secret);
  CHECK(has(w.ask("/api/v1/sagas/" + id + "/pasos").dump(), secret));
  CHECK(has(bytes_of(w.server.log()), "payloads are encrypted"));
  CHECK(has(bytes_of(w.server.log()), "keep what they are sent unencrypted in"));
  json counted = w.check(); // beside the server
  CHECK(counted["planas"] == 0);
  CHECK(counted["por_clave"]["k1"] > 5);
  CHECK(counted["ilegibles"] == 0);
  w.stop();
  CHECK_FALSE(w.files_tell(secret));
  CHECK(run_sagas({"audit", "--db", w.server.database(), "--ledger", w.server.ledger(),
                   "--payload-keys", w.keys})
          .code
        == 0);
  // No key is told anywhere, and what makes a key of the file is private.
  const std::string line = bytes_of(w.keys);
  const std::string key = line.substr(line.find("k1 = ") + 5, 44);
  CHECK_FALSE(has(bytes_of(w.server.log()), key));
}

TEST_CASE("without its key an encrypted database is not served, checked or audited",
          "[app][payloads]") {
  encrypted_world w;
  w.start();
  w.tell();
  w.stop();
  const std::string path = w.server.database();
  const auto serve = run_sagas({"serve", "--db", path, "--port", "0"});
  CHECK(serve.code == 2);
  CHECK(has(serve.err, "are encrypted with the key 'k1': name the file that holds it "
                       "(db.payload_keys)"));
  const auto check = run_sagas({"db", "check", "--db", path});
  CHECK(check.code == 1);
  CHECK(has(check.out, "encrypted with k1"));
  CHECK(has(check.out, "can't be opened"));
  CHECK(has(check.out, "NOT sound"));
  const auto audit = run_sagas({"audit", "--db", path});
  CHECK(audit.code == 3);
  CHECK(has(audit.err, "name the file that holds it (db.payload_keys)"));
  const auto rekey = run_sagas({"db", "rekey", "--db", path});
  CHECK(rekey.code == 2);

  std::filesystem::permissions(w.keys, std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  const auto open = run_sagas({"serve", "--db", path, "--port", "0", "--payload-keys", w.keys});
  CHECK(open.code == 2);
  CHECK(has(open.err, "is open to others (mode 0604), who could read every payload: chmod 600"));
  const auto none = run_sagas({"serve", "--db", path, "--port", "0", "--payload-keys", "/none"});
  CHECK(none.code == 2);
  CHECK(has(none.err, "make it with `sagas db new-key /none`"));
}

TEST_CASE("a key is changed beside a running server, and the old one retires", "[app][payloads]") {
  encrypted_world w;
  w.start();
  const std::string id = w.tell();
  w.new_key("k2");
  // The server has not seen the new key yet.
  const auto early = w.db({"rekey", "--url", w.server.url()});
  CHECK(early.code == 5);
  CHECK(has(early.err, "encrypts with the key 'k1'"));
  w.restart();
  w.tell();
  const auto plain = w.db({"rekey", "--to", "plain", "--url", w.server.url()});
  CHECK(plain.code == 5);
  const auto rekey = w.db({"rekey", "--json", "--url", w.server.url()});
  INFO(rekey.err);
  REQUIRE(rekey.code == 0);
  const json facts = json::parse(rekey.out);
  CHECK(facts["clave"] == "k2");
  CHECK(facts["por_servidor"] == true);
  CHECK(facts["sagas"] == 2);
  CHECK(facts["claves_en_uso"] == json{"k2"});
  CHECK(w.check()["por_clave"].size() == 1);
  CHECK(w.db({"rekey", "--vacuum", "--url", w.server.url()}).code == 5);

  // k1 may go.
  std::string lines = bytes_of(w.keys);
  lines.erase(lines.find("k1 = "), 50);
  std::ofstream{w.keys, std::ios::trunc} << lines;
  w.restart();
  CHECK(w.ask("/api/v1/sagas/" + id)["metadatos"]["nota"] == secret);
}

TEST_CASE("encryption is switched on and off for what is stored already", "[app][payloads]") {
  encrypted_world w;
  demo::server_child plain{{.program = sagas_path(), .folder = w.folder.file(".")}};
  REQUIRE(plain.start());
  auto client = api_client::to(plain.url());
  REQUIRE(client);
  const auto done = client->send(
    {.method = "POST",
     .path = "/api/v1/sagas?esperar=20s",
     .body =
       json{{"tipo", "procesar_pago_comisiones"}, {"entrada", {{"periodo", secret}}}}.dump()});
  REQUIRE(done);
  REQUIRE(done->ok());
  plain.send(SIGTERM);
  REQUIRE(plain.wait(milliseconds{30'000}) == 0);
  REQUIRE(w.files_tell(secret));

  const auto on = w.db({"rekey", "--vacuum"});
  INFO(on.err);
  CHECK(on.code == 0);
  CHECK(has(on.out, "payloads of 1 sagas are encrypted with k1 now; in use the key k1"));
  CHECK_FALSE(w.files_tell(secret));
  CHECK(w.check()["planas"] == 0);

  const auto off = w.db({"rekey", "--to", "plain"});
  CHECK(off.code == 0);
  CHECK(has(off.out, "are plain now; in use no key"));
  CHECK(w.files_tell(secret));
  REQUIRE(plain.start()); // it needs no keys
}
