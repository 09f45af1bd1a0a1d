// The guarded HTTP server: one thread owns every socket and enforces every limit before any parser
// sees a byte; whole requests go to a small pool of threads, which run the routes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "http/exchange.hpp"
#include "saga/log.hpp"
#include "saga/result.hpp"

namespace sagas::http {

/// What HTTPS is served with: paths of PEM files. Renewed files are taken within ten seconds.
struct tls_files {
  std::string certificate = {}; ///< with the chain behind it; none: HTTP
  std::string key = {};
  std::string client_ca = {}; ///< who signed the certificates that clients must show; none: no need
};

struct server_options {
  std::string host = "127.0.0.1"; ///< a name or an address
  std::uint16_t port = 8003;      ///< 0: any free one
  std::size_t threads = 4;        ///< that run routes

  std::size_t connections_max = 4096; ///< beyond: 503 and closed
  std::size_t requests_max = 4096;    ///< whole ones that wait for a thread; beyond: 503
  std::size_t streams_max = 1024;     ///< live ones at once; beyond, exchange::stream gives null
  std::size_t requests_per_connection = 10'000;

  std::size_t target_max = 4 << 10; ///< bytes of path and query
  std::size_t head_max = 16 << 10;  ///< bytes of a request's line and headers
  std::size_t headers_max = 100;
  std::size_t body_max = 1 << 20;
  std::string batch_path = "/api/v1/sagas/lote"; ///< where a body may be larger
  std::size_t batch_max = 16 << 20;
  std::size_t bodies_max = 256 << 20;  ///< bytes of all bodies that arrive or are worked on
  std::size_t stream_buffer = 1 << 20; ///< bytes that a live stream's reader may lag behind

  tls_files tls = {};
  std::vector<std::string> hosts = {};   ///< names in Host that are served; none: any
  std::vector<std::string> origins = {}; ///< whose pages may read answers (CORS)

  milliseconds head_timeout{5'000};     ///< for line and headers to arrive
  milliseconds request_timeout{30'000}; ///< for a whole request to arrive; for an answer to leave
  milliseconds idle_timeout{5'000};     ///< without a request
  milliseconds linger_timeout{1'000};   ///< for a peer to read why it was refused
};

/// Runs from open() until it is destroyed. The routes and the log must outlive every exchange that
/// is still held somewhere; an exchange may outlive the server, its answer then goes nowhere.
class server {
public:
  /// Binds, listens and serves. invalid_input for an address that is none and
  /// for TLS files that can't be used, unavailable for a port
  /// in use or not allowed: one line with the remedy.
  static result<std::unique_ptr<server>> open(server_options options, std::vector<route> routes,
                                              logger& log);
  server(const server&) = delete;
  server& operator=(const server&) = delete;
  ~server(); ///< closes every connection; waits for the routes that run

  std::uint16_t port() const;
  /// "http://127.0.0.1:8003"
  std::string url() const;

  /// Takes no more connections, ends idle ones, and waits until every request that has arrived is
  /// answered, but no longer than `limit`. Answers that may come late are given at once as if late.
  /// Live streams don't count. Returns how many are unanswered.
  std::size_t drain(milliseconds limit);

private:
  struct parts;
  explicit server(std::unique_ptr<parts> all);
  std::unique_ptr<parts> parts_;
};

} // namespace sagas::http
