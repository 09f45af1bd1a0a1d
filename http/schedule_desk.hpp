// The port through which operators set up schedules. Implemented in app/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "saga/ids.hpp"
#include "saga/json_reader.hpp"
#include "saga/kept.hpp"
#include "saga/result.hpp"
#include "saga/schedule.hpp"

namespace sagas::http {

/// How a schedule fares; all but `how`, `why` and `next` since this process began.
struct schedule_state {
  enum class kind : std::uint8_t {
    active,
    paused, ///< as it was set up
    broken, ///< its last run could not be started, or it can't be read; it goes on with the next
  };
  kind how = kind::active;
  std::string why = {};               ///< of broken: for people, with the remedy
  std::optional<timestamp> next = {}; ///< run; one that is due until it is started
  std::optional<timestamp> last = {}; ///< run that was started
  std::optional<saga_id> last_saga = {};
  std::uint64_t started = 0;
  std::uint64_t missed = 0;    ///< given up for their age
  std::uint64_t failed = 0;    ///< could not be started, whenever
  std::string last_fault = {}; ///< of the last attempt that failed; empty: none since one went well
  bool due = false;            ///< `next` waits to be started
};
const char* to_text(schedule_state::kind how); ///< "activo", "pausado", "averiado"

/// Thread-safe; none of it blocks.
class schedule_desk {
public:
  virtual ~schedule_desk() = default;
  /// Whether a document is a schedule whose saga could be started now; every fault named.
  /// @param known what is kept under that name; none: it is new
  /// @returns what is to be kept, with the instant from which it counts; conflict when there are
  /// too
  ///          many
  virtual result<kept_schedule> prepare(const std::string& name, const json_value& document,
                                        const std::optional<kept_document>& known) const = 0;
  /// What the store keeps under that name is new, another, or gone.
  virtual void serve(const std::string& name) = 0;
  /// None: nothing is known of it, as just after it was put.
  virtual std::optional<schedule_state> state_of(const std::string& name) const = 0;
  /// The next runs of one, at most so many; as if it were not paused.
  virtual result<std::vector<timestamp>> preview(const json_value& document,
                                                 std::size_t count) const = 0;
};

} // namespace sagas::http
