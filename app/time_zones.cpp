#include "app/time_zones.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <absl/time/time.h>

namespace sagas {
namespace {

constexpr std::size_t name_max = 64;

timestamp to_timestamp(absl::Time at) { return timestamp{milliseconds{absl::ToUnixMillis(at)}}; }

class system_zone final : public time_zone {
public:
  explicit system_zone(absl::TimeZone zone) : zone_(zone), name_(zone.name()) {}

  const std::string& name() const override { return name_; }

  // abseil looks for changes strictly in front of a time, in whole seconds, as changes are.
  zone_span at(timestamp when) const override {
    const absl::Time now = absl::FromUnixMillis(when.time_since_epoch().count());
    zone_span span{timestamp::min(), timestamp::max(), std::chrono::seconds{zone_.At(now).offset}};
    absl::TimeZone::CivilTransition change;
    if (zone_.PrevTransition(now + absl::Seconds(1), &change))
      span.from = to_timestamp(zone_.At(change.to).trans);
    if (zone_.NextTransition(now, &change))
      span.until = to_timestamp(zone_.At(change.to).trans);
    return span;
  }

private:
  const absl::TimeZone zone_;
  const std::string name_;
};

std::filesystem::path zone_folder() {
  // Which abseil follows as well. NOLINTNEXTLINE(concurrency-mt-unsafe): nothing changes it
  const char* const set = std::getenv("TZDIR");
  return set && *set ? set : "/usr/share/zoneinfo";
}

// No path that leads elsewhere; "localtime" would be what the machine happens to be set to.
bool is_zone_name(const std::string& name) {
  const auto good = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'
           || c == '-' || c == '+' || c == '/';
  };
  return !name.empty() && name.size() <= name_max && name.front() != '/' && name != "localtime"
         && std::all_of(name.begin(), name.end(), good);
}

} // namespace

result<time_zone_ptr> find_time_zone(const std::string& name) {
  if (name == "UTC")
    return time_zone_ptr{std::make_shared<system_zone>(absl::UTCTimeZone())};
  std::error_code ignored;
  const auto folder = zone_folder();
  if (!std::filesystem::is_directory(folder, ignored))
    return {errc::invalid_input, "this machine has no time zones: install the package tzdata (in "
                                   + folder.string() + "), or write \"UTC\""};
  absl::TimeZone zone;
  if (!is_zone_name(name) || !std::filesystem::is_regular_file(folder / name, ignored)
      || !absl::LoadTimeZone(name, &zone))
    return {errc::invalid_input,
            "is no time zone that this machine knows: write one such as \"Europe/Madrid\", as "
            "`timedatectl list-timezones` shows them"};
  return time_zone_ptr{std::make_shared<system_zone>(zone)};
}

} // namespace sagas
