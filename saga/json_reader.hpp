// Reads what people write as JSON - definitions, scripts, injection rules - and names every fault
// of it at once, each with its JSON pointer.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "saga/result.hpp"
#include "saga/time.hpp"

namespace sagas {

/// Keeps the order in which people wrote it.
using json_value = nlohmann::ordered_json;

/// Faults as they are found; at most 100, so that garbage makes no book.
class fault_list {
public:
  void add(std::string pointer, std::string message);
  /// Takes over another's faults, below `pointer`.
  void add(const std::string& pointer, const failure& why);
  bool empty() const { return found_.empty(); }
  bool has(std::string_view pointer) const; ///< a fault of just that place
  /// The faults as one failure: "<what>: 3 faults".
  failure as_failure(std::string_view what) const;

private:
  std::vector<field_error> found_;
};

/// `pointer` one key or index deeper, escaped as RFC 6901 wants it.
std::string pointer_to(std::string_view pointer, std::string_view key);
std::string pointer_to(std::string_view pointer, std::size_t index);

/// Parses text from outside. Errors: too large, nested too deep, not JSON (says where), an object
/// with the same key twice or with too many, an integer that 64 bits can't hold.
result<json_value> parse_json(std::string_view text, std::size_t size_max);

/// Whether two texts are the same JSON value; the order of members does not count.
bool same_json(std::string_view one, std::string_view other);

/// "500ms", "30s", "10m", "2h", "90d", "1.5s"; nothing when it is no such text or below 0.
std::optional<milliseconds> parse_duration(std::string_view text);

/// Reads one object's members. A missing member is an empty optional, a wrong one as well, and a
/// fault; done() makes a fault of every member that nobody asked for.
class object_reader {
public:
  /// `what` must outlive the reader. Not an object: one fault, and every member is missing.
  object_reader(const json_value& what, std::string pointer, fault_list& faults);

  const json_value* member(std::string_view key); ///< null when missing
  std::optional<std::string> text(std::string_view key, std::size_t size_max);
  std::optional<std::string> name(std::string_view key, std::size_t size_max = 100);
  std::optional<bool> flag(std::string_view key);
  std::optional<double> number(std::string_view key, double low, double high);
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t low, std::int64_t high);
  std::optional<milliseconds> duration(std::string_view key, milliseconds low, milliseconds high);
  /// Null when missing or of another type, which is a fault.
  const json_value* array(std::string_view key, std::size_t size_max);
  const json_value* object(std::string_view key);

  /// A fault at a member; or at the object itself.
  void fault(std::string_view key, std::string message);
  void fault(std::string message);
  void done();
  const std::string& pointer() const { return pointer_; }

private:
  const json_value& what_;
  std::string pointer_;
  fault_list& faults_;
  std::set<std::string, std::less<>> known_;
};

} // namespace sagas
