// What a well-behaved client sees.
#include <stdexcept>
#include <thread>

#include "server_fixture.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

TEST_CASE("one connection serves one request after the other", "[http][server]") {
  const test_server server;
  auto client = server.connect();
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.ask(get_request("/hola"));
    CHECK(answer.status == 200);
    CHECK(answer.body == "\"hola\"");
    CHECK(answer.headers.at("content-type") == "application/json");
    CHECK(answer.headers.at("x-content-type-options") == "nosniff");
    CHECK(answer.headers.count("server") == 0);
    CHECK_FALSE(answer.closes());
  }
  const auto answer = client.ask(post_request("/eco", "[1,2,3]"));
  CHECK(answer.body == "[1,2,3]");
}

TEST_CASE("requests sent ahead are answered in their order", "[http][server]") {
  const test_server server;
  auto client = server.connect();
  std::string many;
  for (int i = 0; i < 50; ++i)
    many += post_request("/eco", std::to_string(i));
  REQUIRE(client.send(many));
  for (int i = 0; i < 50; ++i)
    CHECK(client.read().body == std::to_string(i));
  CHECK(server.serves());
}

TEST_CASE("a request may come byte by byte", "[http][server]") {
  const test_server server;
  auto client = server.connect();
  for (const char c : post_request("/eco", "{}"))
    REQUIRE(client.send({&c, 1}));
  CHECK(client.read().body == "{}");
}

TEST_CASE("HEAD answers like GET, without the body", "[http][server]") {
  const test_server server;
  auto client = server.connect();
  REQUIRE(client.send("HEAD /hola HTTP/1.1\r\nHost: x\r\n\r\n"));
  const auto answer = client.read(true);
  CHECK(answer.status == 200);
  CHECK(answer.headers.at("content-length") == "6");
  CHECK(client.ask(get_request("/hola")).body == "\"hola\"");
}

TEST_CASE("a path that nobody knows is a 404 problem, a wrong method 405 with Allow",
          "[http][server]") {
  const test_server server;
  auto client = server.connect();
  const auto missing = client.ask(get_request("/nada"));
  CHECK(missing.status == 404);
  CHECK(missing.headers.at("content-type") == "application/problem+json");
  CHECK(json::parse(missing.body).at("type") == "/problemas/no-encontrado");
  const auto wrong = client.ask(get_request("/eco"));
  CHECK(wrong.status == 405);
  CHECK(wrong.headers.at("allow") == "POST");
  CHECK(client.ask("DELETE /hola HTTP/1.1\r\nHost: x\r\n\r\n").headers.at("allow") == "GET, HEAD");
}

TEST_CASE("path, query and headers reach the route decoded once", "[http][server]") {
  std::string seen;
  const auto show = [&seen](const exchange_ptr& x) {
    const request& req = x->req();
    seen = req.captures.at(0) + "|" + *req.query_value("a") + "|" + *req.query_value("b") + "|"
           + *req.header("idempotency-key");
    x->respond({});
  };
  const test_server server{quick_options(), {{"GET", "/ver/{nombre}", show}}};
  auto client = server.connect();
  const auto answer = client.ask(
    get_request("/ver/a%20%C3%B1?a=1+2%26&b=x=y==&c", "Idempotency-Key:  50%25 of it \r\n"));
  CHECK(answer.status == 200);
  CHECK(seen == "a \xC3\xB1|1 2&|x=y==|50%25 of it");
  CHECK(client.ask(get_request("/ver/x?=b&a=1?2&&b=?", "Idempotency-Key: k\r\n")).status == 200);
  CHECK(seen == "x|1?2|?|k"); // a second ? is the value's, and what has no name is left out
}

TEST_CASE("an exception in a route is a 500 that tells nothing of our inside", "[http][server]") {
  const auto fail = [](const exchange_ptr&) { throw std::runtime_error{"secret cause"}; };
  const auto drop = [](const exchange_ptr&) {};
  test_server server{quick_options(), {{"GET", "/falla", fail}, {"GET", "/olvida", drop}}};
  auto client = server.connect();
  for (const char* path : {"/falla", "/olvida"}) {
    const auto answer = client.ask(get_request(path));
    CHECK(answer.status == 500);
    const auto correlation = json::parse(answer.body).at("correlacion").get<std::string>();
    CHECK(answer.body.find("secret") == std::string::npos);
    CHECK(answer.headers.count("exception_what") == 0);
    CHECK(server.log.says(correlation));
  }
  CHECK(server.log.says("secret cause"));
  CHECK(server.serves());
}

TEST_CASE("leave to send the body is given once it is known to be wanted", "[http][server]") {
  const test_server server;
  auto client = server.connect();
  const std::string expects = "POST /eco HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                              "Content-Length: ";
  REQUIRE(client.send(expects + "4\r\n\r\n"));
  CHECK(client.read(true).status == 100);
  CHECK(client.ask("true").body == "true");
  CHECK(client.ask(expects + "99999999\r\n\r\n").status == 413);
}

TEST_CASE("a header of an answer cannot begin another line", "[http][server]") {
  const auto inject = [](const exchange_ptr& x) {
    x->respond({.headers = {{"Location", "/a\r\nSet-Cookie: b"}}});
  };
  const test_server server{quick_options(), {{"GET", "/x", inject}}};
  auto client = server.connect();
  const auto answer = client.ask(get_request("/x"));
  CHECK(answer.headers.at("location") == "/a  Set-Cookie: b");
  CHECK(answer.headers.count("set-cookie") == 0);
}

TEST_CASE("HTTP/1.0 and Connection: close are answered and closed", "[http][server]") {
  const test_server server;
  for (const std::string& request :
       {std::string{"GET /hola HTTP/1.0\r\n\r\n"}, get_request("/hola", "Connection: close\r\n"),
        get_request("/hola", "Connection: x, Close\r\n")}) {
    auto client = server.connect();
    const auto answer = client.ask(request);
    CHECK(answer.body == "\"hola\"");
    CHECK(answer.closes());
    CHECK(client.wait_closed());
  }
}

TEST_CASE("a client that sends no more still gets its answer, and is not waited for after",
          "[http][server]") {
  server_options options = quick_options();
  options.idle_timeout = milliseconds{60'000};
  const test_server server{options};
  auto client = server.connect();
  REQUIRE(client.send(get_request("/hola")));
  client.finish_sending();
  CHECK(client.read().body == "\"hola\"");
  CHECK(client.wait_closed());
}

TEST_CASE("a busy port and a wrong address are one line with the remedy", "[http][server]") {
  test_server first;
  server_options options = quick_options();
  options.port = first.it->port();
  const auto busy = server::open(options, {}, first.log);
  REQUIRE_FALSE(busy);
  CHECK(busy.error().code == errc::unavailable);
  CHECK(busy.error().message.find(std::to_string(options.port) + ": the port is in use")
        != std::string::npos);
  options.host = "203.0.113.7";
  const auto foreign = server::open(options, {}, first.log);
  REQUIRE_FALSE(foreign);
  CHECK(foreign.error().message.find("no such address") != std::string::npos);
  options.host = "no.such.host.invalid";
  const auto unknown = server::open(options, {}, first.log);
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == errc::invalid_input);
  CHECK(first.serves());
}
