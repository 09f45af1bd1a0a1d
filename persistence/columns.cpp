#include "persistence/columns.hpp"

namespace sagas {
namespace {

void put_digits(char* to, std::size_t count, unsigned value) {
  while (count > 0) {
    to[--count] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

} // namespace

// Written for every row: by hand, since formatting by the library would cost more than the row.
void put_datetime(timestamp at, std::string& to) {
  to.assign("0000-00-00 00:00:00.000");
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const auto of_day = static_cast<unsigned>((at - day).count());
  put_digits(to.data(), 4, static_cast<unsigned>(static_cast<int>(date.year())));
  put_digits(to.data() + 5, 2, static_cast<unsigned>(date.month()));
  put_digits(to.data() + 8, 2, static_cast<unsigned>(date.day()));
  put_digits(to.data() + 11, 2, of_day / 3'600'000);
  put_digits(to.data() + 14, 2, of_day / 60'000 % 60);
  put_digits(to.data() + 17, 2, of_day / 1'000 % 60);
  put_digits(to.data() + 20, 3, of_day % 1'000);
}

std::string to_datetime(timestamp at) {
  std::string text;
  put_datetime(at, text);
  return text;
}

std::optional<timestamp> parse_datetime(std::string_view text) { return parse_iso(text); }

double to_seconds(milliseconds took) { return static_cast<double>(took.count()) / 1'000.0; }

} // namespace sagas
