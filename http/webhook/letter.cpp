#include "http/webhook/letter.hpp"

#include <algorithm>

#include "http/json_writer.hpp"
#include "http/webhook/position.hpp"
#include "saga/json_text.hpp"

namespace sagas::http {

kept_change erasing(const char* kind, std::string name) {
  return {kept_change::kind::erase, {kind, std::move(name), {}, 0, {}}};
}

kept_query rows_of(const char* kind, const std::string& subscription) {
  return {kind, subscription + "/", subscription + "0"}; // which is what follows '/'
}

document letter_document(const delivery& what, const std::string& text, timestamp now) {
  std::string made;
  json_writer json{made};
  json.begin_object();
  json.member("posicion", to_text(what.at));
  json.member("momento", now);
  json.member("intentos", what.attempts);
  json.member("codigo", what.code);
  json.member("motivo", what.reason);
  if (what.lost_until)
    json.member("hasta", to_text(*what.lost_until));
  json.key("evento");
  json.json(text);
  json.end_object();
  return document{std::move(made)};
}

std::optional<delivery> read_letter(const kept_document& letter) {
  const auto at = position_in(letter.name);
  const json_lookup whole{letter.content.text()};
  const std::string_view event = whole.find({"evento"});
  const auto saga = parse_saga_id(unquoted(whole.find({"evento", "subject"})));
  if (!at || !event.starts_with('{'))
    return std::nullopt;
  delivery made;
  made.at = *at;
  made.what.saga = saga.value_or(saga_id{});
  made.aside = letter.kind == aside_kind;
  made.from = made.aside                  ? delivery::origin::feed
              : letter.kind == alert_kind ? delivery::origin::alert
                                          : delivery::origin::letter;
  made.text = std::string{event};
  made.mark = letter.position;
  return made;
}

bool goes_again(const kept_document& letter) { return letter.position % 2 == 1; }

kept_change send_again(const kept_document& letter) {
  return {kept_change::kind::advance, {letter_kind, letter.name, {}, letter.position | 1, {}}};
}

kept_change stays_dead(const std::string& name, const delivery& what) {
  return {kept_change::kind::advance, {letter_kind, name, {}, what.mark + 1, {}}};
}

std::string shown_letter(const kept_document& letter) {
  const std::string_view whole = letter.content.text();
  const std::string_view rest = whole.substr(std::min<std::size_t>(whole.size(), 1)); // its '{'
  std::string shown = goes_again(letter) ? R"({"reenviando":true)" : R"({"reenviando":false)";
  return shown.append(rest.starts_with('}') ? "" : ",").append(rest);
}

} // namespace sagas::http
