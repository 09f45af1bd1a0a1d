// Who may do what: keys, scopes, and what those are told who may not.
#include <algorithm>
#include <atomic>
#include <map>

#include "api_fakes.hpp"
#include "http/api_endpoint.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

std::string header_of(const response& answer, const std::string& name) {
  for (const auto& [key, value] : answer.headers)
    if (key == name)
      return value;
  return {};
}

// A world whose keys are in the test's hand: one for each scope, named as it.
struct guarded_world {
  guarded_world() {
    for (const scope which : {scope::read, scope::start, scope::operate, scope::admin})
      give(to_text(which), which);
  }

  void give(const std::string& name, scope which) {
    const auto fresh = fresh_key();
    REQUIRE(fresh);
    secrets[name] = *fresh;
    api_key key;
    key.name = name;
    key.scopes.add(which);
    key.digest = digest_of(secrets[name]);
    keys.push_back(key);
    ring = std::make_shared<const key_ring>(keys);
  }
  void revoke(const std::string& name) {
    std::erase_if(keys, [&](const api_key& one) { return one.name == name; });
    ring = std::make_shared<const key_ring>(keys);
  }

  response ask(const std::string& method, const std::string& path, const std::string& bearer,
               const std::string& body = {}) {
    call_options with{.body = body};
    if (!bearer.empty())
      with.headers.emplace("authorization", bearer);
    return it.send(method, path, with)->answer();
  }
  response ask_as(const std::string& name, const std::string& method, const std::string& path,
                  const std::string& body = {}) {
    return ask(method, path, "Bearer " + secrets.at(name), body);
  }

  std::map<std::string, std::string> secrets;
  std::vector<api_key> keys;
  std::shared_ptr<const key_ring> ring;
  world it{false, {}, [this] { return ring; }};
};

// A path of the table with something in place of its names.
std::string filled(std::string path) {
  for (auto open = path.find('{'); open != std::string::npos; open = path.find('{'))
    path.replace(open, path.find('}') - open + 1, "x");
  return path;
}

} // namespace

TEST_CASE("without a key nobody gets past any route but the open ones", "[http][access]") {
  guarded_world w;
  std::vector<std::string> open;
  for (const endpoint& one : make_endpoints()) {
    INFO(one.method << " " << one.path);
    if (one.needs == scope::open) {
      open.push_back(one.path);
      continue;
    }
    for (const std::string& bearer : std::vector<std::string>{
           "", "Bearer", "Bearer ", "Bearer sagas_", "Bearer " + std::string(70, 'a'),
           "Basic " + w.secrets["admin"], w.secrets["admin"],
           "Bearer " + w.secrets["admin"].substr(1), "Bearer " + w.secrets["admin"] + " "}) {
      const response answer = w.ask(one.method, filled(one.path), bearer);
      CHECK(answer.status == 401);
      CHECK(header_of(answer, "WWW-Authenticate").starts_with("Bearer realm=\"sagas\""));
      CHECK(answer.content_type == "application/problem+json");
    }
  }
  CHECK(open
        == std::vector<std::string>{"/api/v1/sagas/{saga_id}/pasos/{nombre}/resultado", "/",
                                    "/docs", "/openapi.json", "/problemas/{nombre}", "/healthz",
                                    "/readyz"});
  const response reported = w.ask( // it takes a token in place of a key
    "POST", "/api/v1/sagas/" + to_text(id_of(1)) + "/pasos/a/resultado", "");
  CHECK(reported.status == 403);
  CHECK(w.it.engine.starts.empty());
  CHECK(w.it.engine.commands.empty());
}

TEST_CASE("a key opens what its scope says, and 403 names the scope that is missing",
          "[http][access]") {
  guarded_world w;
  const std::map<scope, std::vector<std::string>> opened_by{
    {scope::read, {"read", "start", "operate", "admin"}},
    {scope::start, {"start", "admin"}},
    {scope::operate, {"operate", "admin"}},
    {scope::admin, {"admin"}}};
  std::size_t told = 0;
  for (const endpoint& one : make_endpoints()) {
    if (one.needs == scope::open)
      continue;
    const auto& names = opened_by.at(one.needs);
    for (const char* name : {"read", "start", "operate", "admin"}) {
      if (std::find(names.begin(), names.end(), name) != names.end())
        continue;
      const response answer = w.ask_as(name, one.method, filled(one.path));
      INFO(one.method << " " << one.path << " as " << name);
      CHECK(answer.status == 403);
      CHECK(answer.body.find(std::string{"the scope "} + to_text(one.needs)) != std::string::npos);
      CHECK(header_of(answer, "WWW-Authenticate")
            == std::string{"Bearer realm=\"sagas\", error=\"insufficient_scope\", scope=\""}
                 + to_text(one.needs) + "\"");
      ++told;
    }
  }
  CHECK(told > 20);
  const std::string plan = R"({"tipo":"procesar_pago_comisiones","entrada":{"periodo":"2026-11"}})";
  CHECK(w.ask_as("start", "POST", "/api/v1/sagas", plan).status == 202);
  CHECK(w.ask_as("admin", "POST", "/api/v1/sagas", plan).status == 202);
  CHECK(w.ask_as("start", "GET", "/api/v1/sagas").status == 200);
  CHECK(w.ask("GET", "/api/v1/sagas", "bEaReR " + w.secrets["read"]).status == 200);
}

TEST_CASE("the history says which key gave a command", "[http][access]") {
  guarded_world w;
  w.ask_as("operate", "POST", "/api/v1/sagas/" + to_text(id_of(1)) + "/cancelar");
  w.it.send(
    "POST", "/api/v1/sagas/" + to_text(id_of(1)) + "/cancelar",
    {.headers = {{"authorization", "Bearer " + w.secrets["operate"]}, {"saga-operador", "ana"}}});
  REQUIRE(w.it.engine.commands.size() == 2);
  CHECK(w.it.engine.commands[0].second.who.by == "operate");
  CHECK(w.it.engine.commands[1].second.who.by == "ana (operate)");
}

TEST_CASE("a key that is revoked opens nothing more, and what it follows ends", "[http][access]") {
  guarded_world w;
  CHECK(w.ask_as("read", "GET", "/api/v1/sagas").status == 200);
  const auto x = w.it.send("GET", "/api/v1/eventos",
                           {.headers = {{"authorization", "Bearer " + w.secrets["read"]}}});
  REQUIRE(x->streamed);
  w.revoke("read");
  CHECK(w.ask_as("read", "GET", "/api/v1/sagas").status == 401);
}

TEST_CASE("a live stream ends when its reader is no longer allowed", "[http][access]") {
  world w{false, {.heartbeat = milliseconds{50}}};
  std::atomic<bool> allowed{true};
  const auto stream = std::make_shared<fake_stream>();
  REQUIRE(w.events.watch({.to = stream, .allowed = [&] { return allowed.load(); }}));
  CHECK(stream->wait_for("id: "));
  CHECK_FALSE(stream->closed());
  allowed = false;
  CHECK(stream->wait_closed());
}

TEST_CASE("keys are read back as they were written, and every fault is named", "[http][access]") {
  guarded_world w;
  const auto read = parse_keys(keys_text(w.keys));
  REQUIRE(read);
  REQUIRE(read->size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK((*read)[i].name == w.keys[i].name);
    CHECK((*read)[i].digest == w.keys[i].digest);
    CHECK((*read)[i].scopes.text() == w.keys[i].scopes.text());
    CHECK(keys_text(w.keys).find(w.secrets[w.keys[i].name]) == std::string::npos);
  }
  const std::string good = "\"sha256\":\"" + std::string(64, 'a') + "\",\"created\":\"2026-01-01\"";
  for (const auto& [text, pointer] : std::vector<std::pair<std::string, std::string>>{
         {"[]", ""},
         {"{}", "/keys"},
         {R"({"keys":[7]})", "/keys/0"},
         {R"({"keys":[{"name":"a b","scopes":["read"],)" + good + "}]}", "/keys/0/name"},
         {R"({"keys":[{"name":"a","scopes":[],)" + good + "}]}", "/keys/0/scopes"},
         {R"({"keys":[{"name":"a","scopes":["open"],)" + good + "}]}", "/keys/0/scopes"},
         {R"({"keys":[{"name":"a","scopes":["read"],"key":"x",)" + good + "}]}", "/keys/0/key"},
         {R"({"keys":[{"name":"a","scopes":["read"],"sha256":"AA","created":"2026-01-01"}]})",
          "/keys/0/sha256"}}) {
    const auto wrong = parse_keys(text);
    INFO(text);
    REQUIRE_FALSE(wrong);
    bool named = false;
    for (const field_error& fault : wrong.error().fields)
      named = named || fault.pointer == pointer;
    CHECK(named);
  }
  const std::string twice = R"({"keys":[{"name":"a","scopes":["read"],)" + good
                            + R"(},{"name":"a","scopes":["read"],)" + good + "}]}";
  CHECK_FALSE(parse_keys(twice));
}

TEST_CASE("the document says what each operation needs", "[http][access]") {
  world w;
  const json document = json::parse(w.get("/openapi.json").body);
  CHECK(document["components"]["securitySchemes"]["clave"]["scheme"] == "bearer");
  for (const endpoint& one : make_endpoints()) {
    std::string method = one.method;
    for (char& c : method)
      c = static_cast<char>(c | 0x20);
    const json& told = document["paths"][one.path][method];
    INFO(one.method << " " << one.path);
    if (one.needs == scope::open) {
      CHECK(told["security"].empty());
      CHECK(told["responses"].contains("403") == one.path.ends_with("/resultado")); // by token
    } else {
      CHECK(told["security"][0]["clave"][0] == to_text(one.needs));
      CHECK(told["responses"].contains("401"));
      CHECK(told["responses"].contains("403"));
    }
  }
}
