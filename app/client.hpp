// A client of the HTTP interface: for the command line and the demo.
//
// Every request ends: connecting takes at most 3 s, and a deadline of its own ends the whole
// exchange, however slowly the other side drips.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "saga/result.hpp"
#include "saga/time.hpp"

namespace sagas {

struct api_request {
  std::string method = "GET";
  std::string path = "/"; ///< with its query, already encoded
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  milliseconds deadline{30'000}; ///< of the whole exchange
};

struct api_answer {
  int status = 0;
  std::string body;
  bool ok() const { return status >= 200 && status < 300; }
};

/// How a client shows who it is.
struct client_identity {
  std::string key = {}; ///< an API key; none: comes without
  std::string ca = {};  ///< PEM file of who signs servers; none: those that the system trusts
  std::string certificate = {}; ///< PEM file of its own; none: shows none
  std::string private_key = {}; ///< and its key
};

/// One connection, kept alive between requests. One thread at a time.
class api_client {
public:
  /// errc::invalid_input unless `url` is http[s]://host[:port].
  static result<api_client> to(const std::string& url, const client_identity& who = {});
  api_client(api_client&&) noexcept;
  api_client& operator=(api_client&&) noexcept;
  ~api_client();

  /// Any answer, also one that tells of an error. errc::unavailable when there was none, with a
  /// line for people: nobody listens, the deadline passed, the connection broke.
  result<api_answer> send(const api_request& what);

  /// Feeds the body of a 2xx answer to `on_data` as it comes, until that returns false, the other
  /// side ends it, or nothing comes for 45 s. The answer's body is that of an error alone.
  result<api_answer> stream(const api_request& what,
                            const std::function<bool(std::string_view)>& on_data);

private:
  struct connection;
  explicit api_client(std::unique_ptr<connection> to);
  std::unique_ptr<connection> connection_;
};

/// For one segment of a path or one value of a query.
std::string url_encoded(std::string_view text);

} // namespace sagas
