#include "http/openapi.hpp"

#include <map>

#include <nlohmann/json.hpp>

#include "http/openapi_schemas.hpp"

namespace sagas::http {
namespace {

using nlohmann::ordered_json;

ordered_json reference(const std::string& schema) {
  return {{"$ref", "#/components/schemas/" + schema}};
}

ordered_json content(const std::string& type, const std::string& schema, bool many) {
  ordered_json media = ordered_json::object();
  if (!schema.empty())
    media["schema"] = many ? ordered_json{{"type", "array"}, {"items", reference(schema)}}
                           : reference(schema);
  return {{type, std::move(media)}};
}

ordered_json path_parameter(const std::string& name) {
  static const std::map<std::string, const char*> described{
    {"saga_id", "The saga."},
    {"nombre", "A step of the saga, a problem type, or a subscription."},
    {"campania_id", "The campaign."},
    {"tipo", "The definition."},
    {"version", "Its version."},
    {"trabajo_id", "The order about many sagas."},
    {"microservicio", "The name that definitions call it by."},
    {"posicion", "The place of an event, such as 12-3."}};
  ordered_json schema{{"type", "string"}, {"minLength", 1}};
  if (name == "version")
    schema = {{"type", "integer"}, {"minimum", 1}};
  return {{"name", name},
          {"in", "path"},
          {"required", true},
          {"description", described.at(name)},
          {"schema", std::move(schema)}};
}

ordered_json parameters_of(const endpoint& what) {
  ordered_json list = ordered_json::array();
  for (const std::string& name : path_names(what.path))
    list.push_back(path_parameter(name));
  for (const parameter& one : what.parameters)
    list.push_back({{"name", one.name},
                    {"in", one.in == parameter::place::query ? "query" : "header"},
                    {"description", one.description},
                    {"schema", ordered_json::parse(one.schema)}});
  return list;
}

// The good answers, then one entry a status for the problems, which names their types.
ordered_json responses_of(const endpoint& what) {
  ordered_json all = ordered_json::object();
  for (const answer& one : what.answers) {
    ordered_json& entry = all[std::to_string(one.status)];
    if (!entry.contains("description"))
      entry["description"] = one.description;
    entry["content"].update(content(one.content_type, one.schema, one.many));
  }
  std::vector<problem_type> problems = what.problems;
  if (what.needs != scope::open)
    problems.insert(problems.end(), {problem_type::unauthorized, problem_type::forbidden});
  for (const problem_type type : problems) {
    const problem_kind& kind = kind_of(type);
    ordered_json& entry = all[std::to_string(kind.status)];
    const std::string told = std::string{"`/problemas/"} + kind.name + "`: " + kind.title + ".";
    entry["description"] = entry.contains("description")
                             ? entry["description"].get<std::string>() + " " + told
                             : told;
    entry["content"] = content("application/problem+json", "Problema", false);
    if (kind.status == 429 || kind.status == 503)
      entry["headers"] = {
        {"Retry-After", {{"description", "Seconds to wait."}, {"schema", {{"type", "integer"}}}}}};
  }
  return all;
}

ordered_json operation_of(const endpoint& what) {
  ordered_json made{{"operationId", what.id}, {"tags", {what.tag}}, {"summary", what.summary}};
  if (ordered_json parameters = parameters_of(what); !parameters.empty())
    made["parameters"] = std::move(parameters);
  if (!what.bodies.empty()) {
    ordered_json body{{"required", what.bodies.front().required}};
    for (const body_format& one : what.bodies)
      body["content"].update(content(one.content_type, one.schema, one.many));
    made["requestBody"] = std::move(body);
  }
  made["security"] = ordered_json::array();
  if (what.needs != scope::open)
    made["security"].push_back({{"clave", {to_text(what.needs)}}});
  made["responses"] = responses_of(what);
  return made;
}

ordered_json schemas() {
  return ordered_json::parse(std::string{"{"} + start_schemas + saga_schemas + event_schemas
                             + attention_schemas + figure_schemas + webhook_schemas
                             + schedule_schemas + other_schemas + "}");
}

ordered_json problems() {
  ordered_json list = ordered_json::array();
  for (const problem_kind& kind : problem_kinds())
    list.push_back({{"type", std::string{"/problemas/"} + kind.name},
                    {"status", kind.status},
                    {"title", kind.title},
                    {"advice", kind.advice}});
  return list;
}

std::string lower(std::string text) {
  for (char& c : text)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

} // namespace

std::string openapi_document(const std::vector<endpoint>& endpoints, const api_context& context) {
  ordered_json document{
    {"openapi", "3.1.0"},
    {"info",
     {{"title", "sagas"},
      {"version", context.version},
      {"description", "Durable sagas: transactions over many services, with compensation. Bodies "
                      "are at most "
                        + std::to_string(context.limits.body_max) + " bytes, batches "
                        + std::to_string(context.limits.batch_body_max) + " bytes and "
                        + std::to_string(context.limits.batch_items_max) + " items."}}},
    {"servers", {{{"url", "/"}}}},
    {"paths", ordered_json::object()}};
  for (const endpoint& one : endpoints)
    document["paths"][one.path][lower(one.method)] = operation_of(one);
  document["components"]["schemas"] = schemas();
  document["components"]["securitySchemes"]["clave"] = {
    {"type", "http"},
    {"scheme", "bearer"},
    {"description", "An API key, where the service has keys. Each operation names the scope that "
                    "it needs: read, start, operate or admin. Every scope includes read, and admin "
                    "includes all."}};
  document["x-problemas"] = problems();
  return document.dump();
}

} // namespace sagas::http
