#include "scripted_service.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <stdexcept>

namespace sagas::http::testing {
namespace {

constexpr int wait_ms = 5'000;

void must(bool done) {
  if (!done)
    throw std::runtime_error{"no socket can be listened on"};
}

descriptor listen_on_loopback(std::uint16_t& port, bool listening) {
  descriptor made{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  auto* const plain = reinterpret_cast<sockaddr*>(&where);
  must(::bind(made.number(), plain, size) == 0);
  must(!listening || ::listen(made.number(), 1'024) == 0);
  must(::getsockname(made.number(), plain, &size) == 0);
  port = ntohs(where.sin_port);
  return made;
}

bool wait_to_read(int socket, int ms) {
  pollfd at{socket, POLLIN, 0};
  return ::poll(&at, 1, ms) == 1;
}

std::size_t length_in(const std::string& head) {
  const std::size_t at = head.find("Content-Length: ");
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
}

} // namespace

bool scripted_service::visit::read_request() {
  request_ = std::move(rest_);
  std::size_t whole = std::string::npos;
  while (request_.size() < whole) {
    if (whole == std::string::npos)
      if (const std::size_t end = request_.find("\r\n\r\n"); end != std::string::npos) {
        whole = end + 4 + length_in(request_);
        continue;
      }
    char buffer[16'384];
    const ssize_t count = wait_to_read(socket_, wait_ms) ? ::recv(socket_, buffer, sizeof buffer, 0)
                                                         : -1;
    if (count <= 0)
      return false;
    request_.append(buffer, static_cast<std::size_t>(count));
  }
  rest_ = request_.substr(whole);
  request_.resize(whole);
  return true;
}

bool scripted_service::visit::say(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void scripted_service::visit::answer(int status, const std::string& body,
                                     const std::string& headers) const {
  say("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: application/json\r\n" + headers
      + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

void scripted_service::visit::reset() const {
  const linger now{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

void scripted_service::visit::wait_for_end(std::chrono::milliseconds limit) const {
  wait_to_read(socket_, static_cast<int>(limit.count()));
}

scripted_service::scripted_service(std::function<bool(visit&)> script)
  : script_(std::move(script)), listener_(listen_on_loopback(port_, true)),
    worker_([this] { accept_all(); }) {}

scripted_service::~scripted_service() {
  leaving_ = true;
  worker_.join();
  for (visitor& each : visits_)
    each.thread.join();
}

// A thread that has ended still holds its stack until it is joined.
void scripted_service::forget_the_gone() {
  visits_.remove_if([](visitor& each) {
    if (each.gone)
      each.thread.join();
    return each.gone.load();
  });
}

void scripted_service::accept_all() {
  while (!leaving_) {
    if (!wait_to_read(listener_.number(), 20))
      continue;
    const int socket = ::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0)
      continue;
    ++connections_;
    forget_the_gone();
    visitor& made = visits_.emplace_back();
    made.thread = std::thread{[this, socket, &made] {
      serve(socket);
      made.gone = true;
    }};
  }
}

void scripted_service::serve(int socket) {
  const descriptor own{socket};
  visit one{socket};
  while (!leaving_) {
    if (!wait_to_read(socket, 20))
      continue;
    if (!one.read_request())
      return;
    {
      const std::lock_guard lock{guard_};
      requests_.push_back(one.request());
    }
    if (!script_(one))
      return;
  }
}

std::string scripted_service::url(const std::string& path) const {
  return "http://" + target() + path;
}

std::vector<std::string> scripted_service::requests() const {
  const std::lock_guard lock{guard_};
  return requests_;
}

std::string dead_target() {
  std::uint16_t port = 0;
  const descriptor held = listen_on_loopback(port, false); // nobody listens, nobody else takes it
  return "127.0.0.1:" + std::to_string(port);
}

} // namespace sagas::http::testing
