// Live streams: bounded buffers, and readers who leave or lag.
#include "server_fixture.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

TEST_CASE("a stream is sent as it is written, and ends with the connection", "[http][server]") {
  test_server server;
  auto client = server.connect();
  client.send(get_request("/flujo"));
  const auto stream = server.wait_stream();
  CHECK(stream->write("data: 1\n\n"));
  const std::string begin = client.read_until("data: 1\n\n");
  CHECK(begin.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(begin.find("Content-Type: text/event-stream\r\n") != std::string::npos);
  CHECK(begin.find("Content-Length") == std::string::npos);
  CHECK(stream->write("data: 2\n\n"));
  stream->close();
  CHECK_FALSE(stream->write("data: 3\n\n"));
  const std::string all = client.read_until("nothing");
  CHECK(all.ends_with("data: 1\n\ndata: 2\n\n"));
}

TEST_CASE("a stream outlives every time-out while its reader reads", "[http][server]") {
  test_server server;
  auto client = server.connect();
  client.send(get_request("/flujo"));
  const auto stream = server.wait_stream();
  const auto begin = std::chrono::steady_clock::now();
  CHECK(eventually([&] {
    return !stream->write(".") || std::chrono::steady_clock::now() - begin > milliseconds{600};
  }));
  CHECK(stream->write("fin"));
  CHECK(client.read_until("fin").ends_with("fin"));
}

TEST_CASE("a reader who is too slow for the buffer is disconnected", "[http][server]") {
  server_options options = quick_options();
  options.stream_buffer = 100'000;
  options.request_timeout = milliseconds{60'000};
  test_server server{options};
  auto slow = server.connect();
  slow.send(get_request("/flujo"));
  const auto stream = server.wait_stream();
  const std::string chunk(10'000, 'x');
  std::size_t written = 0;
  while (stream->write(chunk)) { // until the system's buffers and ours are full
    written += chunk.size();
    REQUIRE(written < (100 << 20));
    CHECK(stream->room() <= options.stream_buffer);
  }
  CHECK(stream->room() == 0);
  CHECK(slow.wait_closed());
  CHECK(server.serves());
}

TEST_CASE("a reader who takes nothing for the time of an answer is disconnected",
          "[http][server]") {
  test_server server;
  auto stuck = server.connect();
  stuck.send(get_request("/flujo"));
  const auto stream = server.wait_stream();
  while (stream->room() > 10'000)
    REQUIRE(stream->write(std::string(10'000, 'x')));
  CHECK(eventually([&] { return !stream->write("x"); }));
  CHECK(server.serves());
}

TEST_CASE("a reader who leaves ends his stream", "[http][server]") {
  test_server server;
  for (const bool abruptly : {false, true}) {
    auto client = server.connect();
    client.send(get_request("/flujo"));
    const auto stream = server.wait_stream();
    client.read_until("\r\n\r\n");
    if (abruptly)
      client.reset();
    else
      client = server.connect();
    CHECK(eventually([&] { return !stream->write(": \n\n"); }));
  }
  CHECK(server.serves());
}

TEST_CASE("the number of streams is bounded, and a stream that ends makes room", "[http][server]") {
  server_options options = quick_options();
  options.streams_max = 1;
  test_server server{options};
  {
    auto first = server.connect();
    first.send(get_request("/flujo"));
    const auto stream = server.wait_stream();
    auto second = server.connect();
    CHECK(second.ask(get_request("/flujo")).status == 503);
    CHECK(second.ask(get_request("/hola")).status == 200);
  }
  CHECK(eventually([&] {
    auto third = server.connect();
    return third.ask(get_request("/flujo")).status == 200;
  }));
}

TEST_CASE("HEAD of a stream is its head alone", "[http][server]") {
  test_server server;
  auto client = server.connect();
  client.send("HEAD /flujo HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto stream = server.wait_stream();
  CHECK_FALSE(stream->write("data: 1\n\n"));
  CHECK(client.read_until("nothing").ends_with("\r\n\r\n"));
}

TEST_CASE("a server that stops ends its streams", "[http][server]") {
  test_server server;
  auto client = server.connect();
  client.send(get_request("/flujo"));
  const auto stream = server.wait_stream();
  CHECK(server.it->drain(patience) == 0); // streams are not waited for
  server.it.reset();
  CHECK(client.wait_closed());
  CHECK_FALSE(stream->write("x"));
}
