#include "http/api_input.hpp"

#include <algorithm>
#include <charconv>

#include "saga/rows.hpp"
#include "saga/text.hpp"

namespace sagas::http {

result<saga_id> saga_in_path(const request& req) {
  auto text = name_in_path(req, 0, "saga_id", id_max);
  if (!text)
    return text.error();
  if (const auto id = parse_saga_id(*text))
    return *id;
  return {errc::not_found, "there is no saga " + *text};
}

result<std::string> name_in_path(const request& req, std::size_t index, std::string_view what,
                                 std::size_t size_max) {
  const std::string text = index < req.captures.size() ? req.captures[index] : std::string{};
  if (is_name(text, size_max))
    return text;
  failure why{errc::invalid_input, "the path holds no valid " + std::string{what}};
  why.fields.push_back({std::string{what}, "must be 1 to " + std::to_string(size_max)
                                             + " of the characters A-Z a-z 0-9 _ . : -"});
  return why;
}

std::optional<int> parse_version(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && value >= 1 && value <= 1'000'000 ? std::optional{value} : std::nullopt;
}

failure no_such_saga(const saga_id& id) {
  return {errc::not_found, "there is no saga " + to_text(id)};
}

void query_reader::fault(const std::string& name, std::string message) {
  faults_.add("?" + name, std::move(message));
}

std::size_t query_reader::limit(const std::string& name, std::size_t fallback) {
  const std::string* text = req_.query_value(name);
  if (!text)
    return fallback;
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error == std::errc{} && end == text->data() + text->size() && value >= 1
      && value <= limit_max)
    return value;
  fault(name, "must be a whole number from 1 to " + std::to_string(limit_max));
  return fallback;
}

std::optional<int> query_reader::version(const std::string& name) {
  const std::string* text = req_.query_value(name);
  if (!text)
    return std::nullopt;
  const auto version = parse_version(*text);
  if (!version)
    fault(name, "must be a whole number from 1");
  return version;
}

std::optional<timestamp> query_reader::time(const std::string& name) {
  const std::string* text = req_.query_value(name);
  if (!text)
    return std::nullopt;
  const auto at = parse_iso(*text);
  if (!at)
    fault(name, "must be a date or time in ISO 8601, such as 2026-01-31T09:08:07Z");
  return at;
}

std::optional<milliseconds> query_reader::duration(const std::string& name, milliseconds low,
                                                   milliseconds high) {
  const std::string* text = req_.query_value(name);
  if (!text)
    return std::nullopt;
  const auto span = parse_duration(*text);
  if (span && *span >= low && *span <= high)
    return span;
  fault(name, "must be a time span such as 500ms, 30s or 2m, from " + std::to_string(low.count())
                + "ms to " + std::to_string(high.count() / 1000) + "s");
  return std::nullopt;
}

std::optional<saga_status> query_reader::status(const std::string& name) {
  const std::string* text = req_.query_value(name);
  if (!text)
    return std::nullopt;
  const auto status = parse_saga_status(*text);
  if (!status) {
    std::string known;
    for (int i = 0; i < saga_status_count; ++i)
      known += (i ? ", " : "") + std::string{to_text(static_cast<saga_status>(i))};
    fault(name, "must be one of " + known);
  }
  return status;
}

bool query_reader::flag(const std::string& name) {
  const std::string* text = req_.query_value(name);
  if (text && *text != "true" && *text != "false")
    fault(name, "must be true or false");
  return text && *text == "true";
}

std::optional<saga_id> query_reader::saga(const std::string& name) {
  const std::string* text = req_.query_value(name);
  if (!text)
    return std::nullopt;
  const auto id = parse_saga_id(*text);
  if (!id)
    fault(name, "must be a saga_id: a UUID of 36 characters");
  return id;
}

std::string query_reader::name(const std::string& name, std::size_t size_max) {
  const std::string* text = req_.query_value(name);
  if (!text)
    return {};
  if (is_name(*text, size_max))
    return *text;
  fault(name,
        "must be 1 to " + std::to_string(size_max) + " of the characters A-Z a-z 0-9 _ . : -");
  return {};
}

std::string media_type_of(const request& req) {
  const std::string* given = req.header("content-type");
  std::string type = given ? given->substr(0, given->find_first_of("; \t")) : std::string{};
  for (char& c : type)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  return type;
}

body_result read_body(std::string_view body, std::size_t size_max) {
  auto value = parse_json(body, size_max);
  if (value)
    return {.value = std::move(*value)};
  return {
    .value = std::nullopt,
    .fault = {.type = problem_type::invalid_json,
              .detail = body.empty() ? "the body is empty: send JSON" : value.error().message}};
}

bool is_idempotency_key(std::string_view text) {
  return !text.empty() && text.size() <= 200
         && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

std::optional<std::string> idempotency_key_of(const request& req, fault_list& faults) {
  const auto [first, last] = req.headers.equal_range("idempotency-key");
  if (first == last)
    return std::nullopt;
  if (first->second.starts_with(own_keys)) {
    faults.add("Idempotency-Key",
               std::string{"must not begin with "} + own_keys + ", as the keys of this program do");
    return std::nullopt;
  }
  if (std::next(first) == last && is_idempotency_key(first->second))
    return first->second;
  faults.add("Idempotency-Key", "must be one value of 1 to 200 visible ASCII characters");
  return std::nullopt;
}

std::string operator_of(const request& req, fault_list& faults) {
  const std::string* who = req.header("saga-operador");
  if (!who)
    return req.who.name.empty() ? "anonimo" : req.who.name;
  const bool fits = !who->empty() && who->size() <= 100
                    && std::all_of(who->begin(), who->end(),
                                   [](char c) { return c >= ' ' && c < 0x7F; });
  if (!fits)
    faults.add("Saga-Operador", "must be 1 to 100 printable ASCII characters");
  if (!fits)
    return "anonimo";
  return req.who.name.empty() ? *who : *who + " (" + req.who.name + ")";
}

} // namespace sagas::http
