// A real server on a free port, and clients that send and read raw bytes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api_fakes.hpp"
#include "http/server.hpp"
#include "http/server/descriptor.hpp"

namespace sagas::http::testing {

struct raw_answer {
  int status = 0; ///< 0: the connection ended, or no answer came in time
  std::map<std::string, std::string> headers = {}; ///< names in lower case
  std::string body = {};

  bool closes() const;
};

class raw_client {
public:
  raw_client(); ///< not connected yet
  explicit raw_client(std::uint16_t port) : raw_client() { connect(port); }

  bool connect(std::uint16_t port);

  /// False when the peer no longer takes it.
  bool send(std::string_view bytes);
  /// One answer; its body is left out when it answers HEAD.
  raw_answer read(bool to_head = false);
  raw_answer ask(std::string_view bytes);
  /// Everything until the peer closes, or `end` has come.
  std::string read_until(std::string_view end);
  /// Whether something has come that is not read yet, or the peer has closed.
  bool has_answer() const;
  /// Waits for the end of the connection; false when it does not come.
  bool wait_closed();
  /// Ends with a reset instead of a FIN.
  void reset();
  void finish_sending();
  int number() const { return socket_.number(); }

private:
  bool fill(); // reads more; false at the end

  descriptor socket_;
  std::string buffer_;
};

/// Options with short time-outs, on a free port.
server_options quick_options();

/// Waits, a little at a time, until it is so.
bool eventually(const std::function<bool()>& so);

/// A server whose routes a test decides. GET /hola answers "hola" at once, POST /eco the body,
/// GET /luego keeps its exchange, GET /flujo opens a stream and keeps it.
class test_server {
public:
  explicit test_server(server_options options = quick_options(), std::vector<route> more = {});
  ~test_server();

  raw_client connect() const { return raw_client{it->port()}; }
  /// Whether a new client is served as always.
  bool serves() const;
  std::size_t kept() const;
  /// Waits for that many kept exchanges, and takes them.
  std::vector<exchange_ptr> take_kept(std::size_t count);
  std::shared_ptr<event_stream> wait_stream();

  silent_log log;
  std::unique_ptr<server> it;

private:
  mutable std::mutex guard_; // guards all below
  std::vector<exchange_ptr> kept_;
  std::vector<std::shared_ptr<event_stream>> streams_;
};

/// "GET <path>" with a Host.
std::string get_request(const std::string& path, const std::string& more_headers = {});
std::string post_request(const std::string& path, const std::string& body,
                         const std::string& more_headers = {});

} // namespace sagas::http::testing
