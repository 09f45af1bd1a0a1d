// What browsers are told, and which sites' pages may ask.
#include "server_fixture.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

std::string request_to(const std::string& host, const std::string& more = {}) {
  return "GET /hola HTTP/1.1\r\nHost: " + host + "\r\n" + more + "\r\n";
}

} // namespace

TEST_CASE("every answer tells browsers what not to do with it", "[http][server]") {
  const test_server server;
  for (const std::string& bytes : {get_request("/hola"), get_request("/nada"),
                                   get_request("/flujo"), std::string{"x\r\n\r\n"}}) {
    auto client = server.connect();
    const auto answer = client.ask(bytes);
    INFO(bytes);
    CHECK(answer.headers.at("x-content-type-options") == "nosniff");
    CHECK(answer.headers.at("cache-control") == "no-store");
    CHECK(answer.headers.at("referrer-policy") == "no-referrer");
    CHECK(answer.headers.at("content-security-policy")
          == "default-src 'none'; frame-ancestors 'none'");
    CHECK(answer.headers.count("access-control-allow-origin") == 0);
  }
}

TEST_CASE("what a route says itself is said once", "[http][server]") {
  const auto page = [](const exchange_ptr& x) {
    x->respond({.headers = {{"Content-Security-Policy", "default-src 'self'"}}});
  };
  const test_server server{quick_options(), {{"GET", "/pagina", page}}};
  auto client = server.connect();
  REQUIRE(client.send(get_request("/pagina")));
  const std::string text = client.read_until("\r\n\r\n");
  CHECK(text.find("default-src 'self'") != std::string::npos);
  CHECK(text.find("frame-ancestors") == std::string::npos);
}

TEST_CASE("a name that is not the server's is refused, as a rebound one is", "[http][server]") {
  server_options options = quick_options();
  options.hosts = {"localhost", "127.0.0.1", "[::1]", "sagas.example"};
  const test_server server{options};
  for (const char* good :
       {"localhost", "LOCALHOST:8003", "127.0.0.1:1", "[::1]:8003", "[::1]", "sagas.example:443"}) {
    INFO(good);
    CHECK(server.connect().ask(request_to(good)).status == 200);
  }
  for (const char* bad : {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8003",
                          "[::2]", "evil.example:localhost"}) {
    INFO(bad);
    const auto answer = server.connect().ask(request_to(bad));
    CHECK((answer.status == 421 || answer.status == 400));
    CHECK(answer.body.find("hola") == std::string::npos);
  }
}

TEST_CASE("pages of a listed site may ask and read, those of others may not", "[http][server]") {
  server_options options = quick_options();
  options.origins = {"https://panel.example"};
  const test_server server{options};
  const auto ask = [&](const std::string& origin) {
    return server.connect().ask(request_to("x", "Origin: " + origin + "\r\n"));
  };
  CHECK(ask("https://panel.example").headers.at("access-control-allow-origin")
        == "https://panel.example");
  CHECK(ask("https://panel.example").headers.at("vary") == "Origin");
  for (const char* other : {"https://panel.example.evil", "http://panel.example", "null", "*"})
    CHECK(ask(other).headers.count("access-control-allow-origin") == 0);

  const auto preflight = [&](const std::string& origin) {
    return server.connect().ask("OPTIONS /eco HTTP/1.1\r\nHost: x\r\nOrigin: " + origin
                                + "\r\nAccess-Control-Request-Method: POST\r\n\r\n");
  };
  const auto good = preflight("https://panel.example");
  CHECK(good.status == 204);
  CHECK(good.headers.at("access-control-allow-headers").find("Authorization") != std::string::npos);
  CHECK(preflight("https://evil.example").status == 405);
  const auto refused = server.connect().ask("GET /nada HTTP/1.1\r\nHost: x\r\nOrigin: "
                                            "https://panel.example\r\n\r\n");
  CHECK(refused.status == 404); // and its page is let read why
  CHECK(refused.headers.at("access-control-allow-origin") == "https://panel.example");
}

TEST_CASE("without a list no page of another site may read anything", "[http][server]") {
  const test_server server;
  const auto answer = server.connect().ask(request_to("x", "Origin: https://panel.example\r\n"));
  CHECK(answer.status == 200);
  CHECK(answer.headers.count("access-control-allow-origin") == 0);
  CHECK(server.connect()
          .ask("OPTIONS /hola HTTP/1.1\r\nHost: x\r\nOrigin: https://panel.example\r\n"
               "Access-Control-Request-Method: GET\r\n\r\n")
          .status
        == 405);
}
