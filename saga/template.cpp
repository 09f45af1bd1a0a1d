// Renders templates: a hot path, so values are copied from text to text.
#include "saga/template.hpp"

#include <charconv>
#include <cmath>
#include <optional>

#include "saga/assert.hpp"
#include "saga/json_text.hpp"
#include "saga/template_program.hpp"
#include "saga/text.hpp"

namespace sagas {
namespace {

using kind = template_piece::kind;

// A number with its exact value where it is whole.
struct number {
  bool whole = false;
  std::int64_t integer = 0;
  double real = 0;
};

std::optional<number> to_number(std::string_view raw) {
  number value;
  const char* const end = raw.data() + raw.size();
  if (const auto [at, fault] = std::from_chars(raw.data(), end, value.integer);
      fault == std::errc{} && at == end) {
    value.whole = true;
    value.real = static_cast<double>(value.integer);
    return value;
  }
  if (const auto [at, fault] = std::from_chars(raw.data(), end, value.real);
      fault == std::errc{} && at == end && std::isfinite(value.real))
    return value;
  return std::nullopt;
}

number product(const number& a, const number& b) {
  number value{.real = a.real * b.real};
  value.whole = a.whole && b.whole && !__builtin_mul_overflow(a.integer, b.integer, &value.integer);
  return value;
}

std::optional<number> floor_of_quotient(const number& a, const number& b) {
  if (b.real == 0)
    return std::nullopt;
  if (a.whole && b.whole && b.integer != -1) { // the one division that can overflow
    const std::int64_t cut = a.integer / b.integer;
    const bool below = a.integer % b.integer != 0 && (a.integer < 0) != (b.integer < 0);
    return number{.whole = true, .integer = below ? cut - 1 : cut};
  }
  const double floor = std::floor(a.real / b.real);
  if (std::abs(floor) < 0x1p62)
    return number{.whole = true, .integer = static_cast<std::int64_t>(floor)};
  return number{.real = floor};
}

void append_number(std::string& out, const std::optional<number>& value) {
  char text[40];
  if (!value || (!value->whole && !std::isfinite(value->real))) {
    out += "null";
    return;
  }
  const auto written = value->whole ? std::to_chars(text, text + sizeof text, value->integer)
                                    : std::to_chars(text, text + sizeof text, value->real);
  out.append(text, written.ptr);
}

// Appends the value or nothing when the document would become too large.
void append_bounded(std::string& out, std::string_view text, std::string_view instead) {
  out += out.size() + text.size() <= rendered_size_max ? text : instead;
}

class renderer {
public:
  renderer(const std::vector<std::string>& sources, const template_scope& scope)
    : sources_(sources), scope_(scope), open_(sources.size()) {}

  void append(const template_pieces& pieces, std::string& out);

private:
  void append(const template_piece& piece, std::string& out);
  void append_value(const template_reference& what, std::string& out);
  void append_text(const template_reference& what, std::string& out);
  void append_product(const template_piece& piece, std::string& out);
  void append_quotient(const template_piece& piece, std::string& out);
  void append_fallback(const template_piece& piece, std::string& out);
  void append_choice(const template_piece& piece, std::string& out);
  std::optional<number> number_of(const template_pieces& pieces, std::string& out);
  std::string_view find(const template_reference& what);

  const std::vector<std::string>& sources_;
  const template_scope& scope_;
  std::vector<std::optional<json_lookup>> open_; // opened when first referred to
};

void renderer::append(const template_pieces& pieces, std::string& out) {
  for (const template_piece& piece : pieces)
    append(piece, out);
}

void renderer::append(const template_piece& piece, std::string& out) {
  switch (piece.what) {
  case kind::literal: out += piece.text; return;
  case kind::value: append_value(piece.reference, out); return;
  case kind::text: append_text(piece.reference, out); return;
  case kind::product: append_product(piece, out); return;
  case kind::quotient: append_quotient(piece, out); return;
  case kind::fallback: append_fallback(piece, out); return;
  case kind::choice: append_choice(piece, out); return;
  }
  SAGAS_ASSERT(false);
}

// The raw value; empty when absent.
std::string_view renderer::find(const template_reference& what) {
  std::optional<json_lookup>& source = open_[what.source];
  if (!source) {
    const document* content = scope_.input;
    if (what.source > 0)
      content = scope_.output ? scope_.output(sources_[what.source]) : nullptr;
    source.emplace(content && !content->empty() ? json_lookup{content->text()} : json_lookup{});
  }
  return source->find(what.path);
}

void renderer::append_value(const template_reference& what, std::string& out) {
  switch (what.what) {
  case template_reference::kind::saga: out += '"' + to_text(scope_.saga) + '"'; return;
  case template_reference::kind::campaign:
    if (scope_.campaign_id.empty())
      out += "null";
    else
      append_bounded(out, json_quoted(scope_.campaign_id), "null");
    return;
  case template_reference::kind::document: break;
  }
  const std::string_view raw = find(what);
  append_bounded(out, raw.empty() ? "null" : raw, "null");
}

void renderer::append_text(const template_reference& what, std::string& out) {
  std::string text;
  switch (what.what) {
  case template_reference::kind::saga: out += to_text(scope_.saga); return;
  case template_reference::kind::campaign:
    append_escaped(text, scope_.campaign_id);
    append_bounded(out, text, "");
    return;
  case template_reference::kind::document: break;
  }
  const std::string_view raw = find(what);
  if (raw.empty() || raw == "null")
    return;
  if (raw.front() == '"') { // its inside is escaped already
    append_bounded(out, raw.substr(1, raw.size() - 2), "");
  } else {
    append_escaped(text, raw);
    append_bounded(out, text, "");
  }
}

// Operands are rendered behind `out` and cut off again: no operand needs a string of its own.
std::optional<number> renderer::number_of(const template_pieces& pieces, std::string& out) {
  const std::size_t begin = out.size();
  append(pieces, out);
  const auto value = to_number(std::string_view{out}.substr(begin));
  out.resize(begin);
  return value;
}

void renderer::append_product(const template_piece& piece, std::string& out) {
  std::optional<number> value = number{.whole = true, .integer = 1, .real = 1};
  for (const template_pieces& operand : piece.operands) {
    const auto factor = number_of(operand, out);
    value = value && factor ? std::optional{product(*value, *factor)} : std::nullopt;
  }
  append_number(out, value);
}

void renderer::append_quotient(const template_piece& piece, std::string& out) {
  const auto above = number_of(piece.operands[0], out);
  const auto below = number_of(piece.operands[1], out);
  append_number(out, above && below ? floor_of_quotient(*above, *below) : std::nullopt);
}

void renderer::append_fallback(const template_piece& piece, std::string& out) {
  const std::size_t begin = out.size();
  for (const template_pieces& operand : piece.operands) {
    out.resize(begin);
    append(operand, out);
    if (std::string_view{out}.substr(begin) != "null")
      return;
  }
}

void renderer::append_choice(const template_piece& piece, std::string& out) {
  const std::size_t begin = out.size();
  append(piece.operands[0], out);
  const std::string_view raw = std::string_view{out}.substr(begin);
  const std::string value = fold_case(raw.starts_with('"') ? unquoted(raw) : std::string{raw});
  out.resize(begin);
  for (const auto& [key, pieces] : piece.cases)
    if (key == value)
      return append(pieces, out);
  append(piece.operands[1], out);
}

} // namespace

json_template::json_template(std::shared_ptr<const compiled> content)
  : content_(std::move(content)) {}

json_template::json_template() {
  static const auto empty = std::make_shared<const compiled>(
    compiled{.text = "{}", .pieces = {{.text = "{}"}}, .steps = {}});
  content_ = empty;
}

document json_template::render(const template_scope& scope) const {
  std::string out;
  out.reserve(2 * content_->text.size());
  renderer{content_->sources, scope}.append(content_->pieces, out);
  return document{std::move(out)};
}

const std::set<std::string>& json_template::steps() const { return content_->steps; }

std::string_view json_template::text() const { return content_->text; }

} // namespace sagas
