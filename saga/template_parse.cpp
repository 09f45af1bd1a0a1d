// Compiles templates.
#include <algorithm>

#include "saga/json_reader.hpp"
#include "saga/json_text.hpp"
#include "saga/template_program.hpp"
#include "saga/text.hpp"

namespace sagas {
namespace {

using kind = template_piece::kind;

constexpr std::size_t template_size_max = 262'144;
constexpr std::string_view operators[] = {"$producto", "$cociente", "$defecto", "$segun"};

bool is_operator(std::string_view key) {
  return std::find(std::begin(operators), std::end(operators), key) != std::end(operators);
}

// Splits "a.b.c"; false when a part is empty.
bool split_path(std::string_view text, std::vector<std::string>& path) {
  while (true) {
    const std::size_t dot = text.find('.');
    if (dot == 0 || text.empty())
      return false;
    path.emplace_back(text.substr(0, dot));
    if (dot == std::string_view::npos)
      return true;
    text.remove_prefix(dot + 1);
  }
}

class compiler {
public:
  compiler(std::set<std::string>& steps, std::vector<std::string>& sources, fault_list& faults)
    : steps_(steps), sources_(sources), faults_(faults) {}

  void value(const json_value& what, const std::string& pointer, template_pieces& out);

private:
  void array(const json_value& what, const std::string& pointer, template_pieces& out);
  void object(const json_value& what, const std::string& pointer, template_pieces& out);
  void string(const std::string& what, const std::string& pointer, template_pieces& out);
  void operation(const std::string& name, const json_value& what, const std::string& pointer,
                 template_pieces& out);
  void choice(const json_value& what, const std::string& pointer, template_pieces& out);
  void operands(const json_value& what, const std::string& pointer, template_piece& out);
  bool reference(std::string_view text, const std::string& pointer, template_reference& out);
  bool document(std::string_view source, std::string_view path, template_reference& out);

  // Neighbouring literals become one.
  static void literal(template_pieces& out, std::string_view text) {
    if (text.empty())
      return;
    if (out.empty() || out.back().what != kind::literal)
      out.push_back({});
    out.back().text += text;
  }

  std::set<std::string>& steps_;
  std::vector<std::string>& sources_;
  fault_list& faults_;
};

void compiler::value(const json_value& what, const std::string& pointer, template_pieces& out) {
  if (what.is_object())
    object(what, pointer, out);
  else if (what.is_array())
    array(what, pointer, out);
  else if (what.is_string())
    string(what.get_ref<const std::string&>(), pointer, out);
  else
    literal(out, what.dump());
}

void compiler::array(const json_value& what, const std::string& pointer, template_pieces& out) {
  literal(out, "[");
  for (std::size_t i = 0; i < what.size(); ++i) {
    if (i > 0)
      literal(out, ",");
    value(what[i], pointer_to(pointer, i), out);
  }
  literal(out, "]");
}

void compiler::object(const json_value& what, const std::string& pointer, template_pieces& out) {
  if (what.size() == 1 && what.begin().key().starts_with('$')) {
    const std::string& name = what.begin().key();
    return operation(name, what.front(), pointer_to(pointer, name), out);
  }
  literal(out, "{");
  bool first = true;
  for (const auto& [key, member] : what.items()) {
    const std::string deeper = pointer_to(pointer, key);
    if (is_operator(key))
      faults_.add(deeper, "an operator must be the only key of its object");
    if (key.find("${") != std::string::npos)
      faults_.add(deeper, "references stand in values, not in keys");
    literal(out, (first ? "" : ",") + json_quoted(key) + ':');
    value(member, deeper, out);
    first = false;
  }
  literal(out, "}");
}

void compiler::string(const std::string& what, const std::string& pointer, template_pieces& out) {
  template_pieces parts{{.text = "\""}};
  std::string_view rest = what;
  while (true) {
    const std::size_t at = rest.find("${");
    std::string plain{rest.substr(0, at)};
    const bool escaped = at != std::string_view::npos && plain.ends_with('$');
    if (escaped)
      plain += '{'; // "$${" says "${": the dollar in front of it is already there
    std::string text;
    append_escaped(text, plain);
    literal(parts, text);
    if (at == std::string_view::npos)
      break;
    rest.remove_prefix(at + 2);
    if (escaped)
      continue;
    const std::size_t end = rest.find('}');
    if (end == std::string_view::npos)
      return faults_.add(pointer, "a reference without its closing brace");
    template_piece piece{.what = kind::text};
    if (!reference(rest.substr(0, end), pointer, piece.reference))
      return;
    parts.push_back(std::move(piece));
    rest.remove_prefix(end + 1);
  }
  if (parts.size() == 2 && parts[0].text == "\"") { // one reference alone: not a string at all
    parts[1].what = kind::value;
    out.push_back(std::move(parts[1]));
    return;
  }
  literal(parts, "\"");
  for (template_piece& piece : parts)
    piece.what == kind::literal ? literal(out, piece.text) : out.push_back(std::move(piece));
}

bool compiler::reference(std::string_view text, const std::string& pointer,
                         template_reference& out) {
  constexpr std::string_view steps = "pasos.";
  constexpr std::string_view input = "entrada";
  bool sound = false;
  if (text == "saga.id") {
    out.what = template_reference::kind::saga;
    sound = true;
  } else if (text == "saga.campania_id") {
    out.what = template_reference::kind::campaign;
    sound = true;
  } else if (text.starts_with(input)) {
    sound = document("", text.substr(input.size()), out);
  } else if (text.starts_with(steps)) { // names may hold dots: the first ".salida" ends them
    constexpr std::string_view output = ".salida";
    const std::string_view step = text.substr(steps.size());
    const std::size_t end = step.find(output);
    sound = end != std::string_view::npos && is_name(step.substr(0, end))
            && document(step.substr(0, end), step.substr(end + output.size()), out);
  }
  if (!sound)
    faults_.add(pointer, "unknown reference ${" + std::string{text}
                           + "}; known: ${entrada.x}, ${pasos.NAME.salida.x}, ${saga.id}, "
                             "${saga.campania_id}");
  return sound;
}

// `path` is empty or begins with its dot; an empty `source` is entrada.
bool compiler::document(std::string_view source, std::string_view path, template_reference& out) {
  if (!path.empty() && (path.front() != '.' || !split_path(path.substr(1), out.path)))
    return false;
  if (source.empty())
    return true;
  steps_.emplace(source);
  const auto known = std::find(sources_.begin() + 1, sources_.end(), source);
  out.source = static_cast<std::size_t>(known - sources_.begin());
  if (known == sources_.end())
    sources_.emplace_back(source);
  return true;
}

void compiler::operation(const std::string& name, const json_value& what,
                         const std::string& pointer, template_pieces& out) {
  template_piece piece;
  if (name == "$segun")
    return choice(what, pointer, out);
  if (name == "$producto")
    piece.what = kind::product;
  else if (name == "$cociente")
    piece.what = kind::quotient;
  else if (name == "$defecto")
    piece.what = kind::fallback;
  else
    return faults_.add(pointer, "unknown operator; known: $producto, $cociente, $defecto, $segun");
  operands(what, pointer, piece);
  out.push_back(std::move(piece));
}

void compiler::operands(const json_value& what, const std::string& pointer, template_piece& out) {
  if (!what.is_array() || what.empty())
    return faults_.add(pointer, "must be an array of operands");
  if (out.what == kind::quotient && what.size() != 2)
    return faults_.add(pointer, "takes exactly two operands");
  for (std::size_t i = 0; i < what.size(); ++i) {
    const std::string deeper = pointer_to(pointer, i);
    const bool computes = what[i].is_object() && what[i].size() == 1
                          && is_operator(what[i].begin().key());
    if (out.what != kind::fallback && !what[i].is_number() && !what[i].is_string() && !computes)
      faults_.add(deeper, "must be a number, a reference or an operator");
    value(what[i], deeper, out.operands.emplace_back());
  }
}

void compiler::choice(const json_value& what, const std::string& pointer, template_pieces& out) {
  template_piece piece{.what = kind::choice};
  object_reader reader{what, pointer, faults_};
  piece.operands.resize(2);
  if (const json_value* selector = reader.member("valor"))
    value(*selector, pointer_to(pointer, "valor"), piece.operands[0]);
  else
    reader.fault("valor", "missing");
  if (const json_value* cases = reader.object("casos"))
    for (const auto& [key, member] : cases->items()) {
      const std::string deeper = pointer_to(pointer_to(pointer, "casos"), key);
      const std::string folded = fold_case(key);
      if (std::any_of(piece.cases.begin(), piece.cases.end(),
                      [&](const auto& known) { return known.first == folded; }))
        faults_.add(deeper, "the same case twice, but for capitals");
      piece.cases.emplace_back(folded, template_pieces{});
      value(member, deeper, piece.cases.back().second);
    }
  else
    reader.fault("casos", "must be an object of results by value");
  if (const json_value* other = reader.member("otro"))
    value(*other, pointer_to(pointer, "otro"), piece.operands[1]);
  else
    literal(piece.operands[1], "null");
  reader.done();
  out.push_back(std::move(piece));
}

} // namespace

result<json_template> json_template::parse(std::string_view text) {
  fault_list faults;
  const auto value = parse_json(text, template_size_max);
  if (!value)
    return value.error();
  auto content = std::make_shared<compiled>();
  content->text = text;
  compiler{content->steps, content->sources, faults}.value(*value, "", content->pieces);
  if (!faults.empty())
    return faults.as_failure("the template");
  return json_template{std::move(content)};
}

} // namespace sagas
