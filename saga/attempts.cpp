#include "saga/attempts.hpp"

#include <algorithm>

#include "saga/json_reader.hpp"
#include "saga/rules.hpp"

namespace sagas {
namespace {

constexpr milliseconds ask_again_min{100};
constexpr milliseconds ask_again_default{1'000};

// Any 64 bits that differ between sagas, steps and attempts (splitmix64's mixing function,
// Steele et al., "Fast splittable pseudorandom number generators", 2014).
std::uint64_t jitter_bits(const saga_id& id, std::size_t step, std::uint32_t attempt) {
  std::uint64_t x = std::hash<saga_id>{}(id) + step * 0x9E3779B97F4A7C15ULL + attempt;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

// When an attempt that has just failed may be tried again; never, when its policy has ended.
std::optional<timestamp> retry_due(const draft& work, std::size_t step, operation op, timestamp at,
                                   const outcome& why) {
  if (op == operation::action && work.state().header.way == direction::backward)
    return std::nullopt;
  const attempt_state& attempt = work.attempt(step, op);
  const retry_policy& policy = rules::policy_of(work.plan().steps[step], op);
  const std::uint32_t tried = attempt.number - attempt.base + 1;
  if (why.kind == outcome_kind::business_failure || tried >= policy.attempts)
    return std::nullopt;
  const auto& final = policy.final_failures;
  if (std::find(final.begin(), final.end(), why.code) != final.end())
    return std::nullopt;
  const timestamp due = at
                        + delay_after(policy, tried,
                                      jitter_bits(work.state().header.id, step, attempt.number));
  if (policy.total > milliseconds{0} && due > attempt.round_started + policy.total)
    return std::nullopt;
  return due;
}

} // namespace

void attempt_failed(draft& work, std::size_t step, operation op, timestamp at, const outcome& why) {
  const auto due = retry_due(work, step, op, at, why);
  work.fail(step, op, at, why, due);
  if (due || op == operation::compensation || work.state().header.way == direction::backward)
    return;
  if (work.plan().steps[step].optional)
    work.skip(step, op, at);
  else if (work.state().header.error.empty())
    work.header().error = work.plan().steps[step].name + ": "
                          + (why.reason.empty() ? why.code : why.reason);
}

void attempt_goes_on(draft& work, std::size_t step, operation op, timestamp at,
                     const outcome& what) {
  const attempt_state& attempt = work.attempt(step, op);
  const milliseconds total = rules::policy_of(work.plan().steps[step], op).total;
  const timestamp ask = std::max(what.ask_at.value_or(at + ask_again_default), at + ask_again_min);
  const bool too_long = total > milliseconds{0} && ask > attempt.round_started + total;
  const bool turned = op == operation::action && work.state().header.way == direction::backward;
  if (too_long || turned) // asking again would send forward, or later than the policy allows
    attempt_failed(work, step, op, at,
                   {outcome_kind::unknown, {}, "en_curso", "sigue en curso", {}});
  else
    work.still_running(step, op, ask);
}

void lapse(draft& work, std::size_t step, timestamp at) {
  const wait_terms& wait = *work.plan().steps[step].wait;
  const document input = rules::input_of(work.plan(), work.state(), step, operation::action);
  if (wait.until && !rules::date_in(input))
    attempt_failed(work, step, operation::action, at,
                   {outcome_kind::business_failure, {}, "sin_fecha", "hasta no es una fecha", {}});
  else if (wait.signal.empty() || wait.lapse_is_fine)
    work.complete(step, operation::action, at, document{R"({"vencida":true})"});
  else
    attempt_failed(work, step, operation::action, at,
                   {outcome_kind::business_failure,
                    {},
                    "espera_vencida",
                    "no llegó la señal " + wait.signal + " en su plazo",
                    {}});
}

bool undo_again(draft& work, const outcome_arrived& what) {
  const step_state& now = work.state().steps[what.step];
  const attempt_state& undo = now.compensation;
  if (what.what.kind != outcome_kind::done || what.op != operation::action || !now.maybe_done
      || what.attempt > now.action.number)
    return false;
  if (undo.status != step_status::compensating && undo.status != step_status::compensated)
    return false;
  const std::uint32_t attempts_max = work.plan().steps[what.step].compensation_retry.attempts
                                     + now.action.number;
  if (undo.number >= attempts_max)
    return false;
  if (undo.in_flight())
    work.fail(what.step, operation::compensation, what.at,
              {outcome_kind::unknown, {}, "superada", "superada por una respuesta tardía", {}}, {});
  work.send(what.step, operation::compensation, what.at, true);
  return true;
}

} // namespace sagas
