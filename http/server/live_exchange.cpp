#include "http/server/live_exchange.hpp"

#include <exception>

#include "http/problem.hpp"
#include "http/server/answer_bytes.hpp"
#include "http/server/origin_rules.hpp"

namespace sagas::http {
namespace {

// Ends with its last owner, if it was not closed before.
class live_stream final : public event_stream {
public:
  explicit live_stream(connection_ptr to) : to_(std::move(to)) {}
  ~live_stream() override { to_->end_stream(); }

  bool write(std::string chunk) override { return to_->stream_on(chunk); }
  std::size_t room() const override { return to_->stream_room(); }
  void close() override { to_->end_stream(); }

private:
  const connection_ptr to_;
};

// What `make` returns; what it throws is a defect, and answered as one.
template <class Make>
std::optional<response> guarded(logger& log, Make make) {
  try {
    return make();
  } catch (const std::exception& thrown) {
    return internal_error(log, thrown.what());
  } catch (...) {
    return internal_error(log, "an exception of unknown type");
  }
}

response wrong_method(std::string allowed) {
  response answer = to_response(
    {.type = problem_type::method_not_allowed, .detail = "this path takes " + allowed});
  answer.headers.emplace_back("Allow", std::move(allowed));
  return answer;
}

} // namespace

live_exchange::~live_exchange() {
  if (!claim())
    return;
  if (served_) // else the server is stopping, and has closed the connection
    send(internal_error(state_->log, "a route dropped its request"));
}

// Whether the caller is the one who answers.
bool live_exchange::claim() {
  std::function<response()> late; // let go of without the lock
  const std::lock_guard lock{guard_};
  if (std::exchange(answered_, true))
    return false;
  late.swap(late_);
  if (limit_)
    state_->limits.remove(*limit_);
  return true;
}

bool live_exchange::respond(response what) {
  if (!claim())
    return false;
  send(std::move(what));
  return true;
}

void live_exchange::send(response what) {
  for (auto& header : cors_headers(req_, state_->options))
    what.headers.push_back(std::move(header));
  const answer_form form{.keep_alive = raw_.facts.keep_alive && !state_->draining,
                         .head_only = raw_.facts.head_only};
  to_->answer(answer_bytes(what, form), form.keep_alive);
}

void live_exchange::respond_within(milliseconds limit, std::function<response()> late) {
  bool wake = false;
  {
    const std::lock_guard lock{guard_};
    if (answered_)
      return;
    late_.swap(late);
    if (limit_)
      state_->limits.remove(*limit_);
    const auto [key, early] = state_->limits.add(steady::now() + limit, weak_from_this());
    limit_ = key;
    wake = early;
  }
  if (wake)
    state_->mail.wake();
}

void live_exchange::time_out() {
  std::function<response()> late;
  {
    const std::lock_guard lock{guard_};
    late.swap(late_);
  }
  if (late)
    respond(*guarded(state_->log, late));
}

std::shared_ptr<event_stream> live_exchange::stream(std::string content_type) {
  if (state_->streams.fetch_add(1) >= state_->options.streams_max || !claim()) {
    state_->streams.fetch_sub(1);
    return nullptr;
  }
  to_->start_stream(stream_head_bytes(content_type, cors_headers(req_, state_->options)));
  auto stream = std::make_shared<live_stream>(to_);
  if (raw_.facts.head_only)
    stream->close();
  return stream;
}

void live_exchange::serve(const request_parser& parser, const router& routes) {
  served_ = true;
  if (auto answer = guarded(state_->log, [&] { return route(parser, routes); }))
    respond(std::move(*answer));
}

// Runs the route; without one, returns what is answered.
std::optional<response> live_exchange::route(const request_parser& parser, const router& routes) {
  auto parsed = parser.parse(raw_);
  if (!parsed)
    return to_response({.type = problem_type::malformed_request});
  req_ = std::move(*parsed);
  if (auto refused = check_host(req_, state_->options))
    return refused;
  if (auto answer = answer_preflight(req_, state_->options))
    return answer;
  auto match = routes.find(req_.method, req_.path);
  if (!match.found && match.allowed.empty())
    return to_response(
      {.type = problem_type::not_found, .detail = "nothing is at this path; see /docs"});
  if (!match.found)
    return wrong_method(std::move(match.allowed));
  req_.captures = std::move(match.captures);
  match.found->handle(shared_from_this());
  return std::nullopt;
}

} // namespace sagas::http
