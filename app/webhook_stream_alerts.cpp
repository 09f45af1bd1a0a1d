// Alerts of the queue of what waits for a person: decided, stored, and then sent as events are.
#include "app/webhook_stream.hpp"
#include "http/webhook/letter.hpp"
#include "http/webhook/position.hpp"

namespace sagas {

using http::delivery;

bool webhook_stream::wants_alerts() const {
  return how_ && how_->active && how_->alerts.wanted && !removal_ && !halted_;
}

// What was told of the queue, and the alerts that are still on their way.
status webhook_stream::find_alerts() {
  const auto told = ports_.reads.kept_one(http::watch_kind, name_);
  if (!told)
    return told.error();
  if (*told)
    told_ = http::read_alert_memory((*told)->content.text());
  return take_rows(http::alert_kind);
}

// One that the store could not take is the same one the next time: it may have taken it after all.
void webhook_stream::attend(const attention_summary& parked) {
  if (!wants_alerts() || full() || !takes_letters() || deciding_)
    return;
  if (!decided_)
    decide(parked);
  if (!decided_)
    return;
  deciding_ = true;
  const timestamp now = ports_.clock();
  const auto& [told, alert] = *decided_;
  const std::string name = http::letter_name(name_, alert.at);
  using kind = kept_change::kind;
  keep(
    {{kind::put, {http::alert_kind, name, http::letter_document(alert, alert.text, now), 0, now}},
     {kind::put, {http::watch_kind, name_, document{http::to_json(told)}, 0, now}}},
    [](webhook_stream& me, const status& how) { me.alert_stored(how); });
}

void webhook_stream::decide(const attention_summary& parked) {
  const timestamp now = ports_.clock();
  const http::waiting_steps waiting = http::waiting_of(parked, how_->types);
  const auto what = http::decide(how_->alerts, waiting, told_, now);
  if (!what)
    return;
  decided_.emplace();
  decided_->told = http::after(told_, *what, now);
  delivery& alert = decided_->what;
  alert.at = decided_->told.last;
  alert.from = delivery::origin::alert;
  alert.text = http::alert_event(ports_.source, alert.at, *what, how_->alerts, waiting, now);
}

void webhook_stream::alert_stored(const status& how) {
  deciding_ = false;
  if (!how) {
    ports_.log.write(log_level::warning, "an alert can't be stored now; it is later",
                     {{"suscripcion", name_}, {"cause", how.error().message}});
    return;
  }
  told_ = decided_->told;
  window_.take(std::move(decided_->what));
  decided_.reset();
}

} // namespace sagas
