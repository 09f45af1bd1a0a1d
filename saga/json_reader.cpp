#include "saga/json_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "saga/json_text.hpp"
#include "saga/text.hpp"

namespace sagas {
namespace {

constexpr std::size_t faults_max = 100;
// The ordered tree looks keys up one by one: more of them would cost quadratic time.
constexpr std::size_t members_max = 1024;
constexpr std::size_t quoted_max = 300;

std::string in_words(milliseconds span) {
  const auto ms = span.count();
  if (ms % 3'600'000 == 0 && ms != 0)
    return std::to_string(ms / 3'600'000) + "h";
  if (ms % 1000 == 0)
    return std::to_string(ms / 1000) + "s";
  return std::to_string(ms) + "ms";
}

std::string in_words(double value) { return json_value(value).dump(); }

std::optional<milliseconds> rounded(double ms) {
  if (!(ms >= 0) || ms > 1e15)
    return std::nullopt;
  return milliseconds{std::llround(ms)};
}

// Keys seen so far in every object that is open; keeps what is too much out of the tree.
class key_watch {
public:
  bool operator()(int, json_value::parse_event_t event, json_value& value) {
    using kind = json_value::parse_event_t;
    if (event == kind::object_start)
      open_.emplace_back();
    else if (event == kind::object_end)
      open_.pop_back();
    else if (event == kind::key)
      return note(value.get<std::string>());
    return true;
  }
  const std::optional<std::string>& twice() const { return twice_; }
  bool too_many() const { return too_many_; }

private:
  bool note(std::string key) {
    if (open_.back().size() >= members_max) {
      too_many_ = true;
      return false;
    }
    if (open_.back().insert(key).second)
      return true;
    twice_ = std::move(key);
    return false;
  }

  std::vector<std::set<std::string>> open_;
  std::optional<std::string> twice_;
  bool too_many_ = false;
};

// The first integer of a JSON text that no 64 bits hold: parsers make a rounded double of it
// without a word.
std::optional<std::string_view> oversized_integer(std::string_view text) {
  constexpr std::string_view most = "18446744073709551615";
  constexpr std::string_view least = "9223372036854775808";
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (in_string && text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      in_string = !in_string;
    if (in_string || i >= text.size() || !digit(text[i]))
      continue;
    const std::size_t begin = i;
    while (i < text.size() && digit(text[i]))
      ++i;
    const std::string_view number = text.substr(begin, i - begin);
    const std::string_view limit = begin > 0 && text[begin - 1] == '-' ? least : most;
    if (i < text.size() && (text[i] == '.' || text[i] == 'e' || text[i] == 'E')) {
      i = std::min(text.find_first_not_of("0123456789.eE+-", i), text.size());
    } else if (number.size() > limit.size() || (number.size() == limit.size() && number > limit)) {
      return number;
    }
    --i;
  }
  return std::nullopt;
}

// Bounds what a message tells of the caller's own text.
std::string shortened(std::string_view text) {
  return text.size() <= quoted_max ? repair_utf8(text)
                                   : repair_utf8(text.substr(0, quoted_max)) + "...";
}

} // namespace

void fault_list::add(std::string pointer, std::string message) {
  if (found_.size() < faults_max)
    found_.push_back({std::move(pointer), std::move(message)});
}

void fault_list::add(const std::string& pointer, const failure& why) {
  if (why.fields.empty())
    add(pointer, why.message);
  for (const field_error& field : why.fields)
    add(pointer + field.pointer, field.message);
}

bool fault_list::has(std::string_view pointer) const {
  return std::any_of(found_.begin(), found_.end(),
                     [&](const field_error& fault) { return fault.pointer == pointer; });
}

failure fault_list::as_failure(std::string_view what) const {
  const std::string count = found_.size() == 1 ? "1 fault"
                                               : std::to_string(found_.size()) + " faults";
  return {errc::invalid_input, std::string{what} + ": " + count, found_};
}

std::string pointer_to(std::string_view pointer, std::string_view key) {
  std::string deeper{pointer};
  deeper += '/';
  for (char c : key) {
    if (c == '~')
      deeper += "~0";
    else if (c == '/')
      deeper += "~1";
    else
      deeper += c;
  }
  return deeper;
}

std::string pointer_to(std::string_view pointer, std::size_t index) {
  return std::string{pointer} + '/' + std::to_string(index);
}

result<json_value> parse_json(std::string_view text, std::size_t size_max) {
  if (text.size() > size_max)
    return {errc::invalid_input, "larger than " + std::to_string(size_max) + " bytes"};
  if (nested_deeper(text))
    return {errc::invalid_input, "nested deeper than " + std::to_string(json_depth_max)};
  key_watch watch;
  try {
    json_value value = json_value::parse(text, std::ref(watch));
    if (text.find('\0') != std::string_view::npos) // which the library takes for the text's end
      return {errc::invalid_input, "not JSON: a NUL byte, and more behind it"};
    if (watch.too_many())
      return {errc::invalid_input,
              "an object has more than " + std::to_string(members_max) + " members"};
    if (watch.twice())
      return {errc::invalid_input,
              "the key \"" + shortened(*watch.twice()) + "\" stands twice in one object"};
    if (const auto number = oversized_integer(text))
      return {errc::invalid_input,
              "an integer beyond 64 bits: " + std::string{number->substr(0, 40)}};
    return value;
  } catch (const json_value::exception& e) {
    std::string_view why = e.what();
    why.remove_prefix(std::min(why.size(), why.find("] ") + 2)); // the library's own error number
    return {errc::invalid_input, "not JSON: " + shortened(why)};
  }
}

bool same_json(std::string_view one, std::string_view other) {
  if (one == other)
    return true;
  const auto a = nlohmann::json::parse(one, nullptr, false);
  return !a.is_discarded() && a == nlohmann::json::parse(other, nullptr, false);
}

std::optional<milliseconds> parse_duration(std::string_view text) {
  double amount = 0;
  const auto [rest, fault] = std::from_chars(text.data(), text.data() + text.size(), amount,
                                             std::chars_format::fixed);
  if (fault != std::errc{})
    return std::nullopt;
  const std::string_view unit{rest, static_cast<std::size_t>(text.data() + text.size() - rest)};
  if (unit == "ms")
    return rounded(amount);
  if (unit == "s")
    return rounded(amount * 1e3);
  if (unit == "m")
    return rounded(amount * 60e3);
  if (unit == "h")
    return rounded(amount * 3600e3);
  if (unit == "d")
    return rounded(amount * 86400e3);
  return std::nullopt;
}

object_reader::object_reader(const json_value& what, std::string pointer, fault_list& faults)
  : what_(what), pointer_(std::move(pointer)), faults_(faults) {
  if (!what_.is_object())
    fault("must be an object");
}

const json_value* object_reader::member(std::string_view key) {
  known_.emplace(key);
  if (!what_.is_object())
    return nullptr;
  const auto found = what_.find(std::string{key});
  return found == what_.end() ? nullptr : &*found;
}

std::optional<std::string> object_reader::text(std::string_view key, std::size_t size_max) {
  const json_value* value = member(key);
  if (!value)
    return std::nullopt;
  if (!value->is_string()) {
    fault(key, "must be a string");
    return std::nullopt;
  }
  auto content = value->get<std::string>();
  if (content.size() > size_max) {
    fault(key, "longer than " + std::to_string(size_max) + " bytes");
    return std::nullopt;
  }
  return content;
}

std::optional<std::string> object_reader::name(std::string_view key, std::size_t size_max) {
  const json_value* value = member(key);
  if (!value)
    return std::nullopt;
  if (value->is_string() && is_name(value->get_ref<const std::string&>(), size_max))
    return value->get<std::string>();
  fault(key, "must be 1 to " + std::to_string(size_max) + " of the characters A-Z a-z 0-9 _ . : -");
  return std::nullopt;
}

std::optional<bool> object_reader::flag(std::string_view key) {
  const json_value* value = member(key);
  if (!value)
    return std::nullopt;
  if (value->is_boolean())
    return value->get<bool>();
  fault(key, "must be true or false");
  return std::nullopt;
}

std::optional<double> object_reader::number(std::string_view key, double low, double high) {
  const json_value* value = member(key);
  if (!value)
    return std::nullopt;
  if (value->is_number() && value->get<double>() >= low && value->get<double>() <= high)
    return value->get<double>();
  fault(key, "must be a number from " + in_words(low) + " to " + in_words(high));
  return std::nullopt;
}

std::optional<std::int64_t> object_reader::integer(std::string_view key, std::int64_t low,
                                                   std::int64_t high) {
  const json_value* value = member(key);
  if (!value)
    return std::nullopt;
  if (value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX) // would wrap below
    fault(key, "too large");
  else if (value->is_number_integer() && value->get<std::int64_t>() >= low
           && value->get<std::int64_t>() <= high)
    return value->get<std::int64_t>();
  else
    fault(key,
          "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  return std::nullopt;
}

std::optional<milliseconds> object_reader::duration(std::string_view key, milliseconds low,
                                                    milliseconds high) {
  const json_value* value = member(key);
  if (!value)
    return std::nullopt;
  std::optional<milliseconds> span;
  if (value->is_string())
    span = parse_duration(value->get_ref<const std::string&>());
  else if (value->is_number())
    span = rounded(value->get<double>() * 1e3);
  if (span && *span >= low && *span <= high)
    return span;
  fault(key, "must be a duration from " + in_words(low) + " to " + in_words(high)
               + ", such as \"500ms\", \"30s\", \"10m\", \"2h\" or a number of seconds");
  return std::nullopt;
}

const json_value* object_reader::array(std::string_view key, std::size_t size_max) {
  const json_value* value = member(key);
  if (!value)
    return nullptr;
  if (value->is_array() && value->size() <= size_max)
    return value;
  fault(key, "must be an array of at most " + std::to_string(size_max));
  return nullptr;
}

const json_value* object_reader::object(std::string_view key) {
  const json_value* value = member(key);
  if (!value || value->is_object())
    return value;
  fault(key, "must be an object");
  return nullptr;
}

void object_reader::fault(std::string_view key, std::string message) {
  faults_.add(pointer_to(pointer_, key), std::move(message));
}

void object_reader::fault(std::string message) { faults_.add(pointer_, std::move(message)); }

void object_reader::done() {
  if (!what_.is_object())
    return;
  std::string expected;
  for (const std::string& key : known_)
    expected += (expected.empty() ? "" : ", ") + key;
  for (const auto& [key, value] : what_.items())
    if (!known_.contains(key))
      fault(key, "unknown key; known here: " + expected);
}

} // namespace sagas
