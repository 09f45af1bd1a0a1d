// Attempts, and what their answers mean.
#include <algorithm>

#include "app/webhook_stream.hpp"
#include "http/webhook/cloud_event.hpp"

namespace sagas {

using http::delivery;
using http::delivery_verdict;

void webhook_stream::launch(steady::time_point now) {
  while (now >= held_until_ && window_.under_way() < how_->concurrency && circuit_.permit(now)) {
    delivery* const one = window_.next(now, !delivers());
    if (one && (one->has_row() || how_->wants(one->what))) {
      send(*one, now);
      continue;
    }
    circuit_.abandoned();
    if (!one)
      return;
    window_.done(one->at); // it was another filter that took it
  }
}

std::string webhook_stream::text_of(const delivery& what) const {
  if (what.has_row() || what.lost_until)
    return what.text;
  return http::cloud_event(ports_.source, what.at, what.what, ports_.hides);
}

void webhook_stream::send(delivery& what, steady::time_point now) {
  ++what.attempts;
  what.first = what.first.value_or(now);
  http::web_request request = http::delivery_request(*how_, to_text(what.at), text_of(what),
                                                     ports_.clock());
  request.deadline = now + how_->timeout;
  ports_.client.send(
    lane_, std::move(request),
    [self = weak_from_this(), post = ports_.post, at = what.at](http::web_answer said) {
      post([self, at, said = std::move(said)] {
        if (const auto me = self.lock())
          me->answered(at, said);
      });
    });
}

void webhook_stream::answered(const feed_position& at, const http::web_answer& said) {
  delivery* const what = window_.find(at);
  if (!what)
    return;
  const auto since_first = std::chrono::duration_cast<milliseconds>(steady::now() - *what->first);
  http::delivery_terms terms = how_ ? how_->terms : http::delivery_terms{};
  terms.backoff = ports_.limits.backoff;
  const delivery_verdict means = http::judge(said, terms, what->attempts, since_first,
                                             ports_.clock(), random_());
  note_health(means);
  if (means.what == delivery_verdict::kind::delivered)
    went_well(*what);
  else
    went_wrong(*what, said, means);
}

// What the attempt tells of the receiver as a whole.
void webhook_stream::note_health(const delivery_verdict& means) {
  const auto now = steady::now();
  const bool was_ill = circuit_.is_open();
  means.ill ? circuit_.failed(now) : circuit_.succeeded();
  held_until_ = std::max(held_until_, now + means.hold);
  if (circuit_.is_open() && !was_ill)
    ports_.log.write(log_level::warning, "a subscriber takes no events: one at a time is tried",
                     {{"suscripcion", name_}});
  if (was_ill && !circuit_.is_open()) {
    ports_.log.write(log_level::info, "a subscriber answers again", {{"suscripcion", name_}});
    window_.hurry(); // what failed with it need not wait
  }
}

void webhook_stream::went_well(delivery& what) {
  ++delivered_;
  last_fault_.clear();
  if (!what.has_row())
    return window_.done(what.at);
  unsettled_.insert(what.at);
  window_.end(what, delivery::fate::erase);
}

void webhook_stream::went_wrong(delivery& what, const http::web_answer& said,
                                const delivery_verdict& means) {
  http::delivery_fault fault = http::fault_of(said);
  what.code = std::move(fault.code);
  what.reason = std::move(fault.reason);
  last_fault_ = what.code + " " + what.reason;
  ++failed_;
  if (means.what == delivery_verdict::kind::again)
    return window_.retry(what, steady::now() + means.wait);
  ++dead_;
  ports_.log.write(log_level::warning, "an event is given up: sagas webhooks dead lists it",
                   {{"suscripcion", name_}, {"evento", to_text(what.at)}, {"cause", what.code}});
  unsettled_.insert(what.at);
  window_.end(what, delivery::fate::bury);
}

} // namespace sagas
