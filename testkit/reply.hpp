// What a scripted microservicio does with one attempt of an action or of an undo.
#pragma once

#include <string>
#include <utility>

#include "saga/outcomes.hpp"

namespace sagas::testkit {

struct reply {
  outcome what;
  bool acts = false;       ///< the effect is there (of an undo: gone) afterwards
  bool answers = true;     ///< false: nothing ever comes, and the attempt times out
  milliseconds latency{0}; ///< of the answer
  milliseconds ask_in{0};  ///< of running()

  /// The same, answered so much later.
  reply after(milliseconds time) const {
    reply later = *this;
    later.latency = time;
    return later;
  }
};

inline reply done(std::string output = "{}") {
  return {.what = outcomes::done(std::move(output)), .acts = true};
}
inline reply refused(std::string reason, std::string code = {}) {
  return {.what = outcomes::refused(std::move(reason), std::move(code))};
}
inline reply broken(std::string reason = "roto", std::string code = {}) {
  return {.what = outcomes::broken(std::move(reason), std::move(code))};
}
/// Done, but the answer is lost.
inline reply lost(std::string output = "{}") {
  reply unseen = done(std::move(output));
  unseen.answers = false;
  return unseen;
}
/// The call itself is lost: nothing is done.
inline reply unheard() { return {.what = outcomes::unknown("perdida"), .answers = false}; }
/// Not done yet: asked after again, and then the next of the script is what happens.
inline reply running(milliseconds ask_in = milliseconds{1'000}) {
  return {.what = outcomes::running_until({}), .ask_in = ask_in};
}

} // namespace sagas::testkit
