#include "http/webhook/letter.hpp"

#include "http/json_writer.hpp"
#include "http/webhook/position.hpp"
#include "saga/json_text.hpp"

namespace sagas::http {

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
  if (!at || !saga || event.empty())
    return std::nullopt;
  delivery made;
  made.at = *at;
  made.what.saga = *saga;
  made.text = std::string{event};
  made.again = true;
  return made;
}

} // namespace sagas::http
