// One HTTP request and how it is answered: at once, later from another thread, or by a live
// stream. The routes know only this; the server (server.hpp) makes it true.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/access/caller.hpp"
#include "saga/time.hpp"

namespace sagas::http {

/// A request that has passed the guard: whole, within every limit, its body read.
struct request {
  std::string method;
  std::string path;                                ///< decoded, without the query
  std::vector<std::string> captures;               ///< what stands for the route's {names}
  std::multimap<std::string, std::string> query;   ///< decoded
  std::multimap<std::string, std::string> headers; ///< names in lower case
  std::string body;
  caller who = {}; ///< as its key tells

  /// The first value of a query parameter or a header, or nothing.
  const std::string* query_value(const std::string& name) const;
  const std::string* header(const std::string& name_in_lower_case) const;
};

struct response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

/// The sending half of a live stream (server-sent events). Thread-safe. A reader that is too slow
/// for the bounded buffer is disconnected, never waited for.
class event_stream {
public:
  virtual ~event_stream() = default;
  /// Queues a chunk; false once the peer is gone or too slow: stop and let go.
  virtual bool write(std::string chunk) = 0;
  /// How many bytes the buffer would take now; who has a backlog to send sends no more at a time.
  virtual std::size_t room() const { return std::numeric_limits<std::size_t>::max(); }
  virtual void close() = 0;
};

/// A request with its answer still owed. Held by shared_ptr by whoever will answer. Thread-safe.
class exchange {
public:
  virtual ~exchange() = default;
  virtual const request& req() const = 0;
  /// Sets who asks, before a route sees the request.
  virtual void identify(caller who) = 0;
  /// Answers. The first call wins and returns true; the peer may be gone by then, which is fine.
  virtual bool respond(response what) = 0;
  /// Unless answered by then, answers with what `late` returns; `late` runs on the server's thread
  /// and must not block.
  virtual void respond_within(milliseconds limit, std::function<response()> late) = 0;
  /// Answers 200 with a stream of this content type instead; null when the server has too many.
  virtual std::shared_ptr<event_stream> stream(std::string content_type) = 0;
};
using exchange_ptr = std::shared_ptr<exchange>;

/// Runs on a worker thread; may read from the store, must not wait for a saga. Answers through the
/// exchange, now or later. An exception becomes a 500 problem with a correlation id.
using handler = std::function<void(exchange_ptr)>;

/// `path` may have {names}, e.g. "/sagas/{saga_id}": what stands for them becomes captures.
struct route {
  std::string method;
  std::string path;
  handler handle;
};

} // namespace sagas::http
