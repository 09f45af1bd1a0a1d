#include "tests/simulation/services.hpp"

namespace sagas::sim {
namespace {

template <class T>
T take(std::vector<T>& from, std::size_t which) {
  T taken = std::move(from[which]);
  from.erase(from.begin() + static_cast<std::ptrdiff_t>(which));
  return taken;
}

std::string name_of(const call& what) {
  return idempotency_key(what).substr(24) + " " + std::to_string(what.request.attempt) + " epoch "
         + std::to_string(what.epoch);
}

outcome failed(outcome_kind kind, std::string code) {
  return {kind, {}, std::move(code), "provocado", {}};
}

} // namespace

class network::line final : public participant {
public:
  line(network& all, std::shared_ptr<life> from) : all_(all), from_(std::move(from)) {}

  void invoke(const call& what, answer reply) override {
    if (from_->over)
      return;
    stage& on = all_.on_;
    on.say("  sent: " + name_of(what));
    on.seen.sent.push_back(
      {on.tick(), from_->node, what.saga, what.step().name, what.request, what.epoch});
    all_.calls_.push_back({from_->node, what, std::move(reply)});
  }

private:
  network& all_;
  std::shared_ptr<life> from_;
};

network::network(stage& on, service_memory& memory, std::unique_ptr<participant_ledger> book)
  : on_(on), memory_(memory), ledger_(std::move(book)) {
  honest_.overrides = unwilling_.overrides = false;
  unwilling_.services["*"].business = 1;
  for (const std::string& name : all_services()) {
    doing_.try_emplace(name, make_stand_in_service(name), *ledger_, honest_);
    refusing_.try_emplace(name, make_stand_in_service(name), *ledger_, unwilling_);
  }
}

std::shared_ptr<participant> network::wire(std::shared_ptr<life> from) {
  return std::make_shared<line>(*this, std::move(from));
}

void network::forget(std::size_t node) {
  for (waiting_call& it : calls_)
    if (it.node == node)
      it.answer = nullptr;
  std::erase_if(replies_, [node](const waiting_reply& it) { return it.node == node; });
}

void network::deliver() {
  const auto which = on_.choose.below(static_cast<std::uint32_t>(calls_.size()));
  const bool doubled = on_.strikes(on_.with.call_doubled);
  const waiting_call taken = doubled ? calls_[which] : take(calls_, which);
  on_.reached["doubled"] += doubled;
  if (!doubled && on_.strikes(on_.with.call_lost)) {
    on_.say("lost: " + name_of(taken.what));
    return;
  }
  on_.say((doubled ? "delivered, and once more later: " : "delivered: ") + name_of(taken.what));
  serve(taken);
}

void network::serve(const waiting_call& which) {
  const call& what = which.what;
  const auto before = memory_.rows.find(
    service_memory::key{what.saga, what.step().service, what.step().name});
  const bool touched = before != memory_.rows.end();
  if (!touched && on_.strikes(on_.with.still_running)) {
    outcome later{outcome_kind::still_running, {}, {}, {}, {}};
    later.ask_at = on_.now + milliseconds{on_.choose.below(4'000)};
    return put_on_wire(which, std::move(later));
  }
  if (auto said = react(what))
    put_on_wire(which, std::move(*said));
}

// A definite failure is the truth about its attempt for ever: its copies fail as well, and it never
// follows an effect.
std::optional<outcome> network::react(const call& what) {
  const bool action = what.request.op == operation::action;
  const std::tuple attempt{idempotency_key(what), what.request.attempt};
  const auto row = memory_.rows.find(
    service_memory::key{what.saga, what.step().service, what.step().name});
  const bool acted = row != memory_.rows.end() && row->second.acted;
  if (broken_.contains(attempt)
      || ((!action || !acted) && on_.strikes(action ? on_.with.breaks : on_.with.undo_breaks))) {
    broken_.insert(attempt);
    return failed(outcome_kind::technical_failure, on_.choose.one_in(2) ? "roto" : "caido");
  }
  stand_in& service = (on_.strikes(on_.with.refuses) ? refusing_ : doing_).at(what.step().service);
  const reaction told = service.handle(what, on_.now);
  if (!ledger_->commit())
    return std::nullopt;
  return told.reply;
}

void network::put_on_wire(const waiting_call& which, outcome what) {
  if (!which.answer)
    return;
  if (on_.strikes(on_.with.reply_lost)) {
    if (on_.choose.one_in(2))
      return on_.say("  its answer is lost");
    what = failed(outcome_kind::unknown, "conexion");
  }
  if (what.kind == outcome_kind::done && on_.strikes(on_.with.reply_poisoned))
    what.output = document{std::string{poison}};
  const bool doubled = on_.strikes(on_.with.reply_doubled);
  on_.reached["doubled"] += doubled;
  on_.say(std::string{"  answers "} + to_text(what.kind) + (doubled ? ", twice" : ""));
  for (int copy = 0; copy < (doubled ? 2 : 1); ++copy)
    replies_.push_back({which.node,
                        {0, which.what.saga, which.what.step().name, which.what.request.op,
                         which.what.request.attempt, what},
                        which.answer});
}

void network::reply() {
  const auto which = on_.choose.below(static_cast<std::uint32_t>(replies_.size()));
  waiting_reply taken = take(replies_, which);
  on_.say("arrived: " + to_text(taken.what.saga).substr(24) + "/" + taken.what.step + "/"
          + to_text(taken.what.op) + " " + std::to_string(taken.what.attempt) + " "
          + to_text(taken.what.what.kind));
  taken.what.when = on_.tick();
  on_.seen.given.push_back(taken.what);
  taken.answer(taken.what.what);
}

} // namespace sagas::sim
