// A request that came over a socket, and its answer that is still owed.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "http/exchange.hpp"
#include "http/router.hpp"
#include "http/server/connection.hpp"
#include "http/server/request_parser.hpp"

namespace sagas::http {

class live_exchange final : public exchange, public std::enable_shared_from_this<live_exchange> {
public:
  live_exchange(std::shared_ptr<shared_state> state, connection_ptr to, raw_request what)
    : state_(std::move(state)), to_(std::move(to)), raw_(std::move(what)) {}
  /// Nobody can answer any more: if nobody has, that is a defect, and the caller is told so.
  ~live_exchange() override;

  const request& req() const override { return req_; }
  void identify(caller who) override { req_.who = std::move(who); }
  bool respond(response what) override;
  void respond_within(milliseconds limit, std::function<response()> late) override;
  std::shared_ptr<event_stream> stream(std::string content_type) override;

  /// On a thread of the pool: parses, routes and runs the route.
  void serve(const request_parser& parser, const router& routes);
  /// On the loop's thread: the time of respond_within is over.
  void time_out();

private:
  bool claim();
  void send(response what);
  std::optional<response> route(const request_parser& parser, const router& routes);

  const std::shared_ptr<shared_state> state_;
  const connection_ptr to_;
  raw_request raw_;
  request req_;
  bool served_ = false;

  std::mutex guard_; // guards all below
  bool answered_ = false;
  std::function<response()> late_;
  std::optional<time_limits::key> limit_;
};

} // namespace sagas::http
