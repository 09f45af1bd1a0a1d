// The port through which operators register web services while the server runs. Implemented in
// app/.
#pragma once

#include <string>

#include "saga/json_reader.hpp"
#include "saga/result.hpp"

namespace sagas::http {

/// What is registered is kept as documents of this kind (saga/kept.hpp), by microservicio.
inline constexpr const char* registered_kind = "participante";

/// Thread-safe; none of it blocks.
class participant_desk {
public:
  virtual ~participant_desk() = default;
  /// Whether a document says how to call a service; every fault named, none with a secret in it.
  virtual status check(const std::string& service, const json_value& document) const = 0;
  /// From now on calls go as the document says. One that does not pass check() lets every call
  /// fail without an effect: what was to be called instead must not be.
  virtual void serve(const std::string& service, const json_value& document) = 0;
  /// From now on calls go where they would go had it never been registered.
  virtual void drop(const std::string& service) = 0;
};

} // namespace sagas::http
