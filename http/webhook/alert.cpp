#include "http/webhook/alert.hpp"

#include <algorithm>

#include "http/codec_attention.hpp"
#include "http/webhook/position.hpp"
#include "saga/json_text.hpp"

namespace sagas::http {
namespace {

constexpr std::size_t causes_told = 10;
constexpr const char* queue = "atencion"; // subject of all alerts

const char* type_of(attention_alert what) {
  switch (what) {
  case attention_alert::first: return "sagas.atencion.primera";
  case attention_alert::threshold: return "sagas.atencion.umbral";
  case attention_alert::clear: return "sagas.atencion.despejada";
  }
  return "";
}

milliseconds age_of(const waiting_steps& what, timestamp now) {
  return what.count > 0 ? std::max(now - what.oldest, milliseconds{0}) : milliseconds{0};
}

bool too_many(const alert_terms& terms, const waiting_steps& what) {
  return terms.count > 0 && what.count >= terms.count;
}

bool too_old(const alert_terms& terms, const waiting_steps& what, timestamp now) {
  return terms.age.count() > 0 && what.count > 0 && age_of(what, now) >= terms.age;
}

// A time to come is of a clock that has been set back: it holds nothing up.
bool is_due(const std::optional<timestamp>& last, milliseconds every, timestamp now) {
  return !last || *last > now || now - *last >= every;
}

std::optional<timestamp> time_in(const json_lookup& from, const char* member) {
  return parse_iso(unquoted(from.find({member})));
}

void write_reasons(json_writer& json, const alert_terms& terms, const waiting_steps& waiting,
                   timestamp now) {
  json.key("umbrales");
  json.begin_array();
  if (too_many(terms, waiting))
    json.value("cantidad");
  if (too_old(terms, waiting, now))
    json.value("edad");
  json.end_array();
}

void write_data(json_writer& json, const alert_terms& terms, const waiting_steps& waiting,
                timestamp now) {
  json.begin_object();
  json.member("cuantas", waiting.count);
  json.member("completo", waiting.whole);
  json.member("desde", waiting.count > 0 ? std::optional{waiting.oldest} : std::nullopt);
  json.member("segundos", std::chrono::duration<double>(age_of(waiting, now)).count());
  write_reasons(json, terms, waiting, now);
  json.key("causas");
  json.begin_array();
  for (std::size_t i = 0; i < std::min(waiting.causes.size(), causes_told); ++i)
    write_cause(json, *waiting.causes[i], now);
  json.end_array();
  json.end_object();
}

} // namespace

waiting_steps waiting_of(const attention_summary& parked, const std::set<std::string>& types) {
  waiting_steps made;
  made.whole = parked.whole && (types.empty() || parked.others == 0);
  made.count = types.empty() ? parked.others : 0;
  for (const cause_group& each : parked.causes)
    if (types.empty() || types.contains(each.type)) {
      made.count += each.count;
      made.oldest = std::min(made.oldest, each.oldest);
      made.causes.push_back(&each);
    }
  return made;
}

std::string to_json(const alert_memory& what) {
  std::string made;
  json_writer json{made};
  json.begin_object();
  json.member("abierta", what.open);
  json.member("primera", what.first);
  json.member("umbral", what.threshold);
  json.member("ultima", to_text(what.last));
  json.end_object();
  return made;
}

alert_memory read_alert_memory(std::string_view json) {
  const json_lookup from{json};
  alert_memory made;
  made.open = from.find({"abierta"}) == "true";
  made.first = time_in(from, "primera");
  made.threshold = time_in(from, "umbral");
  made.last = parse_feed_position(unquoted(from.find({"ultima"}))).value_or(feed_position{});
  return made;
}

std::optional<attention_alert> decide(const alert_terms& terms, const waiting_steps& waiting,
                                      const alert_memory& told, timestamp now) {
  if (!terms.wanted)
    return std::nullopt;
  if (waiting.count == 0)
    return told.open ? std::optional{attention_alert::clear} : std::nullopt;
  if (!told.open)
    return is_due(told.first, terms.every, now) ? std::optional{attention_alert::first}
                                                : std::nullopt;
  const bool exceeds = too_many(terms, waiting) || too_old(terms, waiting, now);
  return exceeds && is_due(told.threshold, terms.every, now)
           ? std::optional{attention_alert::threshold}
           : std::nullopt;
}

alert_memory after(alert_memory told, attention_alert what, timestamp now) {
  told.open = what != attention_alert::clear;
  if (what == attention_alert::first)
    told.first = now;
  if (what == attention_alert::threshold)
    told.threshold = now;
  told.last = std::max(alert_position(now), behind_batch(told.last));
  return told;
}

std::string alert_event(const std::string& source, const feed_position& at, attention_alert what,
                        const alert_terms& terms, const waiting_steps& waiting, timestamp now) {
  std::string made;
  json_writer json{made};
  json.begin_object();
  json.member("specversion", "1.0");
  json.member("id", to_text(at));
  json.member("source", source);
  json.member("type", type_of(what));
  json.member("subject", queue);
  json.member("time", now);
  json.member("sequence", sequence_of(at));
  json.member("datacontenttype", "application/json");
  json.key("data");
  write_data(json, terms, waiting, now);
  json.end_object();
  return made;
}

} // namespace sagas::http
