#include "http/codec_event.hpp"

#include "http/json_writer.hpp"

namespace sagas::http {
namespace {

void append_head(std::string& out, const feed_position& at, std::string_view kind) {
  out += "id: ";
  out += to_text(at);
  out += "\nevent: ";
  out += kind;
  out += "\ndata: ";
}

} // namespace

void append_change(std::string& out, const feed_event& what) {
  json_writer json{out};
  json.begin_object();
  json.member("saga_id", to_text(what.saga));
  json.member("tipo", what.type);
  json.member("timestamp", to_iso(what.at));
  json.member("estado", what.status);
  if (!what.step.empty()) {
    json.member("paso", what.step);
    json.member("tipo_operacion", to_text(what.op));
    json.member("intento_numero", std::uint64_t{what.attempt});
  }
  json.end_object();
}

void append_sse(std::string& out, const feed_position& at, const feed_event& what) {
  append_head(out, at, what.step.empty() ? "saga" : "paso");
  append_change(out, what);
  out += "\n\n";
}

void append_sse_end(std::string& out, const feed_position& at, const saga_id& saga,
                    std::string_view status) {
  append_head(out, at, "fin");
  json_writer json{out};
  json.begin_object();
  json.member("saga_id", to_text(saga));
  json.member("estado", status);
  json.end_object();
  out += "\n\n";
}

} // namespace sagas::http
