// Templates: what is accepted renders, whatever the saga's documents hold, to JSON within its
// bound, and reads again as the same.
#include "saga/json_reader.hpp"
#include "saga/json_text.hpp"
#include "saga/template.hpp"
#include "saga/text.hpp"
#include "tests/fuzz/targets.hpp"

namespace sagas::fuzz {
namespace {

// A document that a saga may hold: the text, when it is one.
document document_of(std::string_view text) {
  const auto checked = check_json(text);
  return document{std::string{checked ? *checked : "{}"}};
}

// Some more than a third of what may be rendered: three references are one too many.
const document& large_document() {
  static const document large{"{\"x\":\"" + std::string(rendered_size_max / 3 + 100, 'g') + "\"}"};
  return large;
}

// References are bounded; beside them there is the template's own text, in which a number, an id or
// an operator grows to what is printed of it.
std::size_t bound_of(const json_template& what) {
  return rendered_size_max + 40 * what.text().size();
}

} // namespace

void templates(std::string_view bytes) {
  const auto parts = parts_of(bytes, 3);
  const auto parsed = json_template::parse(parts[0]);
  if (!parsed) {
    expect(!parsed.error().message.empty()
             && repair_utf8(parsed.error().message) == parsed.error().message,
           "a refusal says why");
    return;
  }
  const document input = document_of(parts[1]);
  const document output = parts[2] == "grande" ? large_document() : document_of(parts[2]);
  template_scope scope{saga_id{}, "c\"1", &input,
                       [&](std::string_view step) { return step == "nada" ? nullptr : &output; }};
  const document made = parsed->render(scope);
  expect(check_json(made.text(), built_depth_max).has_value(), "what is rendered is JSON");
  expect(made.text().size() <= bound_of(*parsed), "what is rendered is bounded");
  const auto value = parse_json(parts[0], parts[0].size());
  expect(static_cast<bool>(value), "a template is JSON");
  const auto again = json_template::parse(value->dump());
  expect(again && again->steps() == parsed->steps() && again->render(scope) == made,
         "printed and read it renders the same");
  if (parts[0].find('$') == std::string_view::npos && parts[0].find('\\') == std::string_view::npos)
    expect(json_value::parse(made.text()) == *value, "without references it is itself");
  for (const std::string& step : parsed->steps())
    expect(is_name(step), "it refers to steps by names");
}

} // namespace sagas::fuzz
