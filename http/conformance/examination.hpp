// One check while it runs: sends calls, holds the answers against what is right, and keeps the
// first thing that is wrong. After that nothing more is sent or judged, so that checks read as a
// plain list of steps. Inside http/conformance/.
#pragma once

#include <set>

#include "http/conformance/probe.hpp"

namespace sagas::http::conformance {

class examination {
public:
  /// @param effects_of_one what the first check has seen of one action; it writes it
  examination(probe& by, std::optional<std::int64_t>& effects_of_one)
    : by_(by), effects_of_one_(effects_of_one) {}

  const target& of() const { return by_.of(); }
  saga_id fresh() { return by_.fresh(); }
  const std::vector<std::string>& asked_again() const { return by_.asked_again(); }

  planned action(const saga_id& saga) const;
  planned undo(const saga_id& saga) const;
  ended send(const planned& what);
  std::vector<ended> send(const std::vector<planned>& at_once);
  /// Has the service restarted, and waits until it hears again.
  void restart();

  // What must be so. `which` names the call: "the repetition".
  void done(const ended& one, const std::string& which);
  void refused(const ended& one, const std::string& which); ///< 409, for good
  void not_obeyed(const ended& one, const std::string& which, const std::string& why);
  void same_answer(const ended& one, const ended& first, const std::string& which);
  /// That one action is in force, or none is, as far as the service tells.
  void in_force(const saga_id& saga, bool one, const std::string& when);

  void fail(std::string problem);
  /// There was nothing to judge.
  void skip(std::string why) { skipped_ = std::move(why); }
  const std::string& problem() const { return problem_; }
  const std::string& skipped() const { return skipped_; }
  /// Undoes what may still be in force. Says nothing of how it went.
  void clean_up();

private:
  probe& by_;
  std::optional<std::int64_t>& effects_of_one_;
  std::string problem_;
  std::string skipped_;
  std::set<saga_id> touched_;
};

} // namespace sagas::http::conformance
