// What all benchmarks share: what was asked for, how figures are kept and told, how a run fails.
//
// A benchmark that finds anything wrong - a refused start, a saga that is missing in the file -
// throws: a figure of a run that did not do its work is worth nothing.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "saga/result.hpp"

namespace sagas::bench {

using json = nlohmann::ordered_json;

struct failed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The value, or the end of the whole run with a line that says what could not be done.
template <class T>
T must(result<T> got, std::string_view what) {
  if (!got)
    throw failed{std::string{what} + ": " + got.error().message};
  return std::move(*got);
}

struct options {
  std::string only; ///< figures whose name, or any word of it, begins so; empty: all
  int runs = 5;
  bool quick = false;
  std::filesystem::path scratch; ///< a folder for the files of this run
};

/// The values of one figure, a run each.
class series {
public:
  void add(double value) { values_.push_back(value); }
  bool empty() const { return values_.empty(); }
  double median() const; ///< of an even number: the mean of the two in the middle
  json summary() const;  ///< {"count","min","median","max","values"}

private:
  std::vector<double> values_;
};

class context {
public:
  context(options asked, json environment);

  const options& asked() const { return asked_; }
  /// How long one window of measuring lasts.
  std::chrono::milliseconds window() const;
  std::chrono::milliseconds warm_up() const;
  /// A fresh path in the scratch folder; whoever asks removes what it made there.
  std::filesystem::path file(const std::string& name) const { return asked_.scratch / name; }

  bool wants(std::string_view name) const {
    return ("." + std::string{name}).find("." + asked_.only) != std::string::npos;
  }
  /// Whether any figure is wanted whose name begins so.
  bool wants_some(std::string_view beginning) const {
    return wants(beginning) || asked_.only.starts_with(beginning);
  }
  /// Keeps the median of a figure; `settings` beside those of the environment. One that is not
  /// wanted, or has no value, is dropped.
  void add(std::string name, const series& values, std::string unit, json settings);
  /// All figures so far.
  const json& figures() const { return figures_; }

  /// A line on stderr for whoever waits.
  static void say(const std::string& line);

private:
  options asked_;
  json environment_;
  json figures_ = json::array();
};

/// Rounded to four significant digits: more would be noise.
double rounded(double value);
/// The same as text, without an exponent.
std::string shown(double value);

} // namespace sagas::bench
