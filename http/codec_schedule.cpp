#include "http/codec_schedule.hpp"

namespace sagas::http {
namespace {

// As it was set up, without what no answer shows of the payloads that it starts with.
std::string shown_document(const document& what, const redaction& hides) {
  auto kept = read_kept_schedule(what);
  if (!kept)
    return "null";
  const auto start = kept->document.find("inicio");
  if (start != kept->document.end() && start->is_object())
    for (const char* payload : {"entrada", "metadatos"})
      if (const auto at = start->find(payload); at != start->end())
        *at = json_value::parse(hides.of(document{at->dump()}).text());
  return kept->document.dump();
}

} // namespace

const char* to_text(schedule_state::kind how) {
  switch (how) {
  case schedule_state::kind::active: return "activo";
  case schedule_state::kind::paused: return "pausado";
  case schedule_state::kind::broken: return "averiado";
  }
  return "";
}

void write_schedule(json_writer& json, const kept_document& what, const schedule_state* state,
                    const redaction& hides) {
  const schedule_state shown = state ? *state : schedule_state{};
  json.begin_object();
  json.member("nombre", what.name);
  json.member("estado", to_text(shown.how));
  json.member("motivo", shown.why);
  json.member("cambiado", what.changed);
  json.member("siguiente", shown.next);
  json.member("ultima", shown.last);
  json.member("ultimo_saga_id", shown.last_saga);
  json.member("iniciadas", shown.started);
  json.member("perdidas", shown.missed);
  json.member("fallidas", shown.failed);
  json.member("ultimo_fallo", shown.last_fault);
  json.key("programa");
  json.json(shown_document(what.content, hides));
  json.end_object();
}

} // namespace sagas::http
