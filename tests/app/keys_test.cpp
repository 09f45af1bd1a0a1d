// Keys on the real binary: made, shown once, asked for, and taken away from a running server.
#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "app/keys_file.hpp"
#include "running_server.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::test;
using json = nlohmann::json;

namespace {

std::string text_of(const std::string& path) {
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string without_newline(std::string text) {
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  return text;
}

struct keyed_world : running_server {
  keyed_world() {
    admin = create("admin", "jefa");
    reader = create("read", "tablero");
    server.options().more = {"--keys", file};
    start();
  }

  std::string create(const std::string& scope, const std::string& name) const {
    const auto made = run_sagas(
      {"keys", "create", "--scope", scope, "--name", name, "--file", file});
    INFO(made.err);
    REQUIRE(made.code == 0);
    std::ofstream{folder.file(name + ".key")} << made.out;
    return without_newline(made.out);
  }
  int status_of(const std::string& key, const std::string& path = "/api/v1/sagas") const {
    return send({.path = path}, {.key = key}).status;
  }

  std::string file = folder.file("keys.json");
  std::string admin;
  std::string reader;
};

} // namespace

TEST_CASE("a server with keys serves those who have one, until it is revoked", "[app][keys]") {
  keyed_world w;
  CHECK(w.status_of("") == 401);
  CHECK(w.status_of("sagas_" + std::string(64, '0')) == 401);
  CHECK(w.status_of(w.reader) == 200);
  CHECK(w.status_of("", "/readyz") == 200);
  CHECK(w.status_of("", "/metrics") == 401);

  const std::string later = w.create("read", "nueva"); // while it runs
  CHECK(in_time([&] { return w.status_of(later) == 200; }));

  CHECK(run_sagas({"keys", "revoke", "nueva", "--file", w.file}).code == 0);
  CHECK(in_time([&] { return w.status_of(later) == 401; }));
  CHECK(w.status_of(w.reader) == 200);

  // Neither the file nor the log knows a key.
  for (const std::string& text : {text_of(w.file), text_of(w.server.log())})
    for (const std::string& key : {w.admin, w.reader, later})
      CHECK_FALSE(has(text, key));
}

TEST_CASE("the command line shows the key of a file or of the environment", "[app][keys]") {
  keyed_world w;
  const std::string url = w.server.url();
  const auto without = run_sagas({"list", "--url", url});
  CHECK(without.code == 3);
  CHECK(has(without.err, "--key-file"));
  CHECK(run_sagas({"list", "--url", url, "--key-file", w.folder.file("tablero.key")}).code == 0);
  CHECK(run_sagas({"list", "--url", url}, {{"SAGAS_API_KEY", w.reader}}).code == 0);
  CHECK(run_sagas({"list", "--url", url}, {{"SAGAS_API_KEY_FILE", w.folder.file("jefa.key")}}).code
        == 0);
  CHECK(run_sagas({"health", "--url", url}).code == 0);
  const auto refused = run_sagas({"def", "register", "--url", url, "/dev/null"},
                                 {{"SAGAS_API_KEY", w.reader}});
  CHECK(refused.code != 0);
  const auto cancel = run_sagas({"cancel", "019ac000-0000-7000-8000-000000000000", "--url", url},
                                {{"SAGAS_API_KEY", w.reader}});
  CHECK(has(cancel.err, "the scope operate"));
  CHECK(run_sagas({"list", "--url", url}, {{"SAGAS_API_KEY", "a b"}}).code == 2);
  CHECK(run_sagas({"list", "--url", url, "--key-file", "/nowhere"}).code == 2);
}

TEST_CASE("the file of keys is private, whole, and its owner's alone", "[app][keys]") {
  const temp_folder folder;
  const std::string file = folder.file("keys.json");
  const auto made = run_sagas({"keys", "create", "--scope", "start", "--scope", "operate", "--rate",
                               "2.5", "--at-once", "7", "--file", file, "--json"});
  REQUIRE(made.code == 0);
  const json facts = json::parse(made.out);
  CHECK(facts["scopes"] == "start operate");
  CHECK(facts["key"].get<std::string>().size() == 70);
  CHECK(has(run_sagas({"keys", "list", "--file", file}).out, "2.5/s, 7 at once"));
  struct stat found {};
  REQUIRE(::stat(file.c_str(), &found) == 0);
  CHECK((found.st_mode & 07777) == 0600);

  const std::string name = facts["name"];
  const auto listed = run_sagas({"keys", "list", "--file", file});
  CHECK(has(listed.out, name));
  CHECK_FALSE(has(listed.out, facts["key"].get<std::string>()));
  CHECK(run_sagas({"keys", "create", "--scope", "read", "--name", name, "--file", file}).code == 5);
  CHECK(run_sagas({"keys", "create", "--scope", "all", "--file", file}).code == 2);
  CHECK(run_sagas({"keys", "create", "--scope", "read", "--name", "a b", "--file", file}).code
        == 2);
  CHECK(run_sagas({"keys", "revoke", "nadie", "--file", file}).code == 4);
  CHECK(run_sagas({"keys", "list", "--file", folder.file("none")}).code == 4);

  REQUIRE(::chmod(file.c_str(), 0622) == 0);
  const auto open = run_sagas(
    {"serve", "--port", "0", "--db", folder.file("s.db"), "--keys", file});
  CHECK(open.code == 2);
  CHECK(has(open.err, "chmod 600"));
  const auto missing = run_sagas(
    {"serve", "--port", "0", "--db", folder.file("s.db"), "--keys", folder.file("none")});
  CHECK(missing.code == 2);
  CHECK(has(missing.err, "sagas keys create"));
}

TEST_CASE("two who make keys at once lose none", "[app][keys]") {
  const temp_folder folder;
  const std::string file = folder.file("keys.json");
  const auto add = [&](const std::string& who) {
    for (int i = 0; i < 25; ++i) {
      const status done = change_keys(file, [&](std::vector<http::api_key>& keys) -> status {
        http::api_key key;
        key.name = who + std::to_string(i);
        key.scopes.add(http::scope::read);
        keys.push_back(key);
        return nothing{};
      });
      if (!done)
        return;
    }
  };
  std::thread other{add, "b"};
  add("a");
  other.join();
  const auto keys = read_keys(file);
  REQUIRE(keys);
  CHECK(keys->size() == 50);
}

TEST_CASE("keys that can't be read leave those that were", "[app][keys]") {
  class silent final : public logger {
  public:
    bool enabled(log_level) const override { return true; }
    void write(log_level level, std::string_view, std::initializer_list<log_field>) override {
      errors += level == log_level::error ? 1 : 0;
    }
    std::atomic<int> errors{0}; // the watching thread tells
  };
  const temp_folder folder;
  const std::string file = folder.file("keys.json");
  const auto key = http::fresh_key();
  REQUIRE(key);
  REQUIRE(change_keys(file, [&](std::vector<http::api_key>& keys) -> status {
    keys.push_back({"a", {}, http::digest_of(*key), {}});
    keys.back().scopes.add(http::scope::read);
    return nothing{};
  }));
  silent log;
  auto watched = watched_keys::open(file, log);
  REQUIRE(watched);
  std::ofstream{file} << "{";
  CHECK(in_time([&] {
    CHECK((*watched)->current()->find(http::digest_of(*key)) != nullptr);
    return log.errors == 1;
  }));
  CHECK((*watched)->current()->find(http::digest_of(*key)) != nullptr);
}
