#include "persistence/feed_text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_map>

namespace sagas {
namespace {

void put_number(std::string& to, std::int64_t value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value);
  to.append(digits, end.ptr);
}

std::string escaped(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c == '\\')
      text += "\\\\";
    else if (c == '\n')
      text += "\\n";
    else
      text += c;
  }
  return text;
}

std::string unescaped(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size())
      name += text[i];
    else
      name += text[++i] == 'n' ? '\n' : text[i];
  }
  return name;
}

// Numbers the names in order of their first use.
class name_table {
public:
  std::int64_t number_of(std::string_view name) {
    const auto [at, is_new] = numbers_.emplace(name, static_cast<std::int64_t>(numbers_.size()));
    if (is_new)
      text_ += "n " + escaped(name) + "\n";
    return at->second;
  }
  const std::string& text() const { return text_; }

private:
  std::unordered_map<std::string_view, std::int64_t> numbers_;
  std::string text_;
};

// Takes the words of a line one by one; after the first wrong one nothing is right any more.
class word_reader {
public:
  explicit word_reader(std::string_view line) : rest_(line) {}

  std::string_view word() {
    const std::size_t size = rest_.find(' ');
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size == std::string_view::npos ? rest_.size() : size + 1);
    good_ = good_ && !taken.empty();
    return taken;
  }
  std::int64_t number() { return number_in(word()); }
  std::int64_t number_in(std::string_view text) {
    std::int64_t value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    good_ = good_ && end.ec == std::errc{} && end.ptr == text.data() + text.size();
    return value;
  }
  const std::string& name(const std::vector<std::string>& names, std::int64_t number) {
    static const std::string none;
    good_ = good_ && number >= 0 && static_cast<std::size_t>(number) < names.size();
    return good_ ? names[static_cast<std::size_t>(number)] : none;
  }
  bool at_end() const { return good_ && rest_.empty(); }
  void expect(bool condition) { good_ = good_ && condition; }

private:
  std::string_view rest_;
  bool good_ = true;
};

std::optional<feed_event> read_event(std::string_view line, const std::vector<std::string>& names,
                                     const feed_event& before) {
  word_reader words{line};
  feed_event event;
  if (const std::string_view id = words.word(); id == "=") {
    event.saga = before.saga;
  } else {
    const auto parsed = parse_saga_id(id);
    words.expect(parsed.has_value());
    event.saga = parsed.value_or(saga_id{});
  }
  event.type = words.name(names, words.number());
  event.status = words.name(names, words.number());
  event.at = before.at + milliseconds{words.number()};
  if (const std::string_view step = words.word(); step != "-")
    event.step = words.name(names, words.number_in(step));
  const std::string_view op = words.word();
  words.expect(op == "A" || op == "C");
  event.op = op == "A" ? operation::action : operation::compensation;
  event.attempt = static_cast<std::uint32_t>(words.number());
  return words.at_end() ? std::optional{event} : std::nullopt;
}

} // namespace

std::string events_to_text(const std::vector<feed_event>& events) {
  name_table names;
  std::string lines;
  lines.reserve(events.size() * 48);
  const feed_event* before = nullptr;
  for (const feed_event& event : events) {
    lines += "e ";
    lines += before && before->saga == event.saga ? "=" : to_text(event.saga);
    lines += ' ';
    put_number(lines, names.number_of(event.type));
    lines += ' ';
    put_number(lines, names.number_of(event.status));
    lines += ' ';
    put_number(lines, (event.at - (before ? before->at : timestamp{})).count());
    lines += ' ';
    if (event.step.empty())
      lines += '-';
    else
      put_number(lines, names.number_of(event.step));
    lines += event.op == operation::action ? " A " : " C ";
    put_number(lines, event.attempt);
    lines += '\n';
    before = &event;
  }
  return names.text() + lines;
}

result<std::vector<feed_event>> events_from_text(std::string_view text) {
  std::vector<std::string> names;
  std::vector<feed_event> events;
  feed_event before;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    if (line.starts_with("n ")) {
      names.push_back(unescaped(line.substr(2)));
      continue;
    }
    auto event = line.starts_with("e ") ? read_event(line.substr(2), names, before) : std::nullopt;
    if (!event)
      return {errc::corrupt, "a stored batch of events is damaged"};
    before = *event;
    events.push_back(std::move(*event));
  }
  return events;
}

} // namespace sagas
