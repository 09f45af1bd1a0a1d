// One call on its way. Inside http/participant/.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include <curl/curl.h>

#include "http/participant/answer_reader.hpp"
#include "http/participant/web_client.hpp"

namespace sagas::http {

class transfer;

/// Of the client's thread alone, but for its terms.
class web_client::lane {
public:
  explicit lane(lane_terms of) : terms(std::move(of)), circuit(terms.flow), rate(terms.flow.rate) {}

  const lane_terms terms;
  circuit_breaker circuit;
  rate_limit rate;
  std::deque<std::unique_ptr<transfer>> queue;
  std::uint32_t running = 0;
  std::vector<std::uint16_t> in_pool = {}; // of those, by the pool's number
};

struct curl_deleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using curl_handle = std::unique_ptr<CURL, curl_deleter>;

class transfer {
public:
  transfer(std::shared_ptr<web_client::lane> on, web_request what,
           std::function<void(web_answer)> done)
    : lane_(std::move(on)), request_(std::move(what)), done_(std::move(done)) {}

  web_client::lane& lane() const { return *lane_; }
  const std::shared_ptr<web_client::lane>& shared_lane() const { return lane_; }
  steady_time deadline() const { return request_.deadline; }

  /// Dresses a handle, which it owns until it ends. False when memory is short.
  bool begin(curl_handle handle, steady_time now);
  CURL* handle() const { return handle_.get(); }
  /// Gives the handle back, and forgets what it was told.
  curl_handle release();

  /// The answer, or why there is none, of a transfer that curl has ended.
  web_answer result_of(CURLcode code);
  void answer(web_answer what) { done_(std::move(what)); }

private:
  static std::size_t take_body(char* data, std::size_t, std::size_t size, void* self);
  static std::size_t take_header(char* data, std::size_t, std::size_t size, void* self);
  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);

  std::shared_ptr<web_client::lane> lane_;
  web_request request_;
  std::function<void(web_answer)> done_;
  curl_handle handle_;
  std::unique_ptr<curl_slist, curl_deleter> headers_;
  answer_reader reader_;
  bool special_allowed_ = false;
  const char* refused_ = nullptr; // why it was broken off by us
};

} // namespace sagas::http
