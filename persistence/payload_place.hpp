// Where payloads stand: in a saga's row, beside its idempotency key, in a step's row, or in what
// operators have set up.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sagas {

/// The columns whose texts may be sealed: what callers, participants and operators send, and what
/// can be guessed from.
enum class payload_column : std::uint8_t {
  saga_input,
  saga_metadata,
  saga_error,
  start_digest, ///< of what a start asked for
  step_input,
  step_output,
  step_error,
  kept_content,
  key_probe, ///< no payload: tells whether a key is the one that it was
};
/// "sagas.entrada"
const char* to_text(payload_column which);

struct payload_place {
  payload_column column = payload_column::saga_input;
  std::string_view of; ///< the saga's id, as it is stored; of `ajustes` "CLASE:NOMBRE"
  long long order = 0; ///< orden, of a step's row
};

/// What `of` names in a row of `ajustes`.
inline std::string kept_row(const std::string& kind, const std::string& name) {
  return kind + ":" + name;
}

} // namespace sagas
