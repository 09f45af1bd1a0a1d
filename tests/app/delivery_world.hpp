// Webhooks over a feed and a store that a test makes, and a real receiver.
#pragma once

#include "app/webhooks.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <mutex>

#include <nlohmann/json.hpp>

#include "app/clock.hpp"
#include "http/signing.hpp"
#include "http/webhook/cloud_event.hpp"
#include "http/webhook/letter.hpp"
#include "http/webhook/position.hpp"
#include "support/catch.hpp"
#include "support/in_time.hpp"
#include "tests/http/api_fakes.hpp"
#include "tests/http/scripted_service.hpp"

namespace sagas::test {

using http::testing::fake_queries;
using http::testing::scripted_service;
using http::testing::silent_log;
using json = nlohmann::json;

// Keeps what it is told where the queries look.
class keeping_engine final : public orchestrator {
public:
  explicit keeping_engine(fake_queries& to) : to_(to) {}
  void start(start_request, started_callback, ended_callback) override {}
  void command(const saga_id&, saga_command, command_callback) override {}
  void register_definition(definition_ptr, std::function<void(status)>) override {}
  void remove(std::vector<saga_id>, timestamp, removed_callback) override {}
  void reseal(std::size_t, resealed_callback) override {}
  std::vector<participant_info> participants() const override { return {}; }
  node_info node() const override { return {}; }
  void keep(std::vector<kept_change> what, std::function<void(status)> done) override {
    if (away)
      return done({errc::unavailable, "the store is away"});
    {
      const std::lock_guard lock{to_.guard};
      for (const kept_change& each : what)
        make(each);
    }
    forgets ? done({errc::unknown_outcome, "it may be stored"}) : done(nothing{});
  }
  std::atomic<bool> away{false};
  std::atomic<bool> forgets{false}; ///< what has become of it

private:
  void make(const kept_change& what) {
    std::vector<kept_document>& all = to_.documents;
    const auto at = std::find_if(all.begin(), all.end(), [&](const kept_document& each) {
      return each.kind == what.of.kind && each.name == what.of.name;
    });
    if (what.what == kept_change::kind::erase && at != all.end())
      all.erase(at);
    if (what.what == kept_change::kind::advance && at != all.end())
      at->position = std::max(at->position, what.of.position);
    if (what.what != kept_change::kind::put)
      return;
    if (at != all.end()) {
      at->content = what.of.content;
      return;
    }
    all.push_back(what.of);
    std::sort(all.begin(), all.end(), [](const auto& one, const auto& other) {
      return std::pair{one.kind, one.name} < std::pair{other.kind, other.name};
    });
  }

  fake_queries& to_;
};

inline saga_id saga(int number) {
  saga_id id;
  id.bytes[15] = static_cast<std::uint8_t>(number);
  return id;
}

inline feed_event change_of(int of, const std::string& status = "EN_PROGRESO") {
  return {.saga = saga(of), .type = "pago", .at = now(), .status = status, .step = {}};
}

inline json event_in(const std::string& request) {
  return json::parse(request.substr(request.find("\r\n\r\n") + 4));
}

// The ids that came, in the order of their coming.
inline std::vector<std::string> ids_at(const scripted_service& service) {
  std::vector<std::string> ids;
  for (const std::string& each : service.requests())
    ids.push_back(event_in(each)["id"]);
  return ids;
}

struct delivery_world {
  /// Answers every event with what `answers` gives for its saga; 0: hangs up without an answer.
  explicit delivery_world(std::function<int(const json&)> answers = [](const json&) { return 204; })
    : service([answers = std::move(answers)](scripted_service::visit& to) {
        const int status = answers(event_in(to.request()));
        if (status > 0)
          to.answer(status, "");
        return status > 0;
      }) {
    limits.backoff = {.first_delay = milliseconds{5}, .cap = milliseconds{20}};
    limits.again_after = limits.advance_every = limits.trial_every = limits.attend_every =
      milliseconds{5};
  }

  void start() {
    hooks = std::make_unique<webhooks>();
    REQUIRE(hooks->start(
      {.reads = reads,
       .engine = engine,
       .log = log,
       .clock = now,
       .waiting = [this]() -> result<attention_summary> {
         const std::lock_guard lock{parked_guard};
         return parked;
       },
       .terms = {.secrets = [](std::string_view) { return "s3cr3t0"; }, .targets = targets},
       .source = "/sagas/prueba",
       .poll = poll,
       .limits = limits}));
  }
  void stop(milliseconds patience = milliseconds{2'000}) { hooks->stop(patience); }

  void put(const std::string& name, json more = json::object(), feed_position next = {1, 0},
           std::string url = {}) {
    more["url"] = url.empty() ? service.url("/" + name) : url;
    engine.keep({{kept_change::kind::put,
                  {http::subscription_kind, name, document{more.dump()}, http::packed(next), {}}}},
                [](const status&) {});
    if (hooks)
      hooks->serve(name);
  }
  void happens(std::uint64_t batch, std::vector<feed_event> events) {
    happens_elsewhere(batch, std::move(events));
    if (hooks)
      hooks->publish(nullptr);
  }
  /// In another process: nobody tells of it here.
  void happens_elsewhere(std::uint64_t batch, std::vector<feed_event> events) {
    reads.store({batch, std::move(events)});
  }
  /// So many sagas wait for a person from now on.
  void park(std::uint64_t count) {
    cause_group cause;
    cause.type = "pago";
    cause.step = "cobrar";
    cause.service = "pagos";
    cause.count = count;
    cause.oldest = now();
    const std::lock_guard lock{parked_guard};
    parked = {};
    parked.sagas = count;
    if (count > 0)
      parked.causes.push_back(cause);
  }
  bool came(std::size_t count) {
    return in_time([&] { return service.requests().size() >= count; });
  }
  http::subscription_state state(const std::string& name) {
    for (const auto& each : hooks->states())
      if (each.name == name)
        return each;
    return {};
  }
  std::vector<kept_document> kept(const char* kind) {
    const std::lock_guard lock{reads.guard};
    std::vector<kept_document> found;
    for (const kept_document& each : reads.documents)
      if (each.kind == kind)
        found.push_back(each);
    return found;
  }
  /// Stores the letter of an event that was given up.
  void keep_letter(const std::string& name, const feed_position& at, const feed_event& what) {
    const http::delivery dead{.at = at, .what = what};
    engine.keep({{kept_change::kind::put,
                  {http::letter_kind, http::letter_name(name, at),
                   http::letter_document(dead, http::cloud_event("/s", at, what, {}), now())}}},
                [](const status&) {});
  }
  result<std::size_t> resend(const std::string& name, std::optional<feed_position> which = {});
  bool stands_at(const feed_position& next) {
    return in_time([&] {
      const auto all = kept(http::subscription_kind);
      return !all.empty() && all.front().position == http::packed(next);
    });
  }

  fake_queries reads;
  silent_log log;
  keeping_engine engine{reads};
  scripted_service service;
  std::vector<std::string> targets{service.target()};
  webhook_limits limits;
  milliseconds poll{0};
  std::mutex parked_guard;
  attention_summary parked;
  std::unique_ptr<webhooks> hooks;
};

template <class T>
T answer_of(const std::function<void(std::function<void(T)>)>& ask) {
  auto said = std::make_shared<std::promise<T>>();
  ask([said](T what) { said->set_value(std::move(what)); });
  auto answer = said->get_future();
  REQUIRE(answer.wait_for(std::chrono::seconds{10}) == std::future_status::ready);
  return answer.get();
}

inline result<std::size_t> delivery_world::resend(const std::string& name,
                                                  std::optional<feed_position> which) {
  return answer_of<result<std::size_t>>([&](auto done) { hooks->resend(name, which, done); });
}

} // namespace sagas::test
