#include "bench/web_service.hpp"

#include <unistd.h>

#include <atomic>
#include <iostream>
#include <mutex>
#include <unordered_map>

#include "actors/stand_ins/service.hpp"
#include "app/clock.hpp"
#include "bench/context.hpp"
#include "bench/environment.hpp"
#include "http/server.hpp"
#include "saga/quiet.hpp"

namespace sagas::bench {
namespace {

constexpr milliseconds start_limit{10'000};

// What a service of the campaign does with its calls, by the stand-in's knowledge of the trade.
class trade {
public:
  explicit trade(const std::string& name) : service_(make_stand_in_service(name)) {}

  void call(const http::exchange_ptr& at) {
    ++calls_;
    switch (how_.load()) {
    case manner::good: at->respond(answer_to(at->req())); return;
    case manner::broken: at->respond({.status = 503, .body = "{}"}); return;
    case manner::mute: keep(at); return;
    case manner::slow: late(at, answer_to(at->req())); return;
    }
  }
  /// An event, which needs no answer of the trade.
  void hear(const http::exchange_ptr& at) {
    ++calls_;
    at->respond({.status = 204});
  }
  void behave(const http::exchange_ptr& at) {
    how_ = static_cast<manner>(std::stoi(at->req().body));
    at->respond({});
  }
  void count(const http::exchange_ptr& at) { at->respond({.body = std::to_string(calls_)}); }

private:
  http::response answer_to(const http::request& what) {
    const std::string* key = what.header("idempotency-key");
    const std::string* saga = what.header("saga-id");
    const auto id = saga ? parse_saga_id(*saga) : std::nullopt;
    if (!key || !id)
      return {.status = 400, .body = R"({"title":"a call without its headers"})"};
    const std::lock_guard lock{guard_};
    std::string& known = answers_[*key];
    if (known.empty())
      known = act(*id, what);
    return {.body = known};
  }

  std::string act(const saga_id& saga, const http::request& what) const {
    if (what.captures.at(1) != "accion")
      return "{}";
    const json_lookup input{what.body};
    return std::string{service_->act({saga, what.captures.at(0), input, now()}).output.text()};
  }

  // Held until the caller has gone.
  void keep(const http::exchange_ptr& at) {
    at->respond_within(milliseconds{60'000}, [] { return http::response{.status = 504}; });
    const std::lock_guard lock{guard_};
    held_.push_back(at);
  }

  static void late(const http::exchange_ptr& at, const http::response& what) {
    at->respond_within(slow_answer, [at, what] { return what; }); // holds it until then
  }

  const std::unique_ptr<stand_in_service> service_;
  std::atomic<manner> how_{manner::good};
  std::atomic<std::uint64_t> calls_{0};
  std::mutex guard_; // of what follows
  std::unordered_map<std::string, std::string> answers_;
  std::vector<http::exchange_ptr> held_;
};

} // namespace

web_service::web_service(const std::string& name)
  : name_(name),
    process_(must(child_process::spawn({{own_path(), "--service", name}, {}, "/dev/null"}),
                  "starting the service " + name)) {
  const auto line = process_.read_line(start_limit);
  if (!line)
    throw failed{"the service " + name + " told no URL"};
  url_ = *line;
  client_ = std::make_unique<api_client>(must(api_client::to(url_), "a client of " + name));
}

void web_service::behave(manner how) {
  const api_request what{.method = "POST",
                         .path = "/modo",
                         .body = std::to_string(static_cast<int>(how)),
                         .headers = {{"Content-Type", "application/json"}}};
  if (!must(client_->send(what), name_).ok())
    throw failed{"the service " + name_ + " can't be told how to behave"};
}

std::uint64_t web_service::calls() {
  return std::stoull(must(client_->send({.path = "/llamadas"}), name_).body);
}

std::chrono::duration<double> web_service::cpu_time() const { return cpu_time_of(process_.id()); }

int run_web_service(const std::string& name) {
  trade serves{name};
  quiet_logger log;
  const auto opened = must(
    http::server::open(
      {.port = 0, .threads = 1},
      {{"POST", "/{paso}/{operacion}", [&](const http::exchange_ptr& at) { serves.call(at); }},
       {"POST", "/eventos", [&](const http::exchange_ptr& at) { serves.hear(at); }},
       {"POST", "/modo", [&](const http::exchange_ptr& at) { serves.behave(at); }},
       {"GET", "/llamadas", [&](const http::exchange_ptr& at) { serves.count(at); }}},
      log),
    "serving");
  std::cout << opened->url() << std::endl;
  for (;;) // until whoever started it kills it
    ::pause();
}

} // namespace sagas::bench
