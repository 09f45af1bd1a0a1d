// The engine as a library: a definition in C++, a participant of one's own, the durable store.
//
//   example_embedded FILE
//
// Books two rooms where only one is left: the second saga's booking is refused, and its charge is
// undone. Run it again on the same file: what was unfinished would go on first.
#include <chrono>
#include <future>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>

#include "actors/engine.hpp"
#include "persistence/sqlite_store.hpp"
#include "saga/builder.hpp"
#include "saga/quiet.hpp"

using namespace sagas;

namespace {

outcome saying(outcome_kind kind, const std::string& text) {
  outcome said;
  said.kind = kind;
  if (kind == outcome_kind::done)
    said.output = document{"{\"dicho\":\"" + text + "\"}"};
  else
    said.reason = text;
  return said;
}

// A service that charges and books. The same key twice has one effect; an undo of what never came
// is remembered, and the action that comes after it is refused. A real one keeps these facts in the
// transaction of its own database.
class hotel final : public participant {
public:
  void invoke(const call& what, answer reply) override { reply(decide(what)); }

private:
  struct fact {
    bool acted = false;
    bool undone = false;
  };

  outcome decide(const call& what) {
    const std::lock_guard lock{guard_};
    const bool booking = what.step().name == "reservar";
    fact& known = facts_[to_text(what.saga) + "/" + what.step().name];
    if (what.request.op == operation::compensation) {
      if (booking && known.acted && !known.undone)
        ++rooms_left_;
      known.undone = true;
      return saying(outcome_kind::done, "deshecho");
    }
    if (known.undone)
      return saying(outcome_kind::business_failure, "ya estaba deshecho");
    if (booking && !known.acted && rooms_left_ == 0)
      return saying(outcome_kind::business_failure, "no quedan habitaciones");
    if (booking && !known.acted)
      --rooms_left_;
    known.acted = true;
    return saying(outcome_kind::done, "hecho");
  }

  std::mutex guard_;
  std::map<std::string, fact> facts_;
  int rooms_left_ = 1;
};

timestamp now() {
  return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
}

int fail(const failure& why) {
  std::cerr << why.message << "\n";
  return 1;
}

// Starts a saga and waits for its end.
result<saga_status> run(engine& sagas, const definition_ptr& plan) {
  const auto ended = std::make_shared<std::promise<result<saga_status>>>();
  sagas.start(
    {.plan = plan, .input = document{"{}"}},
    [ended](const result<started>& begun) {
      if (!begun)
        ended->set_value(begun.error());
    },
    [ended](saga_status how) { ended->set_value(how); });
  auto answered = ended->get_future();
  if (answered.wait_for(std::chrono::seconds{30}) != std::future_status::ready)
    return {errc::unavailable, "it has not ended within 30 s; it goes on at the next start"};
  return answered.get();
}

// Starts are refused until what was unfinished is loaded.
bool wait_until_open(const engine& sagas) {
  for (int tries = 0; tries < 3'000 && !sagas.node().accepting; ++tries)
    std::this_thread::sleep_for(milliseconds{10});
  return sagas.node().accepting;
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 2)
    return fail({errc::invalid_input, "usage: example_embedded FILE"});
  const auto plan = definition_builder("estancia")
                      .step("cobrar", "hotel")
                      .compensation("devolver")
                      .step("reservar", "hotel")
                      .compensation("anular")
                      .build();
  if (!plan)
    return fail(plan.error());
  auto storage = open_sqlite_store({.path = argv[1]});
  if (!storage)
    return fail(storage.error());

  definition_registry definitions;
  definitions.add(*plan);
  quiet_feed feed;
  quiet_telemetry figures;
  quiet_logger log;
  engine sagas{{},
               {.storages = only(std::move(*storage)),
                .definitions = definitions,
                .feed = feed,
                .figures = figures,
                .log = log,
                .clock = now,
                .on_fatal = [](const failure& why) { std::cerr << why.message << "\n"; }}};
  sagas.add_participant("hotel", "actor", std::make_shared<hotel>());
  if (const status opened = sagas.open(); !opened)
    return fail(opened.error());
  if (!wait_until_open(sagas))
    return fail({errc::unavailable, sagas.node().why_not});
  for (int guest = 1; guest <= 2; ++guest) {
    const auto ended = run(sagas, *plan);
    if (!ended)
      return fail(ended.error());
    std::cout << "guest " << guest << ": " << to_text(*ended) << "\n";
  }
  sagas.drain(milliseconds{5'000});
}
