// What a participant says, in a word.
#pragma once

#include <string>
#include <utility>

#include "saga/event.hpp"

namespace sagas::outcomes {

/// The effect is there, once. `output` is JSON.
inline outcome done(std::string output = "{}") {
  return {outcome_kind::done, document{std::move(output)}, {}, {}, {}};
}
/// Refused for good, without an effect: the saga turns back.
inline outcome refused(std::string reason, std::string code = {}) {
  return {outcome_kind::business_failure, {}, std::move(code), std::move(reason), {}};
}
/// Failed for certain, without an effect: the step's policy tries again.
inline outcome broken(std::string reason, std::string code = {}) {
  return {outcome_kind::technical_failure, {}, std::move(code), std::move(reason), {}};
}
/// The effect may be there or not: tried again, and undone when the policy ends.
inline outcome unknown(std::string reason, std::string code = {}) {
  return {outcome_kind::unknown, {}, std::move(code), std::move(reason), {}};
}
/// Goes on; the same attempt is asked after again at that time.
inline outcome running_until(timestamp ask_at) {
  return {outcome_kind::still_running, {}, {}, {}, ask_at};
}

} // namespace sagas::outcomes
