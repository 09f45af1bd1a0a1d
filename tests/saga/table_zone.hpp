// Time zones by the tables of their changes: what the cases of a year need.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "saga/time_zone.hpp"

namespace sagas::test {

using std::chrono::hours;
using std::chrono::minutes;

inline timestamp utc(const char* text) { return parse_iso(text).value(); }

class table_zone final : public time_zone {
public:
  struct change {
    timestamp at;
    minutes offset;
  };
  table_zone(std::string name, minutes offset, std::vector<change> changes)
    : name_(std::move(name)), offset_(offset), changes_(std::move(changes)) {}

  const std::string& name() const override { return name_; }
  zone_span at(timestamp when) const override {
    const auto next = std::find_if(changes_.begin(), changes_.end(),
                                   [&](const change& each) { return each.at > when; });
    const bool first = next == changes_.begin();
    return {first ? timestamp::min() : std::prev(next)->at,
            next == changes_.end() ? timestamp::max() : next->at,
            first ? offset_ : std::prev(next)->offset};
  }

private:
  std::string name_;
  minutes offset_;
  std::vector<change> changes_;
};

inline const table_zone utc_zone{"UTC", minutes{0}, {}};
inline const table_zone kolkata{"Asia/Kolkata", minutes{330}, {}};
inline const table_zone madrid{"Europe/Madrid",
                               hours{1},
                               {{utc("2026-03-29T01:00Z"), hours{2}},
                                {utc("2026-10-25T01:00Z"), hours{1}},
                                {utc("2027-03-28T01:00Z"), hours{2}}}};
inline const table_zone new_york{
  "America/New_York",
  hours{-5},
  {{utc("2026-03-08T07:00Z"), hours{-4}}, {utc("2026-11-01T06:00Z"), hours{-5}}}};
inline const table_zone lord_howe{
  "Australia/Lord_Howe",
  hours{11},
  {{utc("2026-04-04T15:00Z"), minutes{630}}, {utc("2026-10-03T15:30Z"), hours{11}}}};
/// Left out 30 December 2011 as a whole.
inline const table_zone apia{"Pacific/Apia", hours{-10}, {{utc("2011-12-30T10:00Z"), hours{14}}}};

/// The zones above, for whoever asks by name.
inline result<time_zone_ptr> zone_by_name(const std::string& name) {
  for (const table_zone* each : {&utc_zone, &kolkata, &madrid, &new_york, &lord_howe, &apia})
    if (each->name() == name)
      return time_zone_ptr{each, [](const time_zone*) {}};
  return {errc::invalid_input, "there is no time zone " + name};
}

} // namespace sagas::test
