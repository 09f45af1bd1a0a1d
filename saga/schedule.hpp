// A schedule as operators write it: which saga starts at which times, and what becomes of the times
// that were missed.
//
//   {"cron": "0 9 * * MON-FRI", "zona"?: "Europe/Madrid", "perdidas"?: "omitir"|"una"|"todas",
//    "tolerancia"?: "5m", "pausado"?: false, "instante_en"?: "fecha",
//    "inicio": {what POST /api/v1/sagas takes}}
#pragma once

#include <cstdint>
#include <string>

#include "saga/cron.hpp"
#include "saga/json_reader.hpp"
#include "saga/kept.hpp"
#include "saga/rows.hpp"
#include "saga/time_zone.hpp"

namespace sagas {

/// What becomes of runs that could not be started within the tolerance.
enum class missed_policy : std::uint8_t {
  skip, ///< "omitir": none is started
  one,  ///< "una": the newest one is
  all,  ///< "todas": all are, oldest first
};

struct schedule {
  cron_expression cron;
  time_zone_ptr zone; ///< never null
  missed_policy missed = missed_policy::skip;
  milliseconds tolerance{300'000}; ///< a run that is later was missed
  bool paused = false;
  std::string instant_in; ///< the member of entrada that tells the instant of the run; or empty
  json_value start;       ///< inicio
};

inline constexpr const char* schedule_kind = "programa"; ///< of kept documents
inline constexpr std::size_t schedule_name_max = 100;

/// Reads all but what inicio says. errc::invalid_input with every wrong field named.
result<schedule> read_schedule(const json_value& document, const zone_source& zones);

/// The body of the start for one run.
json_value start_body(const schedule& of, timestamp run);
/// By which a run is started once, however often it is tried, and whatever its schedule says by
/// then.
idempotency run_key(const std::string& name, timestamp run);

/// A schedule with the instant behind which its runs count, as it is kept.
struct kept_schedule {
  timestamp from;
  json_value document;
};
document to_document(const kept_schedule& what);
result<kept_schedule> read_kept_schedule(const document& what);

/// Whether both run at the same times, now: one that only starts something else, or treats missed
/// runs otherwise, goes on where it stands. One that runs at other times, or was paused, counts
/// from when it was changed.
bool same_times(const schedule& one, const schedule& other);

} // namespace sagas
