#include "http/server/listener.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace sagas::http {
namespace {

// As many as the system allows (net.core.somaxconn): a burst of clients waits here.
constexpr int backlog = 65'535;

// EADDRINUSE and so on as a failure that says what to do.
failure refused(int error, const std::string& where) {
  const std::string begin = "cannot listen on " + where + ": ";
  switch (error) {
  case EADDRINUSE:
    return {errc::unavailable,
            begin + "the port is in use; stop its owner or choose another one (http.port)"};
  case EACCES:
    return {errc::unavailable,
            begin + "not allowed; choose a port from 1024 on (http.port) or grant the right"};
  case EADDRNOTAVAIL:
    return {errc::invalid_input,
            begin + "this machine has no such address; choose another one (http.host)"};
  default: return {errc::unavailable, begin + std::generic_category().message(error)};
  }
}

// The descriptor, or none with errno set.
descriptor try_listen(const addrinfo& at) {
  descriptor socket{::socket(at.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  const int yes = 1;
  if (socket && ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0
      && ::bind(socket.number(), at.ai_addr, at.ai_addrlen) == 0
      && ::listen(socket.number(), backlog) == 0)
    return socket;
  const int error = errno;
  socket.reset();
  errno = error;
  return {};
}

} // namespace

result<descriptor> listen_on(const std::string& host, std::uint16_t port) {
  const std::string where = host + ":" + std::to_string(port);
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
      error != 0)
    return {errc::invalid_input, "cannot listen on " + where + ": no such host ("
                                   + ::gai_strerror(error) + "); correct http.host"};
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all{found, ::freeaddrinfo};
  int error = EADDRNOTAVAIL;
  for (const addrinfo* at = found; at; at = at->ai_next) {
    if (descriptor socket = try_listen(*at))
      return socket;
    error = errno;
  }
  return refused(error, where);
}

std::uint16_t port_of(const descriptor& listener) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (::getsockname(listener.number(), reinterpret_cast<sockaddr*>(&bound), &size) != 0)
    return 0;
  if (bound.ss_family == AF_INET6)
    return ntohs(reinterpret_cast<const sockaddr_in6&>(bound).sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in&>(bound).sin_port);
}

} // namespace sagas::http
