// Bytes that two readers could understand differently are refused, and nothing that follows them
// is taken for a request.
#include "server_fixture.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

// Sends `bytes`, with a request behind them that must never be served.
raw_answer refusal_of(const test_server& server, const std::string& bytes) {
  auto client = server.connect();
  auto answer = client.ask(bytes + get_request("/hola"));
  CHECK(answer.closes());
  CHECK(answer.headers.count("date") == 1);
  CHECK(client.read().status == 0);
  CHECK(client.wait_closed());
  CHECK(server.serves());
  return answer;
}

struct bad_request {
  const char* why;
  std::string bytes;
  int status;
};

const std::string host = "Host: x\r\n";
const std::string post = "POST /eco HTTP/1.1\r\n" + host;

} // namespace

TEST_CASE("what is ambiguous is refused and the connection closed", "[http][server]") {
  const test_server server;
  const std::vector<bad_request> all{
    {"chunked", post + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411},
    {"chunked in capitals", post + "TRANSFER-ENCODING: gzip, Chunked\r\n\r\n0\r\n\r\n", 411},
    {"length and chunked",
     post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"chunked, then length",
     post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400},
    {"two lengths", post + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400},
    {"a list of lengths", post + "Content-Length: 2, 2\r\n\r\n{}", 400},
    {"a negative length", post + "Content-Length: -2\r\n\r\n{}", 400},
    {"a signed length", post + "Content-Length: +2\r\n\r\n{}", 400},
    {"a hexadecimal length", post + "Content-Length: 0x2\r\n\r\n{}", 400},
    {"an empty length", post + "Content-Length:\r\n\r\n{}", 400},
    {"a length beyond 64 bits", post + "Content-Length: 18446744073709551618\r\n\r\n{}", 413},
    {"a space before the colon", post + "Content-Length : 2\r\n\r\n{}", 400},
    {"a folded header", post + "X: a\r\n b\r\nContent-Length: 2\r\n\r\n{}", 400},
    {"a first header that is folded", "GET / HTTP/1.1\r\n Host: x\r\n\r\n", 400},
    {"a header without a colon", post + "nonsense\r\n\r\n", 400},
    {"a header without a name", post + ": x\r\n\r\n", 400},
    {"a name with a space", post + "Content Length: 2\r\n\r\n", 400},
    {"bare line feeds", "GET /hola HTTP/1.1\nHost: x\n\n", 400},
    {"a bare line feed within a value", post + "X: a\nContent-Length: 2\r\n\r\n{}", 400},
    {"a bare carriage return", post + "X: a\rContent-Length: 2\r\n\r\n{}", 400},
    {"a NUL in a value", post + std::string{"X: a\0b\r\n\r\n", 10}, 400},
    {"an escape character in a value", post + "X: a\x1b[0m\r\n\r\n", 400},
    {"an encoded body", post + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", 415},
    {"no host", "GET /hola HTTP/1.1\r\n\r\n", 400},
    {"two hosts", "GET /hola HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400},
    {"a host with a path", "GET /hola HTTP/1.1\r\nHost: x/y\r\n\r\n", 400},
    {"a path with an encoded NUL", get_request("/hola%00"), 400},
    {"a path with an encoded CR LF", get_request("/hola%0d%0aX:%20y"), 400},
    {"a query with an encoded NUL", get_request("/hola?a=%00"), 400},
    {"half an encoding", get_request("/hola%4"), 400},
    {"an encoding that is none", get_request("/hola%zz"), 400},
    {"an encoding of the library's own", get_request("/hola%u0041"), 400},
    {"a fragment", get_request("/hola#a"), 400},
    {"a raw NUL in a query", get_request(std::string{"/hola?a=b\0=c", 12}), 400},
    {"a raw tab in a path", get_request("/ho\tla"), 400},
    {"a raw escape character in a query", get_request("/hola?a=\x1b[0m"), 400},
    {"a raw DEL in a path", get_request("/ho\x7fla"), 400},
    {"a raw byte beyond ASCII", get_request("/hola\xff"), 400},
    {"a target that is no path", get_request("http://x/hola"), 400},
    {"a target with a space", get_request("/ho la"), 400},
    {"no target", "GET HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
    {"another protocol", "EHLO mail.example.org\r\n", 400},
    {"TLS", std::string{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n", 12}, 400},
    {"an empty line first", "\r\n" + get_request("/hola"), 400},
  };
  for (const bad_request& one : all) {
    INFO(one.why);
    CHECK(refusal_of(server, one.bytes).status == one.status);
  }
}

TEST_CASE("a line that ends wrongly is refused before more has come", "[http][server]") {
  const test_server server;
  auto client = server.connect();
  CHECK(client.ask("GET /hola HTTP/1.1\n").status == 400);
}

TEST_CASE("the body of a refused request is never read as a request", "[http][server]") {
  test_server server;
  const std::string inner = post_request("/eco", "\"smuggled\"");
  auto client = server.connect();
  const auto answer = client.ask(post + "Content-Type: text/plain\r\nTransfer-Encoding: x\r\n"
                                 + "X-Length: " + std::to_string(inner.size()) + "\r\n\r\n" + inner
                                 + inner);
  CHECK(answer.status == 411);
  CHECK(client.read_until("smuggled").empty());
  CHECK(server.serves());
}

TEST_CASE("a body on a GET is a body, not the next request", "[http][server]") {
  const test_server server;
  auto client = server.connect();
  const std::string inner = get_request("/nada");
  const std::string length = "Content-Length: " + std::to_string(inner.size()) + "\r\n";
  CHECK(client.ask(get_request("/hola", length) + inner).status == 200);
  CHECK(client.ask(get_request("/hola")).status == 200);
}

TEST_CASE("who calls himself another address is not believed", "[http][server]") {
  std::size_t seen = 0;
  const auto count = [&seen](const exchange_ptr& x) {
    seen = x->req().headers.count("remote_addr");
    x->respond({});
  };
  const test_server server{quick_options(), {{"GET", "/quien", count}}};
  auto client = server.connect();
  CHECK(client.ask(get_request("/quien", "REMOTE_ADDR: 10.0.0.1\r\n")).status == 200);
  CHECK(seen == 1); // the one that was sent, and none that looks like the server's word
}

TEST_CASE("a method that nobody has heard of is refused, and the next request served",
          "[http][server]") {
  const test_server server;
  auto client = server.connect();
  CHECK(client.ask("BREW /hola HTTP/1.1\r\nHost: x\r\n\r\n").status == 400);
  CHECK(client.ask("TRACE /hola HTTP/1.1\r\nHost: x\r\n\r\n").status == 405);
  CHECK(client.ask(get_request("/hola")).status == 200);
}

TEST_CASE("a deeply nested body is a 400 of the route's", "[http][server]") {
  world w;
  std::vector<route> routes = w.routes;
  const test_server server{quick_options(), routes};
  auto client = server.connect();
  const std::string deep(200'000, '[');
  const auto answer = client.ask(post_request("/api/v1/sagas", deep));
  CHECK(answer.status == 400);
  CHECK(json::parse(answer.body).at("type") == "/problemas/json-invalido");
  CHECK(client.ask(get_request("/hola")).status == 200);
}
