#include "server_fixture.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <thread>

#include "support/catch.hpp"

namespace sagas::http::testing {
namespace {

std::string lower(std::string text) {
  for (char& c : text)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

} // namespace

bool raw_answer::closes() const {
  const auto found = headers.find("connection");
  return found != headers.end() && found->second == "close";
}

raw_client::raw_client() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}

bool raw_client::connect(std::uint16_t port) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(socket_.number(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
}

bool raw_client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool raw_client::fill() {
  pollfd ready{socket_.number(), POLLIN, 0};
  if (!socket_ || ::poll(&ready, 1, static_cast<int>(patience.count())) != 1)
    return false;
  std::array<char, 64 << 10> room{};
  const ssize_t count = ::recv(socket_.number(), room.data(), room.size(), 0);
  if (count <= 0)
    return false;
  buffer_.append(room.data(), static_cast<std::size_t>(count));
  return true;
}

raw_answer raw_client::read(bool to_head) {
  std::size_t end = buffer_.find("\r\n\r\n");
  while (end == std::string::npos && fill())
    end = buffer_.find("\r\n\r\n");
  raw_answer answer;
  if (end == std::string::npos || !buffer_.starts_with("HTTP/1.1 "))
    return answer;
  for (std::size_t at = buffer_.find("\r\n") + 2; at < end + 2; at = buffer_.find("\r\n", at) + 2) {
    const std::size_t colon = buffer_.find(": ", at);
    answer.headers[lower(buffer_.substr(at, colon - at))] = buffer_.substr(
      colon + 2, buffer_.find("\r\n", at) - colon - 2);
  }
  answer.status = std::stoi(buffer_.substr(9, 3));
  const auto length = answer.headers.find("content-length");
  const std::size_t size = to_head || length == answer.headers.end() ? 0
                                                                     : std::stoul(length->second);
  while (buffer_.size() < end + 4 + size && fill()) {
  }
  answer.body = buffer_.substr(end + 4, size);
  buffer_.erase(0, end + 4 + size);
  return answer;
}

raw_answer raw_client::ask(std::string_view bytes) {
  send(bytes); // it may be refused while it is sent
  return read();
}

std::string raw_client::read_until(std::string_view end) {
  while (buffer_.find(end) == std::string::npos && fill()) {
  }
  return buffer_;
}

bool raw_client::has_answer() const {
  pollfd ready{socket_.number(), POLLIN, 0};
  return !buffer_.empty() || ::poll(&ready, 1, 0) == 1;
}

bool raw_client::wait_closed() {
  std::array<char, 64 << 10> room{};
  pollfd ready{socket_.number(), POLLIN, 0};
  while (::poll(&ready, 1, static_cast<int>(patience.count())) == 1)
    if (::recv(socket_.number(), room.data(), room.size(), 0) <= 0)
      return true;
  return false;
}

void raw_client::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket_.reset();
}

void raw_client::finish_sending() { ::shutdown(socket_.number(), SHUT_WR); }

server_options quick_options() {
  server_options options;
  options.port = 0;
  options.threads = 2;
  options.head_timeout = milliseconds{200};
  options.request_timeout = milliseconds{400};
  options.idle_timeout = milliseconds{300};
  options.linger_timeout = milliseconds{200};
  return options;
}

bool eventually(const std::function<bool()>& so) {
  for (auto waited = milliseconds{0}; waited < patience; waited += milliseconds{2}) {
    if (so())
      return true;
    std::this_thread::sleep_for(milliseconds{2});
  }
  return so();
}

test_server::test_server(server_options options, std::vector<route> more) {
  std::vector<route> routes{
    {"GET", "/hola", [](const exchange_ptr& x) { x->respond({.body = "\"hola\""}); }},
    {"POST", "/eco", [](const exchange_ptr& x) { x->respond({.body = x->req().body}); }},
    {"GET", "/luego",
     [this](const exchange_ptr& x) {
       const std::lock_guard lock{guard_};
       kept_.push_back(x);
     }},
    {"GET", "/flujo",
     [this](const exchange_ptr& x) {
       auto stream = x->stream("text/event-stream");
       const std::lock_guard lock{guard_};
       if (stream)
         streams_.push_back(std::move(stream));
       else
         x->respond({.status = 503});
     }},
  };
  std::move(more.begin(), more.end(), std::back_inserter(routes));
  auto opened = server::open(std::move(options), std::move(routes), log);
  REQUIRE(opened);
  it = std::move(*opened);
}

test_server::~test_server() {
  it.reset(); // before what its routes use
}

bool test_server::serves() const {
  auto client = connect();
  return client.ask(get_request("/hola")).body == "\"hola\"";
}

std::size_t test_server::kept() const {
  const std::lock_guard lock{guard_};
  return kept_.size();
}

std::vector<exchange_ptr> test_server::take_kept(std::size_t count) {
  REQUIRE(eventually([&] { return kept() >= count; }));
  const std::lock_guard lock{guard_};
  return std::exchange(kept_, {});
}

std::shared_ptr<event_stream> test_server::wait_stream() {
  const auto newest = [this] {
    const std::lock_guard lock{guard_};
    return streams_.empty() ? nullptr : streams_.back();
  };
  REQUIRE(eventually([&] { return newest() != nullptr; }));
  return newest();
}

std::string get_request(const std::string& path, const std::string& more_headers) {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + more_headers + "\r\n";
}

std::string post_request(const std::string& path, const std::string& body,
                         const std::string& more_headers) {
  return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
         + "Content-Length: " + std::to_string(body.size()) + "\r\n" + more_headers + "\r\n" + body;
}

} // namespace sagas::http::testing
