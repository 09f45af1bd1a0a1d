// Whether a web service is a correct participant: it is called as the engine calls on its worst
// day - twice, at once, out of order, from the past - and its answers are held against the protocol
// of docs/participants.md.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/participant/settings.hpp"
#include "saga/document.hpp"
#include "saga/result.hpp"
#include "saga/time.hpp"

namespace sagas::http::conformance {

struct target {
  web_participant_settings to;
  std::string step;
  document input;                  ///< of an action that is done
  document refused_input;          ///< of one that is refused; empty: not tried
  std::string effects_url;         ///< tells how often an action is in force; empty: nothing does
  bool undoes = true;              ///< whether it is ever sent an undo
  milliseconds time_limit{10'000}; ///< of a call, with all that a 425 makes of it
  std::size_t crowd = 8;           ///< duplicates at once
  std::function<status()> restart = {}; ///< ends the service and starts it again; none: not tried
  std::uint64_t seed = 0;               ///< of the sagas' ids
};

/// A call as it was sent and what came back, for people.
struct exchange {
  std::string sent;
  std::string came;
};

enum class verdict : std::uint8_t { passed, failed, skipped };

/// What came of one check.
struct finding {
  std::string check; ///< its stable name
  std::string title;
  verdict how = verdict::passed;
  std::string problem; ///< of failed: what was wrong; of skipped: why
  std::string right;   ///< what a correct participant does
  std::string mend;    ///< how to become one
  std::vector<exchange> exchanges;
  milliseconds took{0};
};

struct report {
  std::vector<finding> findings;
  std::size_t count(verdict how) const;
};

/// Called before each check: its title, its number from 1, and how many there are.
using progress = std::function<void(const std::string& title, std::size_t at, std::size_t of)>;

/// Runs every check. Leaves nothing in force at a participant that undoes what it is told to.
/// Blocks. errc::unavailable when the service can't be reached, errc::invalid_input when the step's
/// or the service's name is none.
result<report> examine(const target& what, const std::shared_ptr<web_client>& by,
                       const std::function<timestamp()>& clock, const progress& tell = {});

} // namespace sagas::http::conformance
