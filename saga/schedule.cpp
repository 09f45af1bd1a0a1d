#include "saga/schedule.hpp"

namespace sagas {
namespace {

using namespace std::chrono_literals;

constexpr milliseconds tolerance_min{10s};
constexpr milliseconds tolerance_max{7 * 24h};
constexpr std::size_t text_max = 200;

missed_policy read_missed(object_reader& from) {
  const auto text = from.text("perdidas", text_max);
  if (!text || *text == "omitir")
    return missed_policy::skip;
  if (*text == "una")
    return missed_policy::one;
  if (*text == "todas")
    return missed_policy::all;
  from.fault("perdidas", "must be omitir, una or todas");
  return missed_policy::skip;
}

void read_times(object_reader& from, const zone_source& zones, schedule& to) {
  if (const auto text = from.text("cron", text_max)) {
    if (const auto read = parse_cron(*text))
      to.cron = *read;
    else
      from.fault("cron", read.error().message);
  } else if (!from.member("cron")) {
    from.fault("cron", "is missing: say when, such as \"0 9 * * MON-FRI\"");
  }
  if (const auto zone = zones(from.text("zona", text_max).value_or("UTC")))
    to.zone = *zone;
  else
    from.fault("zona", zone.error().message);
}

} // namespace

result<schedule> read_schedule(const json_value& document, const zone_source& zones) {
  fault_list faults;
  object_reader reader{document, "", faults};
  schedule made;
  read_times(reader, zones, made);
  made.missed = read_missed(reader);
  made.tolerance =
    reader.duration("tolerancia", tolerance_min, tolerance_max).value_or(made.tolerance);
  made.paused = reader.flag("pausado").value_or(false);
  made.instant_in = reader.name("instante_en").value_or("");
  if (const json_value* const start = reader.object("inicio"))
    made.start = *start;
  else if (!reader.member("inicio"))
    reader.fault("inicio", "is missing: say what to start, as for POST /api/v1/sagas");
  reader.done();
  const auto input = made.start.find("entrada");
  if (!made.instant_in.empty() && input != made.start.end() && input->contains(made.instant_in))
    reader.fault("instante_en", "entrada has a member of that name already: leave it out there");
  if (!faults.empty())
    return faults.as_failure("the schedule");
  return made;
}

json_value start_body(const schedule& of, timestamp run) {
  json_value body = of.start;
  if (of.instant_in.empty())
    return body;
  json_value& input = body["entrada"];
  if (input.is_null() || input.is_object()) // else the start is refused, and says why
    input[of.instant_in] = to_iso(run);
  return body;
}

// One fingerprint for all: a run that was started before its schedule changed is done.
idempotency run_key(const std::string& name, timestamp run) {
  return {own_keys + ("cron/" + name + "/" + to_iso(run)), "programa"};
}

document to_document(const kept_schedule& what) {
  return json_value{{"desde", to_iso(what.from)}, {"programa", what.document}}.dump();
}

result<kept_schedule> read_kept_schedule(const document& what) {
  auto whole = json_value::parse(what.text(), nullptr, false);
  fault_list faults;
  object_reader reader{whole, "", faults};
  const auto from = parse_iso(reader.text("desde", text_max).value_or(""));
  if (!from || !reader.object("programa"))
    return {errc::corrupt, "is kept in a form that this version does not know: set it again"};
  return kept_schedule{*from, std::move(whole["programa"])};
}

bool same_times(const schedule& one, const schedule& other) {
  return one.cron == other.cron && one.zone->name() == other.zone->name()
         && one.paused == other.paused;
}

} // namespace sagas
