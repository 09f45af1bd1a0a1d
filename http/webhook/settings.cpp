#include "http/webhook/settings.hpp"

#include <utility>

#include "http/participant/web_participant.hpp"
#include "http/webhook/cloud_event.hpp"
#include "saga/status.hpp"
#include "saga/text.hpp"

namespace sagas::http {
namespace {

constexpr std::size_t words_max = 100;
constexpr std::uint32_t concurrency_max = 256;
constexpr milliseconds day{86'400'000};

// Each member of an array of texts that `fits`.
template <class Fits>
std::set<std::string> read_words(object_reader& from, std::string_view key, Fits fits,
                                 const char* what) {
  std::set<std::string> words;
  const json_value* const list = from.array(key, words_max);
  for (const json_value& each : list ? *list : json_value::array())
    if (each.is_string() && fits(each.get_ref<const std::string&>()))
      words.insert(each.get<std::string>());
    else
      from.fault(key, what);
  return words;
}

// What it has in common with a participant is read as one, under that one's names.
void read_target(const std::string& name, object_reader& from, const web_participant_terms& terms,
                 fault_list& faults, subscription& to) {
  json_value call = json_value::object();
  constexpr std::pair<const char*, const char*> members[] = {
    {"url", "url"}, {"headers", "headers"}, {"firma", "sign"}, {"tls", "tls"}};
  for (const auto& [own, theirs] : members)
    if (const json_value* given = from.member(own))
      call[theirs] = *given;
  auto target = read_web_participant(name, call, terms);
  if (!target) {
    for (const field_error& each : target.error().fields)
      faults.add(each.pointer == "/sign" ? "/firma" : each.pointer, each.message);
    return;
  }
  if (target->url.find('{') != std::string::npos)
    from.fault("url", "may hold no {places}: all events go to one URL");
  to.url = std::move(target->url);
  to.headers = std::move(target->headers);
  to.signing_secret = std::move(target->signing_secret);
  to.lane = std::move(target->lane);
}

void read_filter(object_reader& from, subscription& to) {
  to.types = read_words(
    from, "tipos", [](const std::string& each) { return is_name(each); },
    "must hold names of definitions");
  to.statuses = read_words(
    from, "estados",
    [](const std::string& each) { return parse_saga_status(each) || parse_step_status(each); },
    "must hold states of sagas or steps, such as COMPLETADA or FALLIDO");
  const auto kinds = read_words(
    from, "eventos",
    [](const std::string& each) { return each == "saga" || each == "paso" || each == "atencion"; },
    "must hold some of saga, paso, atencion");
  if (!kinds.empty()) {
    to.sagas = kinds.contains("saga");
    to.steps = kinds.contains("paso");
    to.alerts.wanted = kinds.contains("atencion");
  }
}

void read_alerts(object_reader& from, fault_list& faults, alert_terms& to) {
  const json_value* const given = from.object("atencion");
  if (!given)
    return;
  if (!to.wanted)
    from.fault("atencion", "is of use only when eventos holds atencion");
  object_reader inside{*given, pointer_to(from.pointer(), "atencion"), faults};
  to.count = static_cast<std::uint64_t>(inside.integer("cantidad", 1, 1'000'000'000).value_or(0));
  to.age = inside.duration("edad", milliseconds{1'000}, 365 * day).value_or(to.age);
  to.every = inside.duration("cada", milliseconds{1'000}, 7 * day).value_or(to.every);
  inside.done();
}

void read_pace(object_reader& from, subscription& to) {
  to.active = from.flag("activa").value_or(true);
  to.concurrency = static_cast<std::uint32_t>(
    from.integer("concurrencia", 1, concurrency_max).value_or(to.concurrency));
  to.timeout = from.duration("plazo", milliseconds{100}, milliseconds{60'000}).value_or(to.timeout);
  to.terms.attempts = static_cast<std::uint32_t>(
    from.integer("intentos", 1, 100).value_or(to.terms.attempts));
  to.terms.give_up_after =
    from.duration("durante", milliseconds{1'000}, day).value_or(to.terms.give_up_after);
  // Delivery keeps its own account of a receiver that is ill.
  to.lane.flow = {.concurrency = to.concurrency, .queued = concurrency_max, .failures = 0};
}

} // namespace

bool subscription::wants(const feed_event& what) const {
  return (what.step.empty() ? sagas : steps) && (types.empty() || types.contains(what.type))
         && (statuses.empty() || statuses.contains(what.status));
}

result<subscription> read_subscription(const std::string& name, const json_value& from,
                                       const web_participant_terms& terms) {
  fault_list faults;
  object_reader reader{from, "", faults};
  subscription made;
  read_target(name, reader, terms, faults, made);
  read_filter(reader, made);
  read_alerts(reader, faults, made.alerts);
  read_pace(reader, made);
  reader.done();
  if (!faults.empty())
    return faults.as_failure("the subscription");
  return made;
}

web_request delivery_request(const subscription& to, const std::string& id, std::string text,
                             timestamp now) {
  web_request made{.url = to.url, .body = std::move(text)};
  made.headers = {std::string{"Content-Type: "} + cloud_event_type, "Expect:", "User-Agent: sagas"};
  made.headers.insert(made.headers.end(), to.headers.begin(), to.headers.end());
  if (!to.signing_secret.empty())
    made.headers.push_back("Saga-Firma: " + signature(to.signing_secret, now, id, made.body));
  return made;
}

} // namespace sagas::http
