#include "http/api_parameters.hpp"

#include <nlohmann/json.hpp>

#include "http/api_input.hpp"
#include "saga/status.hpp"

namespace sagas::http {
namespace {

using nlohmann::ordered_json;

constexpr const char* name_pattern = "^[A-Za-z0-9_.:-]+$";

std::string text_schema(std::size_t size_max) {
  return ordered_json{
    {"type", "string"}, {"minLength", 1}, {"maxLength", size_max}, {"pattern", name_pattern}}
    .dump();
}

std::string time_schema() {
  return R"({"type":"string","format":"date-time","examples":["2026-01-31T09:08:07Z"]})";
}

std::vector<problem_type> joined(std::vector<problem_type> base, std::vector<problem_type> more) {
  base.insert(base.end(), more.begin(), more.end());
  return base;
}

} // namespace

parameter limit_parameter(std::size_t fallback) {
  return {
    "limite",
    ordered_json{{"type", "integer"}, {"minimum", 1}, {"maximum", limit_max}, {"default", fallback}}
      .dump(),
    "How many at most."};
}

parameter cursor_parameter() {
  return {"cursor", R"({"type":"string","minLength":22,"maxLength":22})",
          "The `cursor` of the answer before: goes on behind its last element."};
}

parameter from_parameter() {
  return {"desde", time_schema(), "Only sagas that started at this time or later."};
}

parameter until_parameter() {
  return {"hasta", time_schema(), "Only sagas that started before this time."};
}

parameter type_parameter() { return name_parameter("tipo", "Only sagas of this type."); }

parameter saga_status_parameter() {
  ordered_json schema{{"type", "string"}};
  for (int i = 0; i < saga_status_count; ++i)
    schema["enum"].push_back(to_text(static_cast<saga_status>(i)));
  return {"estado", schema.dump(), "Only sagas in this state."};
}

parameter id_parameter(std::string name, std::string description) {
  return {std::move(name), text_schema(id_max), std::move(description)};
}

parameter name_parameter(std::string name, std::string description) {
  return {std::move(name), text_schema(100), std::move(description)};
}

parameter version_parameter() {
  return {"version", R"({"type":"integer","minimum":1})", "Which version; absent: the newest."};
}

parameter key_parameter() {
  return {"Idempotency-Key", R"({"type":"string","minLength":1,"maxLength":200})",
          "The same key with the same body answers the same saga, however often it is sent; with "
          "another body it is refused. Visible ASCII characters.",
          parameter::place::header};
}

parameter operator_parameter() {
  return {"Saga-Operador", R"({"type":"string","minLength":1,"maxLength":100})",
          "Who gives the command, for the saga's history; `anonimo` without it.",
          parameter::place::header};
}

parameter last_event_parameter() {
  return {"Last-Event-ID", R"({"type":"string","examples":["12-3"]})",
          "The `id` of the last event that was received: the stream goes on behind it. `0-0` is "
          "the beginning of all.",
          parameter::place::header};
}

parameter wait_parameter() {
  return {"esperar", R"({"type":"string","examples":["500ms","30s","2m"]})",
          "Holds the answer until the saga has ended (200), at most so long (then 202)."};
}

parameter dry_run_parameter() {
  return {"simular", R"({"type":"boolean","default":false})",
          "Changes nothing, and answers what would follow."};
}

std::vector<problem_type> read_problems(std::vector<problem_type> more) {
  using enum problem_type;
  return joined({invalid_input, too_many_requests, internal, unavailable}, std::move(more));
}

std::vector<problem_type> write_problems(std::vector<problem_type> more) {
  using enum problem_type;
  return joined({invalid_json, body_too_large, unsupported_media_type, invalid_input,
                 too_many_requests, internal, overloaded, unavailable, unknown_outcome},
                std::move(more));
}

} // namespace sagas::http
