#include <regex>

#include "api_fakes.hpp"
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

std::string nonce_of(const response& page) {
  std::smatch match;
  const std::string policy = header_of(page, "Content-Security-Policy");
  REQUIRE(std::regex_search(policy, match, std::regex{"'nonce-([0-9a-f]{32})'"}));
  return match[1];
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    ++found;
  return found;
}

} // namespace

TEST_CASE("pages keep to the policy that they are sent with", "[http]") {
  world w;
  for (const char* path : {"/", "/docs"}) {
    const auto page = w.get(path);
    INFO(path);
    CHECK(page.status == 200);
    CHECK(page.content_type == "text/html; charset=utf-8");
    const std::string nonce = nonce_of(page);
    CHECK(header_of(page, "Content-Security-Policy").find("default-src 'none'") == 0);
    // Every script and style carries the nonce; none is inline in an attribute, none from outside.
    CHECK(count(page.body, "<style") == count(page.body, "<style nonce=\"" + nonce + "\">"));
    CHECK(count(page.body, "<script") == count(page.body, "<script nonce=\"" + nonce + "\">"));
    CHECK_FALSE(std::regex_search(page.body, std::regex{"<[^>]+ (style|on[a-z]+)=\""}));
    CHECK_FALSE(std::regex_search(page.body, std::regex{"(src|href)=\"(https?:)?//"}));
    CHECK(count(page.body, "innerHTML") == 0);
    CHECK(nonce_of(w.get(path)) != nonce);
  }
}

TEST_CASE("the live page links and reads what there is", "[http]") {
  world w;
  const std::string page = w.get("/").body;
  std::smatch match;
  std::string rest = page;
  while (std::regex_search(rest, match, std::regex{"href=\"(/[^\"]*)\""})) {
    INFO(match[1]);
    CHECK(w.get(match[1]).status == 200);
    rest = match.suffix();
  }
  for (const char* used : {"\"/sagas/estadisticas\"", "\"/sagas?limite=25\"", "\"/participantes\"",
                           "\"/eventos\"", "text/event-stream"})
    CHECK(count(page, used) > 0);
}

TEST_CASE("the document for people shows every operation", "[http]") {
  world w;
  const std::string page = w.get("/docs").body;
  const json document = json::parse(w.get("/openapi.json").body);
  for (const auto& [path, methods] : document["paths"].items())
    for (const auto& [method, operation] : methods.items())
      CHECK(count(page, "id=\"" + operation["operationId"].get<std::string>() + "\"") == 1);
  for (const auto& [name, schema] : document["components"]["schemas"].items())
    CHECK(count(page, "id=\"esquema-" + name + "\"") == 1);
}
