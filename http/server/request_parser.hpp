// Makes a request of a whole one that the guard has passed. The one place that knows cpp-httplib's
// server: it parses the request line, the query and the percent-encoding.
#pragma once

#include <memory>
#include <optional>

#include "http/exchange.hpp"
#include "http/server/request_reader.hpp"

namespace sagas::http {

/// Thread-safe.
class request_parser {
public:
  request_parser();
  ~request_parser();

  /// Takes head and body out of `from`. Nothing when the library finds fault with it.
  std::optional<request> parse(raw_request& from) const;

private:
  class library;
  std::unique_ptr<library> library_;
};

} // namespace sagas::http
