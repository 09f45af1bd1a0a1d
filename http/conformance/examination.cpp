#include "http/conformance/examination.hpp"

#include <thread>

#include <nlohmann/json.hpp>

namespace sagas::http::conformance {
namespace {

constexpr milliseconds look_again{50};

bool was_answered(const ended& one) { return one.said.how == web_answer::fate::answered; }

// What the engine makes of an answer that should have been a 2xx.
std::string meaning(const ended& one) {
  switch (one.meant.kind) {
  case outcome_kind::business_failure:
    return one.what.request.op == operation::action
             ? "409 means refused for good, without an effect: the engine undoes the saga"
             : "an undo can't be refused: the engine tries again until a person must decide";
  case outcome_kind::still_running: return "it is still running when the time is over";
  case outcome_kind::done:
  case outcome_kind::technical_failure:
  case outcome_kind::unknown: break;
  }
  if (one.meant.code == "respuesta_no_es_json")
    return "the body of a 2xx must be JSON or nothing: nobody knows the output of what was done";
  return "the engine takes it for unknown, sends it again, and undoes the step in the end";
}

} // namespace

planned examination::action(const saga_id& saga) const {
  return {.saga = saga, .op = operation::action, .input = of().input};
}

// As the engine sends the undo of an action whose output it never got.
planned examination::undo(const saga_id& saga) const {
  return {
    .saga = saga,
    .op = operation::compensation,
    .input = document{"{\"entrada\":" + std::string{of().input.text()} + ",\"salida\":null}"}};
}

ended examination::send(const planned& what) {
  auto all = send(std::vector<planned>{what});
  return all.empty() ? ended{} : std::move(all.front());
}

std::vector<ended> examination::send(const std::vector<planned>& at_once) {
  if (!problem_.empty())
    return {};
  for (const planned& each : at_once)
    if (each.op == operation::action)
      touched_.insert(each.saga);
  return by_.send(at_once);
}

void examination::restart() {
  if (!problem_.empty())
    return;
  if (const status done = of().restart(); !done)
    fail(done.error().message);
  const auto until = std::chrono::steady_clock::now() + of().time_limit;
  while (problem_.empty() && !by_.hears()) {
    if (std::chrono::steady_clock::now() >= until)
      fail("nobody answers after the restart");
    std::this_thread::sleep_for(look_again);
  }
}

void examination::fail(std::string problem) {
  if (problem_.empty())
    problem_ = std::move(problem);
}

void examination::done(const ended& one, const std::string& which) {
  if (problem_.empty() && one.meant.kind != outcome_kind::done)
    fail(which + " was answered " + told(one.said) + ": " + meaning(one));
}

void examination::refused(const ended& one, const std::string& which) {
  if (!problem_.empty() || one.meant.kind == outcome_kind::business_failure)
    return;
  fail(which + " was answered " + told(one.said)
       + (one.meant.kind == outcome_kind::done
            ? ", as if it had been done: it must be refused (409)"
            : ": only 409 says that it is refused for good, and has no effect"));
}

void examination::not_obeyed(const ended& one, const std::string& which, const std::string& why) {
  if (!problem_.empty())
    return;
  const bool obeyed = one.meant.kind == outcome_kind::done
                      || one.meant.kind == outcome_kind::still_running;
  if (obeyed || !was_answered(one))
    fail(which + " was answered " + told(one.said) + ": it must be refused, " + why);
}

void examination::same_answer(const ended& one, const ended& first, const std::string& which) {
  done(one, which);
  if (!problem_.empty())
    return;
  const auto parsed = [](const ended& of) {
    return nlohmann::json::parse(of.meant.output.text(), nullptr, false);
  };
  if (parsed(one) != parsed(first))
    fail(which + " was answered " + told(one.said) + ", but the first call " + told(first.said)
         + ": the same key must get the same answer. Either it was done twice, or the answer was "
           "not kept");
}

void examination::in_force(const saga_id& saga, bool one, const std::string& when) {
  if (!problem_.empty() || of().effects_url.empty())
    return;
  const auto count = by_.effects(saga);
  if (!count) {
    fail(count.error().message);
    return;
  }
  if (one && !effects_of_one_)
    effects_of_one_ = *count;
  if (one && *effects_of_one_ <= 0)
    fail("after a done action --effects tells " + std::to_string(*count)
         + ", not how often it is in force");
  else if (const std::int64_t right = one ? *effects_of_one_ : 0; *count != right)
    fail("there are " + std::to_string(*count) + " effects " + when + ", not "
         + std::to_string(right)
         + (*count > right ? one ? ": it was done more than once" : ": something is still in force"
            : one          ? ": it is not in force"
                           : ": it was undone more than once"));
}

void examination::clean_up() {
  if (of().undoes)
    for (const saga_id& each : touched_) {
      planned last = undo(each);
      last.epoch = 1'000; // newer than any that a check has used
      (void)by_.send({last});
    }
  (void)by_.take_exchanges();
}

} // namespace sagas::http::conformance
