// The OpenAPI document as a page: plain HTML, made on the server, no script.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "http/openapi.hpp"

namespace sagas::http {
namespace {

using nlohmann::ordered_json;

constexpr const char* style = R"css(
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem 1rem 4rem;
  color:#1b1f24;background:#fff}h1,h2,h3{line-height:1.2}
h2{margin-top:2.5rem;border-bottom:1px solid #d0d7de;padding-bottom:.3rem}
h3{font-size:1rem;margin:1.8rem 0 .3rem}code,pre{font:13px/1.45 ui-monospace,monospace}
pre{background:#f6f8fa;padding:.7rem;overflow:auto;border-radius:6px}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
td,th{text-align:left;vertical-align:top;padding:.25rem .6rem .25rem 0;
  border-bottom:1px solid #eaeef2}.m{display:inline-block;min-width:3.5rem;font-weight:700}
.GET{color:#0550ae}.POST{color:#116329}.PUT{color:#953800}a{color:#0550ae}details{margin:.3rem 0}
summary{cursor:pointer}
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}pre{background:#161b22}
  h2,td,th{border-color:#30363d}a,.GET{color:#79c0ff}.POST{color:#7ee787}.PUT{color:#ffa657}}
)css";

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
    case '&': out += "&amp;"; break;
    case '<': out += "&lt;"; break;
    case '>': out += "&gt;"; break;
    case '"': out += "&quot;"; break;
    default: out += c;
    }
  }
  return out;
}

// `code` between back quotes becomes code.
std::string prose(const std::string& text) {
  std::string out;
  bool code = false;
  for (const char c : escaped(text)) {
    if (c != '`') {
      out += c;
      continue;
    }
    out += code ? "</code>" : "<code>";
    code = !code;
  }
  return code ? out + "</code>" : out;
}

std::string text_of(const ordered_json& from, const char* name) {
  return from.contains(name) && from[name].is_string() ? from[name].get<std::string>()
                                                       : std::string{};
}

// A schema in a few words: the name of a component as a link, else its type and bounds.
std::string in_words(const ordered_json& schema) {
  if (schema.contains("$ref")) {
    const std::string name = text_of(schema, "$ref").substr(sizeof "#/components/schemas/" - 1);
    return "<a href=\"#esquema-" + escaped(name) + "\">" + escaped(name) + "</a>";
  }
  if (schema.contains("items"))
    return "array of " + in_words(schema["items"]);
  ordered_json rest = schema;
  rest.erase("pattern");
  return "<code>" + escaped(rest.dump()) + "</code>";
}

void add_parameters(std::string& html, const ordered_json& operation) {
  if (!operation.contains("parameters"))
    return;
  html += "<table><tr><th>parameter<th>in<th>what";
  for (const ordered_json& one : operation["parameters"])
    html += "<tr><td><code>" + escaped(text_of(one, "name")) + "</code><td>" + text_of(one, "in")
            + "<td>" + prose(text_of(one, "description")) + " " + in_words(one["schema"]);
  html += "</table>";
}

void add_content(std::string& html, const ordered_json& holder) {
  if (!holder.contains("content"))
    return;
  for (const auto& [type, media] : holder["content"].items()) {
    html += " <code>" + escaped(type) + "</code>";
    if (media.contains("schema"))
      html += " " + in_words(media["schema"]);
  }
}

void add_operation(std::string& html, const std::string& path, std::string method,
                   const ordered_json& operation) {
  for (char& c : method)
    c = static_cast<char>(c - 'a' + 'A');
  html += "<h3 id=\"" + escaped(text_of(operation, "operationId")) + "\"><span class=\"m " + method
          + "\">" + method + "</span> <code>" + escaped(path) + "</code></h3><p>"
          + prose(text_of(operation, "summary")) + "</p>";
  add_parameters(html, operation);
  if (operation.contains("requestBody")) {
    html += "<p>Body:";
    add_content(html, operation["requestBody"]);
    html += "</p>";
  }
  html += "<table><tr><th>status<th>answer";
  for (const auto& [status, answer] : operation["responses"].items()) {
    html += "<tr><td>" + status + "<td>" + prose(text_of(answer, "description"));
    if (status < "400")
      add_content(html, answer);
  }
  html += "</table>";
}

void add_schemas(std::string& html, const ordered_json& document) {
  html += "<h2 id=\"esquemas\">Schemas</h2>";
  for (const auto& [name, schema] : document["components"]["schemas"].items()) {
    html += "<h3 id=\"esquema-" + escaped(name) + "\">" + escaped(name) + "</h3><p>"
            + prose(text_of(schema, "description")) + "</p>";
    if (schema.contains("example"))
      html += "<pre>" + escaped(schema["example"].dump(2)) + "</pre>";
    html += "<details><summary>JSON Schema</summary><pre>" + escaped(schema.dump(2))
            + "</pre></details>";
  }
}

void add_problems(std::string& html, const ordered_json& document) {
  html += "<h2 id=\"problemas\">Problems</h2><p>Errors are <code>application/problem+json</code> "
          "(RFC 9457). Decide by <code>type</code>; it does not change.</p>"
          "<table><tr><th>type<th>status<th>what it means, what to do";
  for (const ordered_json& one : document["x-problemas"]) {
    const std::string type = text_of(one, "type");
    html += "<tr id=\"problema-" + escaped(type.substr(type.rfind('/') + 1)) + "\"><td><code>"
            + escaped(type) + "</code><td>" + one["status"].dump() + "<td>"
            + prose(text_of(one, "title")) + ". " + prose(text_of(one, "advice"));
  }
  html += "</table>";
}

} // namespace

std::string docs_page(const std::string& text, const std::string& nonce) {
  const ordered_json document = ordered_json::parse(text);
  std::vector<std::string> tags;
  std::string body;
  for (const auto& [path, methods] : document["paths"].items())
    for (const auto& [method, operation] : methods.items()) {
      const std::string tag = operation["tags"][0].get<std::string>();
      if (std::find(tags.begin(), tags.end(), tag) == tags.end())
        tags.push_back(tag);
    }
  std::string contents;
  for (const std::string& tag : tags) {
    contents += "<li><a href=\"#" + escaped(tag) + "\">" + escaped(tag) + "</a>";
    body += "<h2 id=\"" + escaped(tag) + "\">" + escaped(tag) + "</h2>";
    for (const auto& [path, methods] : document["paths"].items())
      for (const auto& [method, operation] : methods.items())
        if (operation["tags"][0] == tag)
          add_operation(body, path, method, operation);
  }
  add_schemas(body, document);
  add_problems(body, document);
  return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
         "content=\"width=device-width\"><title>sagas: HTTP API</title><link rel=\"icon\" "
         "href=\"data:,\"><style nonce=\""
         + nonce + "\">" + style + "</style></head><body><h1>sagas "
         + escaped(text_of(document["info"], "version")) + "</h1><p>"
         + prose(text_of(document["info"], "description"))
         + " The same for programs: <a href=\"/openapi.json\">/openapi.json</a>.</p><ul>" + contents
         + "<li><a href=\"#esquemas\">Schemas</a><li><a href=\"#problemas\">Problems</a></ul>"
         + body + "</body></html>";
}

} // namespace sagas::http
