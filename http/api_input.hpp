// Reads what callers send: ids in paths, query parameters, headers and bodies. Every fault is
// named; nothing of it is trusted before it went through here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/exchange.hpp"
#include "http/problem.hpp"
#include "saga/event.hpp"
#include "saga/ids.hpp"
#include "saga/json_reader.hpp"
#include "saga/result.hpp"
#include "saga/status.hpp"

namespace sagas::http {

inline constexpr std::size_t id_max = 36;
inline constexpr std::size_t limit_max = 1000;

/// The saga that the path names (its first capture). invalid_input when it is no id at all,
/// not_found when it can't be the id of any saga.
result<saga_id> saga_in_path(const request& req);
/// A name that the path holds as its capture `index`; invalid_input when it is none.
result<std::string> name_in_path(const request& req, std::size_t index, std::string_view what,
                                 std::size_t size_max);

/// A whole number from 1 to 1,000,000, as versions of definitions are.
std::optional<int> parse_version(std::string_view text);

/// The failure for a saga that is not there.
failure no_such_saga(const saga_id& id);

/// Reads query parameters; their faults point to "?<name>". Absent or wrong: the fallback.
class query_reader {
public:
  query_reader(const request& req, fault_list& faults) : req_(req), faults_(faults) {}

  std::size_t limit(const std::string& name, std::size_t fallback);
  std::optional<int> version(const std::string& name);
  std::optional<timestamp> time(const std::string& name);
  std::optional<milliseconds> duration(const std::string& name, milliseconds low,
                                       milliseconds high);
  std::optional<saga_status> status(const std::string& name);
  bool flag(const std::string& name); ///< true or false
  std::optional<saga_id> saga(const std::string& name);
  std::optional<saga_id> cursor(const std::string& name);
  std::string name(const std::string& name, std::size_t size_max);

private:
  void fault(const std::string& name, std::string message);

  const request& req_;
  fault_list& faults_;
};

/// The opaque cursor behind which a list goes on.
std::string make_cursor(const saga_id& last);

/// What the body is said to be: the header Content-Type in lower case, without parameters.
std::string media_type_of(const request& req);

/// The body as JSON; a problem of type invalid_json, with the place of the fault, when it is none.
struct body_result {
  std::optional<json_value> value;
  problem fault = {};
};
body_result read_body(std::string_view body, std::size_t size_max);

/// The header Idempotency-Key: 1 to 200 visible ASCII characters; nothing when absent.
std::optional<std::string> idempotency_key_of(const request& req, fault_list& faults);
bool is_idempotency_key(std::string_view text);

/// Who gives a command: the header Saga-Operador, and the key that it came with; "anonimo" without
/// both.
std::string operator_of(const request& req, fault_list& faults);

/// A digest of what was asked for, by which a repeated key is told from a reused one: FNV-1a of
/// 128 bits over the route and the canonical JSON (keys sorted). Not cryptographic: a caller who
/// makes a collision only fools himself about his own key.
std::string fingerprint(std::string_view route, const json_value& body);

} // namespace sagas::http
