// Who calls, and when again: epochs, signatures, what a 425 asks for, and a restart.
#include "http/conformance/checks.hpp"

#include <charconv>

#include <curl/curl.h>

namespace sagas::http::conformance {
namespace {

constexpr std::int64_t pause_max = 86'400; // seconds; the engine waits no longer

void an_old_epoch(examination& it) {
  const auto at = [](planned call, std::uint64_t epoch) {
    call.epoch = epoch;
    return call;
  };
  const char* const why = "since its Saga-Epoca is older than one seen for this saga (412 is good)";
  const saga_id saga = it.fresh();
  const ended first = it.send(at(it.action(saga), 3));
  it.done(first, "the action");
  it.not_obeyed(it.send(at(it.action(saga), 2)), "the action with an older Saga-Epoca", why);
  if (it.of().undoes)
    it.not_obeyed(it.send(at(it.undo(saga), 2)), "an undo with an older Saga-Epoca", why);
  it.in_force(saga, true, "after calls with an older Saga-Epoca");
  it.same_answer(it.send(at(it.action(saga), 4)), first, "the action with a newer Saga-Epoca");
  if (!it.of().undoes)
    return;
  it.not_obeyed(it.send(at(it.undo(saga), 3)), "an undo older than the newest Saga-Epoca", why);
  it.in_force(saga, true, "after an undo with an older Saga-Epoca");
}

void replace_signature(web_request& in, const std::string& by) {
  std::erase_if(in.headers, [](const std::string& h) { return h.starts_with("Saga-Firma:"); });
  if (!by.empty())
    in.headers.push_back("Saga-Firma: " + by);
}

void a_foreign_signature(examination& it) {
  const saga_id saga = it.fresh();
  const auto spoiled = [&](std::function<void(const call&, web_request&)> by) {
    planned call = it.action(saga);
    call.alter = std::move(by);
    return it.send(call);
  };
  const char* const why = "since its Saga-Firma is not the secret's (401 is good)";
  it.not_obeyed(spoiled([](const call&, web_request& r) { replace_signature(r, ""); }),
                "a call without Saga-Firma", why);
  it.not_obeyed(spoiled([&](const call& c, web_request& r) {
                  const timestamp now = c.deadline - it.of().time_limit;
                  replace_signature(
                    r, signature(it.of().to.signing_secret + "?", now, idempotency_key(c), r.body));
                }),
                "a call signed with another secret", why);
  it.not_obeyed(spoiled([](const call&, web_request& r) { r.body += ' '; }),
                "a call whose body is not what was signed", why);
  it.in_force(saga, false, "after calls with a wrong signature");
  it.done(it.send(it.action(saga)), "the rightly signed call after them");
}

const char* skip_unsigned(const target& of) {
  return of.to.signing_secret.empty() ? "no --sign was given" : nullptr;
}

bool is_sane_pause(const std::string& text) {
  std::int64_t seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (read.ec == std::errc{} && read.ptr == text.data() + text.size())
    return seconds >= 0 && seconds <= pause_max;
  return text.empty() || curl_getdate(text.c_str(), nullptr) >= 0;
}

void a_sane_pause(examination& it) {
  if (it.asked_again().empty())
    it.skip("no call was answered 425");
  for (const std::string& each : it.asked_again())
    if (!is_sane_pause(each))
      it.fail("a 425 said Retry-After: " + each + ", which is no time to come again");
}

void a_restart(examination& it) {
  const saga_id acted = it.fresh();
  const ended first = it.send(it.action(acted));
  it.done(first, "the action");
  const saga_id undone = it.fresh();
  if (it.of().undoes)
    it.done(it.send(it.undo(undone)), "the undo of an action that never came");
  it.restart();
  it.same_answer(it.send(it.action(acted)), first, "the repetition after a restart");
  it.in_force(acted, true, "after a repetition behind a restart");
  if (!it.of().undoes)
    return;
  it.refused(it.send(it.action(undone)), "the action that came after its undo and a restart");
  it.in_force(undone, false, "after an action that came after its undo and a restart");
}

const char* skip_no_restart(const target& of) {
  return of.restart ? nullptr : "no --restart was given";
}

} // namespace

const check last_check{
  "restart",
  "what was remembered outlives the process",
  "after a restart the same answers and no second effect",
  "Keep keys, answers and undos on disk, in the transaction of the effect: no map in memory.",
  a_restart,
  skip_no_restart};

std::vector<check> checks_of_callers() {
  return {
    {"old-epoch", "an older Saga-Epoca is refused",
     "no 2xx, no 425 and no change; a newer one is the same call",
     "Keep the highest Saga-Epoca of the saga's row; answer 412 to a call with a lower one, before "
     "anything else.",
     an_old_epoch},
    {"signature", "a call that is not signed as agreed is refused",
     "401 before anything is read, changed or remembered",
     "Compute HMAC-SHA256 of SECONDS.IDEMPOTENCY-KEY.BODY over the raw body, and compare in "
     "constant time; refuse calls without Saga-Firma.",
     a_foreign_signature, skip_unsigned},
    {"retry-after", "a 425 says when to come again", "Retry-After in seconds or as a date",
     "Answer 425 with Retry-After: the seconds until it is worth asking, a day at most.",
     a_sane_pause},
  };
}

} // namespace sagas::http::conformance
