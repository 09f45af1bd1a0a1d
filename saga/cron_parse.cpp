#include <array>
#include <charconv>
#include <span>
#include <string>
#include <vector>

#include "saga/cron.hpp"
#include "saga/text.hpp"

namespace sagas {
namespace {

constexpr std::size_t text_max = 200;

constexpr std::array<std::string_view, 12> month_names{"jan", "feb", "mar", "apr", "may", "jun",
                                                       "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> day_names{"sun", "mon", "tue", "wed",
                                                    "thu", "fri", "sat"};

struct field_kind {
  std::string_view name;
  int low;
  int high;
  std::span<const std::string_view> names = {}; // of the values from `low` on
};
constexpr std::array<field_kind, 5> kinds{{{"minute", 0, 59},
                                           {"hour", 0, 23},
                                           {"day of month", 1, 31},
                                           {"month", 1, 12, month_names},
                                           {"weekday", 0, 7, day_names}}};

struct nickname {
  std::string_view name;
  std::string_view stands_for;
};
constexpr std::array<nickname, 7> nicknames{{{"@hourly", "0 * * * *"},
                                             {"@daily", "0 0 * * *"},
                                             {"@midnight", "0 0 * * *"},
                                             {"@weekly", "0 0 * * 0"},
                                             {"@monthly", "0 0 1 * *"},
                                             {"@yearly", "0 0 1 1 *"},
                                             {"@annually", "0 0 1 1 *"}}};

using field_set = std::bitset<60>;

std::vector<std::string_view> split(std::string_view text, std::string_view at, bool keep_empty) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find_first_of(at, begin), text.size());
    if (keep_empty || end > begin)
      parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::optional<int> number_of(std::string_view text) {
  int value = 0;
  const auto [rest, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = fault == std::errc{} && rest == text.data() + text.size();
  return whole && value >= 0 ? std::optional{value} : std::nullopt;
}

// One field, read item by item. The first fault counts.
class field_reader {
public:
  field_reader(const field_kind& kind, std::string_view text) : kind_(kind), text_(text) {}

  result<field_set> read() {
    for (const std::string_view item : split(text_, ",", true))
      add(item);
    if (fault_.empty())
      return found_;
    return {errc::invalid_input,
            std::string{kind_.name} + " \"" + std::string{text_} + "\": " + fault_};
  }

private:
  void fault(std::string what) {
    if (fault_.empty())
      fault_ = std::move(what);
  }

  std::string bounds() const {
    return std::to_string(kind_.low) + " to " + std::to_string(kind_.high);
  }

  int value(std::string_view text) {
    for (std::size_t i = 0; i < kind_.names.size(); ++i)
      if (kind_.names[i] == text)
        return static_cast<int>(i) + kind_.low;
    const auto number = number_of(text);
    if (number && *number >= kind_.low && *number <= kind_.high)
      return *number;
    if (text == "?" || text == "l" || text.find_first_of("#w") != std::string_view::npos)
      fault("?, L, W and # are of other crons: write * or the days by number");
    else
      fault("\"" + std::string{text} + "\" is not " + bounds()
            + (kind_.names.empty() ? "" : " and no name such as MON or JAN"));
    return kind_.low;
  }

  void add(std::string_view item) {
    const std::size_t slash = item.find('/');
    const std::string_view range = item.substr(0, slash);
    const std::size_t dash = range.find('-');
    int low = kind_.low;
    int high = kind_.names.size() == day_names.size() ? 6 : kind_.high;
    if (range != "*") {
      low = high = value(range.substr(0, dash));
      if (dash != std::string_view::npos)
        high = value(range.substr(dash + 1));
      if (high == 0 && low > 0 && kind_.high == 7)
        high = 7; // FRI-SUN
      if (high < low)
        fault("a range must rise: write \"" + std::string{range} + "\" as two, with a comma");
      if (slash != std::string_view::npos && dash == std::string_view::npos)
        fault("a step needs a range or *: write " + std::string{range} + "-"
              + std::to_string(kind_.high) + std::string{item.substr(slash)});
    }
    const int step = slash == std::string_view::npos
                       ? 1
                       : read_step(item.substr(slash + 1), high - low);
    for (int each = low; each <= high && fault_.empty(); each += step)
      found_.set(static_cast<std::size_t>(each));
  }

  int read_step(std::string_view text, int widest) {
    const auto step = number_of(text);
    if (step && *step >= 1 && *step <= std::max(widest, 1))
      return *step;
    fault("the step \"" + std::string{text} + "\" must be 1 to "
          + std::to_string(std::max(widest, 1))
          + ", for it begins anew with each range: cron can't say more than that");
    return 1;
  }

  const field_kind& kind_;
  const std::string_view text_;
  field_set found_;
  std::string fault_;
};

template <std::size_t N>
std::bitset<N> narrowed(const field_set& from) {
  std::bitset<N> to;
  for (std::size_t i = 0; i < N; ++i)
    to[i] = from[i];
  return to;
}

std::string known_nicknames() {
  std::string all;
  for (const nickname& each : nicknames)
    all += (all.empty() ? "" : ", ") + std::string{each.name};
  return all;
}

// The calendar repeats itself every 400 years, to the weekday.
bool ever_matches(const cron_expression& what) {
  using namespace std::chrono;
  const local_days begin{year{2000} / 1 / 1};
  return first_match(what, begin, begin + days{146'097}).has_value();
}

} // namespace

result<cron_expression> parse_cron(std::string_view text) {
  if (text.size() > text_max)
    return {errc::invalid_input, "longer than " + std::to_string(text_max) + " bytes"};
  std::string folded = fold_case(text);
  for (const nickname& each : nicknames)
    if (folded == each.name)
      folded = each.stands_for;
  if (folded.starts_with('@'))
    return {errc::invalid_input, "is no name of a cron expression: there are " + known_nicknames()};
  const auto texts = split(folded, " \t", false);
  if (texts.size() != kinds.size())
    return {errc::invalid_input,
            "has " + std::to_string(texts.size())
              + " fields, and 5 are wanted: minute hour day-of-month month weekday, such as "
                "\"0 9 * * MON-FRI\"; there are no seconds and no years"};
  std::array<field_set, kinds.size()> sets;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    auto set = field_reader{kinds[i], texts[i]}.read();
    if (!set)
      return set.error();
    sets[i] = *set;
  }
  const auto is_star = [&](std::size_t i) { return texts[i].front() == '*'; };
  sets[4][0] = sets[4][0] || sets[4][7]; // both are Sunday
  const cron_expression made{.minutes = sets[0],
                             .hours = narrowed<24>(sets[1]),
                             .days = narrowed<32>(sets[2]),
                             .months = narrowed<13>(sets[3]),
                             .weekdays = narrowed<7>(sets[4]),
                             .either_day = !is_star(2) && !is_star(4),
                             .periodic = is_star(0) || is_star(1)};
  if (!ever_matches(made))
    return {errc::invalid_input, "never comes: no month that it names has such a day"};
  return made;
}

} // namespace sagas
