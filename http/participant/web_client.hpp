// Calls to web services, thousands at once on one thread: an event loop over libcurl, with
// connections kept alive, a deadline for each call as a whole, and answers that are capped.
// No redirects, no proxies, no compression, no cookies. See docs/adr/0017.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/participant/flow.hpp"
#include "saga/result.hpp"

namespace sagas::http {

struct web_request {
  std::string url;
  std::vector<std::string> headers = {}; ///< "Name: value"; without line breaks
  std::string body = {};
  steady_time deadline{}; ///< for everything: waiting, connecting, the last byte
  bool reads = false;     ///< a GET, without the body; else a POST
};

struct web_answer {
  enum class fate : std::uint8_t {
    answered,
    not_sent, ///< not a byte of it has left this process
    unknown,  ///< it may have arrived
  };
  fate how = fate::unknown;
  int status = 0; ///< of answered
  std::string body;
  std::string retry_after;   ///< the header's text; empty: none
  std::string location = {}; ///< likewise
  std::string code;          ///< of the others: short, machine-readable cause
  std::string reason;        ///< for people
};

struct lane_terms {
  flow_terms flow = {};
  std::chrono::milliseconds connect_timeout{2'000};
  std::vector<std::string> special_targets = {}; ///< hosts that may have special addresses
  std::string ca_file = {};                      ///< empty: the system's authorities
  std::string certificate = {}, key = {};        ///< files of the client's own; empty: none
};

/// All functions may be called from any thread.
class web_client {
public:
  /// errc::unavailable when the system gives no event loop.
  static result<std::unique_ptr<web_client>> open();
  /// Breaks off what is under way; each callback is called.
  ~web_client();
  web_client(const web_client&) = delete;
  web_client& operator=(const web_client&) = delete;

  /// What calls to one target share.
  class lane;
  static std::shared_ptr<lane> make_lane(lane_terms terms);

  /// `done` is called once, on the client's own thread; it must not block.
  void send(const std::shared_ptr<lane>& on, web_request what,
            std::function<void(web_answer)> done);

private:
  class loop;
  explicit web_client(std::unique_ptr<loop> made);
  std::unique_ptr<loop> loop_;
};

} // namespace sagas::http
