// HTTPS: what plain HTTP promises, and who gets through the handshake.
#include <atomic>
#include <fstream>
#include <thread>

#include <httplib.h>

#include "certificates.hpp"
#include "http/server/tls_source.hpp"
#include "server_fixture.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

struct tls_world {
  server_options options(bool clients = false) const {
    server_options with = quick_options();
    with.tls = {.certificate = shown.certificate,
                .key = shown.key,
                .client_ca = clients ? ours.file() : std::string{}};
    return with;
  }
  // A client that trusts our authority, and shows a certificate if it is given one.
  static std::unique_ptr<httplib::SSLClient> client(const test_server& to, const std::string& ca,
                                                    const authority::issued& own = {}) {
    auto made = std::make_unique<httplib::SSLClient>("127.0.0.1", to.it->port(), own.certificate,
                                                     own.key);
    made->set_ca_cert_path(ca.c_str());
    made->set_keep_alive(true);
    made->set_read_timeout(std::chrono::seconds{5});
    return made;
  }
  auto client(const test_server& to) const { return client(to, ours.file()); }

  sagas::test::temp_folder folder;
  authority ours{"ours", folder.file(".")};
  authority theirs{"theirs", folder.file(".")};
  authority::issued shown = ours.issue("server");
};

std::unique_ptr<tls_source> tls_source_of(const authority::issued& files, logger& log) {
  auto opened = tls_source::open({.certificate = files.certificate, .key = files.key}, log);
  REQUIRE(opened);
  return std::move(*opened);
}

} // namespace

TEST_CASE("HTTPS serves one request after the other, large ones too", "[http][server][tls]") {
  const tls_world w;
  const test_server server{w.options()};
  CHECK(server.it->url().starts_with("https://"));
  const auto client = w.client(server);
  for (int i = 0; i < 20; ++i) {
    const auto answer = client->Get("/hola");
    REQUIRE(answer);
    CHECK(answer->body == "\"hola\"");
  }
  // More than a record, a read and a socket's buffer hold: both ways, byte for byte.
  for (const std::size_t size : {std::size_t{1}, std::size_t{16'384}, std::size_t{16'385},
                                 std::size_t{65'536}, std::size_t{65'537}, std::size_t{900'000}}) {
    std::string body(size, 'x');
    for (std::size_t i = 0; i < size; i += 97)
      body[i] = static_cast<char>('a' + i % 23);
    const auto answer = client->Post("/eco", body, "application/json");
    INFO(size);
    REQUIRE(answer);
    CHECK(answer->body == body);
  }
}

TEST_CASE("many clients at once are each served over HTTPS", "[http][server][tls]") {
  const tls_world w;
  const test_server server{w.options()};
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      const auto client = w.client(server);
      const std::string body(static_cast<std::size_t>(i) * 9'000 + 1, static_cast<char>('a' + i));
      for (int k = 0; k < 50; ++k)
        if (const auto answer = client->Post("/eco", body, "application/json"))
          good += answer->body == body ? 1 : 0;
    });
  for (std::thread& one : threads)
    one.join();
  CHECK(good == 8 * 50);
}

TEST_CASE("a late answer and a live stream go over HTTPS", "[http][server][tls]") {
  const tls_world w;
  test_server server{w.options()};
  std::string late;
  std::thread waiter{[&] {
    if (const auto answer = w.client(server)->Get("/luego"))
      late = answer->body;
  }};
  server.take_kept(1).front()->respond({.body = "tarde"});
  waiter.join();
  CHECK(late == "tarde");

  std::string streamed;
  std::thread reader{[&] {
    static_cast<void>(w.client(server)->Get("/flujo", [&](const char* data, std::size_t size) {
      streamed.append(data, size);
      return true;
    }));
  }};
  const auto stream = server.wait_stream();
  std::string sent;
  for (int i = 0; i < 200; ++i) {
    const std::string chunk = "data: " + std::to_string(i) + std::string(2'000, '.') + "\n\n";
    sent += chunk;
    CHECK(eventually([&] { return stream->room() > chunk.size(); }));
    REQUIRE(stream->write(chunk));
  }
  stream->close();
  reader.join();
  CHECK(streamed == sent);
}

TEST_CASE("who shakes hands slowly, or not at all, is let go", "[http][server][tls]") {
  const tls_world w;
  const test_server server{w.options()};
  auto silent = server.connect();
  auto slow = server.connect();
  REQUIRE(slow.send({"\x16\x03\x01\x02\x00\x01\x00", 7})); // a hello that never goes on
  auto plain = server.connect();
  plain.send(get_request("/hola"));
  CHECK(plain.read_until("never").find("hola") == std::string::npos);
  auto noise = server.connect();
  noise.send(std::string(5'000, '\xff'));
  for (raw_client* one : {&silent, &slow, &plain, &noise})
    CHECK(one->wait_closed());
  CHECK(w.client(server)->Get("/hola"));
}

TEST_CASE("a client that does not know the authority does not talk", "[http][server][tls]") {
  const tls_world w;
  const test_server server{w.options()};
  const auto stranger = tls_world::client(server, w.theirs.file());
  const auto answer = stranger->Get("/hola");
  CHECK_FALSE(answer);
  CHECK(answer.error() == httplib::Error::SSLServerVerification);
}

TEST_CASE("where certificates are asked for, only those of our authority get in",
          "[http][server][tls]") {
  const tls_world w;
  const test_server server{w.options(true)};
  const auto get = [&](const authority::issued& own) {
    return tls_world::client(server, w.ours.file(), own)->Get("/hola");
  };
  CHECK_FALSE(get({}));
  CHECK_FALSE(get(w.theirs.issue("stranger")));
  const auto answer = get(w.ours.issue("friend"));
  REQUIRE(answer);
  CHECK(answer->body == "\"hola\"");
}

TEST_CASE("the limits hold behind TLS, too", "[http][server][tls]") {
  const tls_world w;
  const test_server server{w.options()};
  const auto large = w.client(server)->Post("/eco", std::string(3 << 20, 'x'), "application/json");
  CHECK((!large || large->status == 413)); // the refusal may overtake what is still being sent
  httplib::Headers many;
  for (int i = 0; i < 200; ++i)
    many.emplace("X-" + std::to_string(i), "1");
  const auto answer = w.client(server)->Get("/hola", many);
  REQUIRE(answer);
  CHECK(answer->status == 431);
}

TEST_CASE("files that can't be used are told by name, and nothing is served",
          "[http][server][tls]") {
  const tls_world w;
  silent_log log;
  const auto error_of = [&](tls_files files) {
    server_options options = quick_options();
    options.tls = std::move(files);
    const auto opened = server::open(options, {}, log);
    return opened ? std::string{} : opened.error().message;
  };
  const auto other = w.ours.issue("other");
  CHECK(error_of({"/nowhere.crt", w.shown.key, ""}).find("/nowhere.crt") != std::string::npos);
  CHECK(error_of({w.shown.certificate, other.key, ""}).find(other.key) != std::string::npos);
  CHECK(error_of({w.shown.certificate, w.shown.key, "/nowhere.pem"}).find("/nowhere.pem")
        != std::string::npos);
  CHECK(error_of({w.shown.certificate, w.shown.key, ""}).empty());
}

TEST_CASE("a renewed certificate is taken without a restart, a broken one is not",
          "[http][server][tls]") {
  const tls_world w;
  silent_log log;
  const auto source = tls_source_of(w.shown, log);
  auto now = steady::now();
  const tls_context* first = &source->current(now);
  CHECK(&source->current(now += std::chrono::seconds{11}) == first);
  std::ofstream{w.shown.key} << "half";
  CHECK(&source->current(now) == first); // not looked at yet
  CHECK(&source->current(now += std::chrono::seconds{11}) == first);
  CHECK(log.says("the certificate before stays in use"));
  static_cast<void>(w.ours.issue("server"));
  CHECK(&source->current(now += std::chrono::seconds{11}) != first);
  CHECK(log.says("read anew"));
}
