// A participant over real HTTP that is right, but for one classic mistake that a test chooses.
#pragma once

#include <condition_variable>
#include <map>

#include "saga/barrier.hpp"
#include "scripted_service.hpp"

namespace sagas::http::testing {

enum class flaw : std::uint8_t {
  none,
  acts_on_repetition,     // answers the same, but does it again
  looks_then_acts,        // remembers behind the effect: duplicates at once all act
  not_found_undo,         // 404 to the undo of what never came
  acts_after_undo,        // forgets the action with its undo
  undoes_twice,           // takes back again what a repeated undo names
  not_found_again,        // 404 to a repeated undo
  ignores_epochs,         // obeys whom it should not
  answers_anew,           // another output for the same key
  conflict_on_repetition, // 409: "it exists already"
  refuses_with_500,       // takes a refusal for an error
  forgets_refusals,       // does at the second time what it has refused
  knows_by_input,         // the same input is the same call
  strict_about_members,   // refuses what it does not know
  undo_does_not_wait,     // an undo finds nothing while its action runs
  undo_keeps_effect,      // says 2xx, does nothing
  answers_text,           // no JSON
  trusts_anybody,         // looks at no signature
  forgets_on_restart,     // its keys are in memory alone
  asks_again_never,       // 425 with a Retry-After that is none
};

struct flawed_terms {
  flaw with = flaw::none;
  std::string secret = {}; ///< empty: calls are not signed
  bool slow = false;       ///< 425 at the first time
};

/// Refuses an input with "lleno":true. GET /efectos/{saga_id} tells what is in force.
class flawed_participant {
public:
  explicit flawed_participant(flawed_terms terms);

  std::string url() const { return service_.url("/{paso}/{operacion}"); }
  std::string effects_url() const { return service_.url("/efectos/{saga_id}"); }
  std::string target() const { return service_.target(); }
  std::vector<std::string> requests() const { return service_.requests(); }
  /// Of all sagas together.
  std::int64_t in_force() const;
  /// As another process would find what this one has kept.
  void restart();

private:
  struct fact {
    barrier_mark known;
    std::string output;
    bool waited = false;
    std::size_t acting = 0; // between the look and the act
  };
  struct reply {
    int status = 200;
    std::string body = "{}";
    std::string headers = {};
  };

  reply answer(const std::string& request);
  reply answer_call(const std::string& request, const std::string& body);
  reply act(fact& on, std::int64_t& effects, verdict decided, const std::string& body,
            std::unique_lock<std::mutex>& held);
  reply undo(fact& on, std::int64_t& effects, verdict decided) const;
  bool is(flaw one) const { return terms_.with == one; }

  const flawed_terms terms_;
  mutable std::mutex guard_;
  std::condition_variable changed_;
  std::map<std::string, fact> facts_;
  std::map<std::string, std::int64_t> effects_; // in force, by saga
  std::int64_t made_ = 0;
  scripted_service service_; // the first to go
};

} // namespace sagas::http::testing
