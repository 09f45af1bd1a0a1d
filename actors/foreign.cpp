#include "actors/foreign.hpp"

#include <mutex>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/exceptions.hpp"

namespace sagas::actors {
namespace {

struct foreign_call {
  call what;
  std::shared_ptr<call_figures> figures;
};

// What the route, its workers and the answers under way share.
struct foreign_desk {
  foreign_desk(std::shared_ptr<participant> whom, std::shared_ptr<reply_gate> in, engine_core& of,
               std::size_t calls_max)
    : who(std::move(whom)), gate(std::move(in)), core(of), calls(calls_max) {}
  std::shared_ptr<participant> who;
  std::shared_ptr<reply_gate> gate;
  engine_core& core; ///< while the gate is open
  work_queue<foreign_call> calls;
};

// The answer that a participant owes. When it drops it unanswered, there is nothing to wait for
// but the attempt's time-out.
class pending_answer {
public:
  pending_answer(std::shared_ptr<reply_gate> gate, engine_core& core, const foreign_call& of)
    : gate_(std::move(gate)), core_(core), saga_(of.what.sender), about_(of.what.request),
      figures_(of.figures) {}
  ~pending_answer() {
    if (!settled_)
      figures_->settled(outcome_kind::unknown);
  }
  pending_answer(const pending_answer&) = delete;
  pending_answer& operator=(const pending_answer&) = delete;

  void arrived(outcome what) {
    if (!settled_.exchange(true))
      figures_->settled(what.kind);
    gate_->pass([&] { core_.directory.tell(saga_, about_, std::move(what)); });
  }

private:
  std::shared_ptr<reply_gate> gate_;
  engine_core& core_; ///< while the gate is open
  saga_id saga_;
  call_request about_;
  std::shared_ptr<call_figures> figures_;
  std::atomic<bool> settled_{false};
};

void ask(participant& who, const std::shared_ptr<reply_gate>& gate, engine_core& core,
         const foreign_call& item) {
  const auto answer = std::make_shared<pending_answer>(gate, core, item);
  try {
    who.invoke(item.what, [answer](outcome what) { answer->arrived(std::move(what)); });
  } catch (...) { // it promised not to; whether it had an effect is not known
    log_exception(core.log, std::current_exception());
    answer->arrived({outcome_kind::unknown, {}, "excepcion", "el participante ha fallado", {}});
  }
}

// -- the workers ----------------------------------------------------------------------------------

struct foreign_worker_state {
  static inline const char* name = "foreign";
  std::shared_ptr<foreign_desk> desk;
  std::vector<foreign_call> taken;
};

using self_pointer = worker_actor::stateful_pointer<foreign_worker_state>;

void invoke_one(foreign_worker_state& state) {
  if (!state.desk->gate->is_open())
    state.desk->calls.close();
  state.desk->calls.take(state.taken, 1);
  if (state.taken.empty())
    return;
  const foreign_call item = std::move(state.taken.front());
  state.taken.clear();
  ask(*state.desk->who, state.desk->gate, state.desk->core, item);
}

worker_actor::behavior_type foreign_worker(self_pointer self, std::shared_ptr<foreign_desk> desk) {
  self->state.desk = std::move(desk);
  return {[self](poke) {
    invoke_one(self->state);
    if (!self->state.desk->calls.rest(worker_actor{self}))
      self->send(worker_actor{self}, poke{});
  }};
}

// -- the routes -----------------------------------------------------------------------------------

class foreign_route final : public call_route {
public:
  foreign_route(caf::actor_system& system, const std::string& kind,
                std::shared_ptr<foreign_desk> desk, std::uint32_t workers_max, bool threads)
    : call_route(kind), system_(system), desk_(std::move(desk)), workers_max_(workers_max),
      threads_(threads) {}
  ~foreign_route() override { desk_->calls.finish(); } // another serves from now on

  void send(call what) override {
    figures()->sent();
    foreign_call item{std::move(what), figures()};
    switch (desk_->calls.push(item)) {
    case pushed::woke: break;
    case pushed::waits: add_worker(); break;
    case pushed::refused:
      figures()->settled(outcome_kind::technical_failure);
      desk_->core.directory.tell(item.what.sender, item.what.request, too_many_calls(item.what));
    }
  }

private:
  // Workers come as they are needed, and stay.
  void add_worker() {
    if (workers_.fetch_add(1) >= workers_max_) {
      --workers_;
      return;
    }
    const worker_actor made = threads_ ? system_.spawn<caf::detached>(foreign_worker, desk_)
                                       : system_.spawn<caf::lazy_init>(foreign_worker, desk_);
    caf::anon_send(made, poke{});
  }

  caf::actor_system& system_;
  std::shared_ptr<foreign_desk> desk_;
  const std::uint32_t workers_max_;
  const bool threads_;
  std::atomic<std::uint32_t> workers_{0};
};

// To one that never blocks: called by whoever sends.
class prompt_route final : public call_route {
public:
  prompt_route(const std::string& kind, std::shared_ptr<participant> who,
               std::shared_ptr<reply_gate> gate, engine_core& core)
    : call_route(kind), who_(std::move(who)), gate_(std::move(gate)), core_(core) {}

  void send(call what) override {
    figures()->sent();
    ask(*who_, gate_, core_, {std::move(what), figures()});
  }

private:
  std::shared_ptr<participant> who_;
  std::shared_ptr<reply_gate> gate_;
  engine_core& core_;
};

} // namespace

std::shared_ptr<call_route> make_foreign_route(caf::actor_system& system, engine_core& core,
                                               std::shared_ptr<reply_gate> gate,
                                               const std::string& kind,
                                               std::shared_ptr<participant> who,
                                               const participant_limits& limits, bool threads) {
  if (limits.workers == 0)
    return std::make_shared<prompt_route>(kind, std::move(who), std::move(gate), core);
  auto desk = std::make_shared<foreign_desk>(std::move(who), std::move(gate), core,
                                             limits.queued_max);
  return std::make_shared<foreign_route>(system, kind, std::move(desk),
                                         threads ? limits.workers : 1, threads);
}

} // namespace sagas::actors
