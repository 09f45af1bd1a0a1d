// kill -9 under load while payloads are encrypted anew with another key: no saga loses a payload,
// every one opens, and in the end the old key is not needed any more.
#include "loaded_server.hpp"

#include <csignal>
#include <random>

#include "app/binary.hpp"
#include "app/payload_keys_file.hpp"
#include "persistence/mariadb_server.hpp"
#include "support/catch.hpp"
#include "tests/persistence/plain_sql.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

void add_key(const std::string& file, const std::string& id) {
  const auto made = add_payload_key(file, id);
  INFO((made ? "" : made.error().message));
  REQUIRE(made);
}

class encrypted_load {
public:
  explicit encrypted_load(const std::optional<mysql_terms>& on)
    : on_(on), keys_(folder_.file("payload.keys")) {
    add_key(keys_, "k1");
    run.emplace(40'000, std::vector<std::string>{"--payload-keys", keys_}, on);
    run->begin(16);
    REQUIRE(run->wait_for_acknowledged(3'000));
  }

  // The words of a command about the database.
  std::vector<std::string> about(std::vector<std::string> words) const {
    if (!on_)
      for (const std::string& each : {std::string{"--db"}, run->server().database()})
        words.push_back(each);
    return words;
  }
  std::map<std::string, std::string> environment() const {
    auto all = on_ ? environment_of(*on_) : std::map<std::string, std::string>{};
    all["SAGAS_DB_PAYLOAD_KEYS"] = keys_;
    return all;
  }
  child_process::ended ask(std::vector<std::string> words) const {
    return run_sagas(about(std::move(words)), environment());
  }
  std::size_t stored_under(const std::string& key) const {
    const std::string query = "SELECT count(*) FROM pasos_saga WHERE datos_entrada LIKE 'enc1:"
                              + key + ":%'";
    return std::stoul(on_ ? test::ask(*on_, query) : test::ask(run->server().database(), query));
  }

  // Kills the server so long after a pass has begun. Whether that was in its midst.
  bool kill_in_pass(milliseconds after) {
    std::vector<std::string> line{sagas_path()};
    for (const std::string& each : about({"db", "rekey", "--url", run->server().url()}))
      line.push_back(each);
    auto pass = child_process::spawn(
      {.arguments = line, .environment = environment(), .error_file = {}});
    REQUIRE(pass);
    std::this_thread::sleep_for(after);
    run->server().kill();
    pass->send_signal(SIGKILL);
    pass->wait(std::chrono::seconds{10});
    const bool inside = stored_under("k1") > 0 && stored_under("k2") > 0;
    REQUIRE(run->server().start());
    return inside;
  }
  void stop() {
    run->server().send(SIGTERM);
    CHECK(run->server().wait(std::chrono::seconds{30}) == 0);
  }

private:
  const std::optional<mysql_terms> on_;
  temp_folder folder_;
  const std::string keys_;

public:
  std::optional<loaded_server> run;
  void next_key() { add_key(keys_, "k2"); }
};

void check_rotation(const std::optional<mysql_terms>& on) {
  std::mt19937_64 random{crash_seed()};
  encrypted_load load{on};
  load.next_key();
  load.run->server().kill();
  REQUIRE(load.run->server().start());
  int hit = 0;
  for (int kill = 0; kill < 6; ++kill)
    hit += load.kill_in_pass(milliseconds{std::uniform_int_distribution{100, 900}(random)});
  CHECK(hit >= 2); // less proves little

  load.run->settle();
  const auto whole = load.ask({"db", "rekey", "--url", load.run->server().url()});
  INFO(whole.err);
  CHECK(whole.code == 0);
  CHECK(whole.out.find("in use the key k2") != std::string::npos);
  CHECK(load.stored_under("k1") == 0);
  load.stop();
  const auto check = load.ask({"db", "check"});
  INFO(check.out << check.err);
  CHECK(check.code == 0);
  CHECK(check.out.find(" 0 payloads plain, ") != std::string::npos);

  // What it becomes when it is decrypted is what participants and clients have seen.
  const auto plain = load.ask({"db", "rekey", "--to", "plain"});
  INFO(plain.err);
  CHECK(plain.code == 0);
  load.run->check_all();
}

} // namespace

TEST_CASE("kills under load while a key of payloads is changed lose and mix up nothing",
          "[crash][payloads][slow]") {
  check_rotation({});
}

TEST_CASE("kills under load on MariaDB while a key of payloads is changed lose nothing",
          "[crash][payloads][mysql][slow]") {
  mariadb_server database;
  check_rotation(database.terms(database.fresh_name()));
}
