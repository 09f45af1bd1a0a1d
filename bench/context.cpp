#include "bench/context.hpp"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <numeric>
#include <sstream>

namespace sagas::bench {

double series::median() const {
  std::vector<double> sorted = values_;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle]
                                : std::midpoint(sorted[middle - 1], sorted[middle]);
}

json series::summary() const {
  const auto [low, high] = std::minmax_element(values_.begin(), values_.end());
  json all = json::array();
  for (const double value : values_)
    all.push_back(rounded(value));
  return {{"count", values_.size()},
          {"min", rounded(*low)},
          {"median", rounded(median())},
          {"max", rounded(*high)},
          {"values", std::move(all)}};
}

context::context(options asked, json environment)
  : asked_(std::move(asked)), environment_(std::move(environment)) {}

std::chrono::milliseconds context::window() const {
  return std::chrono::milliseconds{asked_.quick ? 1'000 : 5'000};
}

std::chrono::milliseconds context::warm_up() const {
  return std::chrono::milliseconds{asked_.quick ? 300 : 1'000};
}

void context::add(std::string name, const series& values, std::string unit, json settings) {
  if (!wants(name) || values.empty())
    return;
  say("= " + name + ": " + shown(values.median()) + " " + unit);
  settings["runs"] = values.summary();
  settings["quick"] = asked_.quick;
  settings.update(environment_);
  figures_.push_back({{"name", std::move(name)},
                      {"value", rounded(values.median())},
                      {"unit", std::move(unit)},
                      {"settings", std::move(settings)}});
}

void context::say(const std::string& line) { std::cerr << line << std::endl; }

double rounded(double value) {
  if (value == 0 || !std::isfinite(value))
    return value;
  const double scale = std::pow(10, 3 - std::floor(std::log10(std::fabs(value))));
  return std::round(value * scale) / scale;
}

std::string shown(double value) {
  std::ostringstream text;
  text << (std::fabs(value) >= 1'000 ? std::round(value) : rounded(value));
  return std::fabs(value) >= 100'000 ? std::to_string(std::llround(value)) : text.str();
}

} // namespace sagas::bench
