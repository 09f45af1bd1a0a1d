#include "http/server.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <system_error>

#include "http/server/event_loop.hpp"
#include "http/server/listener.hpp"
#include "http/server/tls_source.hpp"

namespace sagas::http {

// In the order of their making: the loop ends first, then the pool, then what both use.
struct server::parts {
  parts(std::shared_ptr<shared_state> shared, std::vector<route> all, descriptor epoll,
        descriptor listener, std::unique_ptr<tls_source> tls)
    : state(std::move(shared)), routes(std::move(all)), port(port_of(listener)),
      workers(state->options.threads, state->options.requests_max,
              [this](live_exchange& x) { x.serve(parser, routes); }),
      loop(state, std::move(epoll), std::move(listener), std::move(tls), workers) {}

  const std::shared_ptr<shared_state> state;
  const request_parser parser;
  const router routes;
  const std::uint16_t port;
  worker_pool workers;
  event_loop loop;
};

result<std::unique_ptr<server>> server::open(server_options options, std::vector<route> routes,
                                             logger& log) {
  auto listener = listen_on(options.host, options.port);
  if (!listener)
    return listener.error();
  std::unique_ptr<tls_source> tls;
  if (!options.tls.certificate.empty()) {
    auto opened = tls_source::open(options.tls, log);
    if (!opened)
      return opened.error();
    tls = std::move(*opened);
  }
  descriptor epoll{::epoll_create1(EPOLL_CLOEXEC)};
  descriptor event{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  if (!epoll || !event)
    return {errc::unavailable, "cannot serve: " + std::generic_category().message(errno)};
  auto state = std::make_shared<shared_state>(std::move(options), log, std::move(event));
  return std::unique_ptr<server>{new server{std::make_unique<parts>(
    std::move(state), std::move(routes), std::move(epoll), std::move(*listener), std::move(tls))}};
}

server::server(std::unique_ptr<parts> all) : parts_(std::move(all)) {}
server::~server() = default;

std::uint16_t server::port() const { return parts_->port; }

std::string server::url() const {
  const std::string& host = parts_->state->options.host;
  const bool bare_v6 = host.find(':') != std::string::npos;
  const char* scheme = parts_->state->options.tls.certificate.empty() ? "http://" : "https://";
  return scheme + (bare_v6 ? "[" + host + "]" : host) + ":" + std::to_string(parts_->port);
}

std::size_t server::drain(milliseconds limit) {
  shared_state& state = *parts_->state;
  if (!state.draining.exchange(true))
    state.busy.change(1); // until the loop knows
  state.mail.wake();
  return state.busy.wait_none(limit);
}

} // namespace sagas::http
