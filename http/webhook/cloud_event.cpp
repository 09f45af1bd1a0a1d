#include "http/webhook/cloud_event.hpp"

#include "http/codec_event.hpp"
#include "http/webhook/position.hpp"

namespace sagas::http {

std::string cloud_event(const std::string& source, const feed_position& at, const feed_event& what,
                        const redaction& hides) {
  std::string data;
  append_change(data, what);
  std::string made;
  payload_writer json{made, hides};
  json.begin_object();
  json.member("specversion", "1.0");
  json.member("id", to_text(at));
  json.member("source", source);
  json.member("type", what.step.empty() ? "sagas.saga" : "sagas.paso");
  json.member("subject", what.saga);
  json.member("time", what.at);
  json.member("sequence", sequence_of(at));
  json.member("datacontenttype", "application/json");
  json.member("data", document{std::move(data)});
  json.end_object();
  return made;
}

} // namespace sagas::http
