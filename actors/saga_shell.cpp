#include "actors/saga_shell.hpp"

#include <algorithm>
#include <utility>

#include "actors/saga_effects.hpp"
#include "saga/command.hpp"
#include "saga/planted.hpp"

namespace sagas::actors {

struct saga_shell::flight {
  flight(admission& at, transition decided, happening cause)
    : gate(at), next(std::move(decided.next)), calls(std::move(decided.calls)),
      why(std::move(cause)) {
    gate.commit_asked();
  }
  ~flight() { gate.commit_settled(); }
  flight(const flight&) = delete;
  flight& operator=(const flight&) = delete;

  admission& gate;
  saga_state next;
  std::vector<call_request> calls;
  happening why;
};

saga_shell::saga_shell(engine_core& core, coordinator_actor up, saga_actor::pointer self,
                       const saga_id& id)
  : core_(core), up_(std::move(up)), self_(self), id_(id) {}

saga_shell::~saga_shell() { disarm(); }

// -- taking off -----------------------------------------------------------------------------------

void saga_shell::on(begin& what) {
  start_request& start = what.what;
  plan_ = std::move(start.plan);
  start_ = std::move(what.answer);
  saga_header header;
  header.id = id_;
  header.started = core_.clock();
  header.campaign_id = std::move(start.campaign_id);
  header.user_id = std::move(start.user_id);
  header.metadata = std::move(start.metadata);
  header.input = std::move(start.input);
  if (start.undoes)
    header.origin = {start.undoes->of, saga_relation::undo, {}};
  else
    header.origin = std::move(start.origin);
  state_ = new_saga(*plan_, std::move(header));
  const timestamp at = state_.header.started;
  event first = saga_started{at};
  if (start.undoes)
    first = undo_begun{at, std::move(start.undoes->done), std::move(start.undoes->who)};
  else if (start.annulled)
    first = saga_annulled{at};
  decide({std::move(first), {}}, std::move(start.once));
}

void saga_shell::on(resume& what) {
  taking_off_ = true;
  plan_ = core_.definitions.find(what.rows.header.type, what.rows.header.version);
  auto state = plan_ ? rebuild(*plan_, what.rows, core_.clock())
                     : result<saga_state>{errc::corrupt, "its definition is not known here"};
  if (!state) {
    broken_ = std::make_unique<failure>(state.error());
    core_.log.write(log_level::error, "a stored saga can't be gone on with; it is left as it is",
                    {{"saga", to_text(id_)}, {"cause", broken_->message}});
    return;
  }
  state_ = std::move(*state);
  active_ = core_.clock();
  if (!what.awaited.empty()) // what it had sent before goes on, and so does its time
    return set_sending_times(state_, what.awaited);
  abandoned_ = what.abandoned;
  if (abandoned_)
    return decide({recovery_abandoned{core_.clock()}, {}});
  call_outstanding();
}

// -- what happens to it ---------------------------------------------------------------------------

void saga_shell::on(answered& what) {
  happened(
    {outcome_arrived{core_.clock(), what.step, what.op, what.attempt, std::move(what.what)}, {}});
}

void saga_shell::on(const wake&) {
  timer_.reset();
  const timestamp now = core_.clock();
  const auto at = due();
  if (!flight_ && at && *at <= now) // else settle() looks at it again
    decide({time_passed{now}, {}});
}

void saga_shell::on(steer& what) {
  ++steered_;
  resting_ = false;
  if (broken_)
    return what.answer->answer(*broken_);
  if (std::exchange(abandoned_, false)) // somebody cares for it: from here on it is as any other
    call_outstanding();
  if (auto asked = event_of(*plan_, std::move(what.what), core_.clock()))
    happened({std::move(*asked), std::move(what.answer)});
  else
    what.answer->answer(asked.error());
}

void saga_shell::happened(happening what) {
  if (!flight_ && waiting_.empty())
    decide(std::move(what));
  else if (waiting_.size() < core_.settings.waiting_max)
    waiting_.push_back(std::move(what));
  else
    ignore(what, {errc::overloaded, "too many events wait for this saga's commit"});
}

void saga_shell::decide(happening what, std::optional<idempotency> once) {
  if (core_.gate.is_draining())
    return ignore(what, {errc::unavailable, "this node is stopping"});
  auto decided = broken_ ? result<transition>{*broken_} : advance(plan_, state_, what.what);
  if (!decided)
    return ignore(what, decided.error());
  changes written = std::move(decided->written);
  written.once = std::move(once);
  const bool withdrawable = start_ || what.answer;
  resting_ = false;
  flight_ = std::make_unique<flight>(core_.gate, std::move(*decided), std::move(what));
  if (planted(bug::acknowledge_before_commit) && start_)
    std::exchange(start_, nullptr)->answer(started{id_, saga_status::started, true});
  if (planted(bug::send_before_commit)) {
    std::swap(state_, flight_->next);
    for (const call_request& each : std::exchange(flight_->calls, {}))
      call(each, is_asked_again(state_, each));
    std::swap(state_, flight_->next);
  }
  commit_request asked{std::move(written), saga_actor{self_}, withdrawable};
  if (core_.commits.of(id_).push(asked) == pushed::refused)
    fate_ = fate::loads_again;
}

void saga_shell::ignore(const happening& what, const failure& why) {
  if (what.answer && why.code == errc::stale)
    what.answer->answer(state_.header.status); // it came before, and is stored
  else if (what.answer)
    what.answer->answer(why);
  else if (std::holds_alternative<outcome_arrived>(what.what))
    core_.figures.outcome_ignored();
  else if (start_)
    never_was(why);
}

// -- what became of its transition ----------------------------------------------------------------

void saga_shell::on(const committed&) {
  SAGAS_ASSERT(flight_);
  const std::unique_ptr<flight> done = std::move(flight_);
  const saga_state before = std::exchange(state_, std::move(done->next));
  active_ = core_.clock();
  report(core_.figures, *plan_, before, state_, active_);
  for (const call_request& what : done->calls)
    call(what, is_asked_again(state_, what));
  const saga_status is = state_.header.status;
  if (start_)
    std::exchange(start_, nullptr)->answer(started{id_, is, true});
  if (done->why.answer)
    done->why.answer->answer(is);
  if (is == saga_status::parked && before.header.status != is)
    core_.log.write(log_level::info, "a saga waits for a person's decision",
                    {{"saga", to_text(id_)}, {"cause", state_.header.error}});
  if (is_terminal(is))
    end(is);
}

void saga_shell::on(const withdrawn& what) {
  const std::unique_ptr<flight> given_back = std::move(flight_);
  if (start_)
    never_was(what.why);
  else
    ignore(given_back->why, what.why);
}

void saga_shell::on(const refused& what) {
  const std::unique_ptr<flight> given_back = std::move(flight_);
  switch (what.why.what) {
  case commit_ack::verdict::committed: SAGAS_ASSERT(false); // that is another message
  case commit_ack::verdict::duplicate:
    if (!what.why.same_start)
      return never_was(
        {errc::invalid_input, "this idempotency key was used with another body: use a new one"});
    over_ = true;
    return self_->send(up_, duplicated{id_, what.why.existing}); // who knows what to answer
  case commit_ack::verdict::fenced:
    core_.log.write(log_level::warning, "another node owns the saga: it is dropped here",
                    {{"saga", to_text(id_)}});
    ignore(given_back->why, {errc::unavailable, "another node owns the saga now: ask there"});
    return end(std::nullopt);
  case commit_ack::verdict::rejected:
    core_.log.write(log_level::error, "the store refuses a transition",
                    {{"saga", to_text(id_)}, {"cause", what.why.error}});
    if (start_ || given_back->why.answer)
      return ignore(given_back->why, {errc::internal, "the store refuses this: " + what.why.error});
    return store_outcome_as_unknown(std::move(given_back->why));
  }
}

// What was answered can't be stored, so nobody will know it: the attempt counts as unknown.
void saga_shell::store_outcome_as_unknown(happening what) {
  auto* arrived = std::get_if<outcome_arrived>(&what.what);
  if (!arrived || arrived->what.kind == outcome_kind::unknown) {
    fate_ = fate::loads_again; // after a pause that doubles, so it does no harm
    return;
  }
  arrived->what = {
    outcome_kind::unknown, {}, "no_almacenable", "la respuesta no se puede almacenar", {}};
  decide(std::move(what));
}

void saga_shell::on(const lost&) { fate_ = fate::loads_again; }

void saga_shell::on(const retire&) {
  if (!over_ && !resting_)
    return self_->send(up_, stays{id_});
  if (!over_)
    self_->send(
      up_,
      left{id_, due(), abandoned_ ? std::vector<awaited_call>{} : awaited_calls(*plan_, state_)});
  fate_ = fate::leaves;
}

void saga_shell::never_was(const failure& why) {
  if (start_)
    std::exchange(start_, nullptr)->answer(why);
  end(std::nullopt);
}

void saga_shell::end(std::optional<saga_status> how) {
  over_ = true; // and quits when no command can be on its way to it any more
  self_->send(up_, ended{id_, how});
}

// -- effects --------------------------------------------------------------------------------------

void saga_shell::call_outstanding() {
  for (const call_request& waited : outstanding(*plan_, state_))
    call(waited, true);
}

void saga_shell::call(const call_request& what, bool repeated) {
  sagas::call sent{.saga = subject_of(state_.header),
                   .sender = id_,
                   .plan = plan_,
                   .request = what,
                   .epoch = core_.epoch,
                   .deadline = deadline_of(*plan_, state_, what),
                   .metadata = state_.header.metadata,
                   .repeated = repeated};
  if (const auto route = core_.participants.find(sent.step().service))
    route->send(std::move(sent));
  else
    core_.directory.tell(id_, what, nobody_serves(sent));
}

saga_shell::fate saga_shell::settle() {
  while (!waiting_.empty() && !flight_ && fate_ == fate::goes_on) {
    happening first = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    decide(std::move(first));
  }
  if (!flight_ && !over_ && fate_ == fate::goes_on)
    rest_or_wait();
  return fate_;
}

void saga_shell::rest_or_wait() {
  if (std::exchange(taking_off_, false))
    self_->send(up_, taken_off{id_});
  const timestamp now = core_.clock();
  const auto at = due();
  const auto rest = rest_time(now, at);
  if (at)
    arm(rest && *rest > now ? std::min(*at, *rest) : *at);
  if (rest && *rest <= now && !std::exchange(resting_, true))
    self_->send(up_, rests{id_, steered_});
}

// From when on it need not be in memory: at once when nothing can come before long; when an answer
// may, after a while, and only in a crowd.
std::optional<timestamp> saga_shell::rest_time(timestamp now, std::optional<timestamp> at) const {
  const milliseconds after = core_.settings.rest_after;
  const bool awaits = !broken_ && !abandoned_ && awaits_answer(*plan_, state_);
  const timestamp from = awaits ? active_ + after : now;
  if ((at && *at <= from + after) || (awaits && core_.gate.sagas() <= core_.settings.resident))
    return std::nullopt;
  return from;
}

std::optional<timestamp> saga_shell::due() const {
  return broken_ || abandoned_ ? std::nullopt : wakes_at(*plan_, state_);
}

// A timer that is armed for earlier is left alone: when it fires, it is armed anew (docs/adr/0007).
void saga_shell::arm(timestamp at) {
  if (timer_ && timer_->at <= at)
    return;
  disarm();
  timer_ = core_.timing.arm(at, [me = saga_actor{self_}] { caf::anon_send(me, wake{}); });
}

void saga_shell::disarm() {
  if (timer_)
    core_.timing.cancel(*std::exchange(timer_, std::nullopt));
}

} // namespace sagas::actors
