// JSON from outside: the parser and the strict scanner agree, what was read is printed and read
// again as the same, the look-ups find what a tree finds, and every error can be told.
#include "http/api_input.hpp"
#include "http/api_order.hpp"
#include "saga/json_text.hpp"
#include "saga/text.hpp"
#include "tests/fuzz/targets.hpp"

namespace sagas::fuzz {
namespace {

constexpr std::size_t size_max = 1 << 16;

bool is_utf8(std::string_view text) { return repair_utf8(text) == text; }

std::string_view without_mark(std::string_view text) {
  return text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text; // which a parser skips
}

void check_refusal(std::string_view text, const failure& why) {
  expect(why.code == errc::invalid_input && !why.message.empty(), "a refusal says why");
  expect(why.message.size() <= 1'000, "a refusal is bounded, whatever it is about");
  expect(is_utf8(why.message), "a refusal is UTF-8");
  if (check_json(text))
    expect(!why.message.starts_with("not JSON") && !why.message.starts_with("nested"),
           "what the scanner takes the parser takes");
}

void check_lookups(const json_value& value, const json_lookup& lookup,
                   std::vector<std::string>& path, int& left) {
  if (--left < 0)
    return;
  const std::string_view raw = lookup.find(path);
  expect(!raw.empty() && json_value::parse(raw) == value, "a look-up finds what the tree holds");
  if (value.is_string())
    expect(unquoted(raw) == value.get_ref<const std::string&>(), "a string says the same");
  const auto deeper = [&](std::string key, const json_value& child) {
    path.push_back(std::move(key));
    check_lookups(child, lookup, path, left);
    path.pop_back();
  };
  if (value.is_object())
    for (const auto& [key, child] : value.items())
      deeper(key, child);
  if (value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i)
      deeper(std::to_string(i), value[i]);
}

// Every way of reading a member; whatever it is, it is read or a fault, and nothing is thrown.
void check_reader(const json_value& value) {
  fault_list faults;
  object_reader reader{value, "/a", faults};
  if (value.is_object())
    for (const auto& [key, member] : value.items()) {
      const bool exact = reader.text(key, 10).has_value() || reader.flag(key).has_value();
      expect(!exact || member.is_string() || member.is_boolean(), "a type is not mistaken");
      if (const auto number = reader.integer(key, -10, INT64_MAX))
        expect(*number >= -10 && member == json_value(*number), "an integer is the one given");
      if (const auto number = reader.number(key, -1e300, 10))
        expect(*number <= 10, "a number is within its bounds");
      const auto span = reader.duration(key, milliseconds{5}, std::chrono::hours{24 * 365});
      expect(!span || (*span >= milliseconds{5} && *span <= std::chrono::hours{24 * 365}),
             "a duration is within its bounds");
      (void)reader.name(key);
      (void)reader.array(key, 3);
      (void)reader.object(key);
    }
  (void)reader.member("known");
  reader.done();
  for (const field_error& fault : faults.as_failure("it").fields)
    expect(fault.pointer.starts_with("/a"), "a fault is below its object");
  expect(faults.as_failure("it").fields.size() <= 100, "garbage makes no book");
}

void check_commands(const json_value& value) {
  using namespace http;
  fault_list faults;
  object_reader reader{value, "", faults};
  saga_command command;
  command.what = saga_command::kind::decide;
  command.decided = decision::complete;
  read_order(reader, command);
  const outcome said = read_report(value, faults);
  expect(check_json(command.output.text()) && check_json(said.output.text()),
         "documents of commands are JSON");
  const std::string told = to_response(problem_for(faults.as_failure("the order"))).body;
  expect(check_json(told).has_value(), "a problem is JSON");
}

void check_accepted(std::string_view text, const json_value& value) {
  const std::string_view plain = without_mark(text);
  const std::string printed = value.dump();
  expect(check_json(plain).has_value(), "what the parser takes the scanner takes");
  expect(check_json(printed) == printed, "what is printed is JSON");
  const auto again = parse_json(printed, 32 * size_max);
  expect(again && *again == value && again->dump() == printed, "printed and read it is the same");
  expect(same_json(plain, printed), "it is the same JSON as its print");
  std::vector<std::string> path;
  int left = 200;
  check_lookups(value, json_lookup{plain}, path, left);
  check_reader(value);
  check_commands(value);
}

} // namespace

void json(std::string_view text) {
  const auto value = parse_json(text, size_max);
  value ? check_accepted(text, *value) : check_refusal(text, value.error());
  const http::body_result body = http::read_body(text, size_max);
  expect(body.value.has_value() == static_cast<bool>(value), "a body is read as any JSON");
  if (!body.value)
    expect(check_json(to_response(body.fault).body).has_value(), "its problem is JSON");
  if (const auto span = parse_duration(text))
    expect(*span >= milliseconds{0} && *span <= milliseconds{1'000'000'000'000'000},
           "a duration is bounded");
  if (const auto at = parse_iso(text))
    expect(parse_iso(to_iso(*at)) == at, "a time is printed and read again as the same");
  if (const auto id = parse_saga_id(text))
    expect(parse_saga_id(to_text(*id)) == id, "an id is printed and read again as the same");
}

} // namespace sagas::fuzz
