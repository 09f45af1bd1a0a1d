// A small world to test a saga of one's own in: the real engine on a store in memory, virtual time,
// microservicios that do as they are told, and crashes wherever one wants them. No thread, no
// socket, no file, no waiting; the same test takes the same way every time.
//
//   testkit::world world{plan};
//   world.action("reservar", {testkit::lost(), testkit::refused("no quedan habitaciones")});
//   const testkit::run guest = world.start(R"({"noches": 2})");
//   world.run_to_end();
//   assert(guest.status() == saga_status::compensated && guest.in_force().empty());
//
// What is misused (a step that the definition does not have, an entrada that it refuses) throws
// std::invalid_argument, so that a test fails with the reason, whatever framework it uses.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "saga/orchestrator.hpp"
#include "saga/participant.hpp"
#include "testkit/reply.hpp"

namespace sagas::testkit {

class world;

/// A saga that a world has started. Good for as long as its world.
class run {
public:
  /// Throws std::logic_error before its start is stored.
  saga_id id() const;
  saga_status status() const;
  /// Every call in order: "cobrar reservar -cobrar", an undo with a minus. Repetitions are told,
  /// too.
  std::string told() const;
  /// The steps whose effect is there, in the definition's order; without those of world::serve(),
  /// whose effects nobody here knows.
  std::vector<std::string> in_force() const;
  /// What the action of a step answered, as JSON; "null" as long as it is not done.
  std::string output(const std::string& step) const;

private:
  friend class world;
  run(const world& in, std::size_t number) : world_(&in), number_(number) {}
  const world* world_;
  std::size_t number_;
};

/// One thread at a time.
class world {
public:
  explicit world(const definition_ptr& plan);
  world(const world&) = delete;
  world& operator=(const world&) = delete;
  ~world();

  /// What happens to the first, second, ... attempt of a step's action, or undo; the last one to
  /// every further attempt. What has no script is done at once. A call that is repeated, behind a
  /// crash or a lost answer, has its effect once.
  void action(const std::string& step, std::vector<reply> replies);
  void undo(const std::string& step, std::vector<reply> replies);
  /// Another definition, for children of this saga: its steps are told what to do as the others;
  /// those of one name do the same. Before the first start.
  void know(const definition_ptr& other);

  /// A microservicio is served by a participant of one's own instead: to try that one. It is called
  /// on this thread, and must answer before invoke() returns, or never.
  void serve(const std::string& service, std::shared_ptr<participant> by);

  /// Starts a saga, with an idempotency key: a crash before it is stored starts it once more. Its
  /// first calls leave; their answers are heard when time passes, so that sagas run at once.
  run start(std::string_view entrada = "{}");
  /// The child that a step has begun. Throws std::logic_error before it has.
  run child(const run& parent, const std::string& step);
  /// Steers a saga. unknown_outcome when a crash came in between.
  result<saga_status> command(const run& which, saga_command what);

  /// Lets time pass until every saga has ended. False when nothing more would happen, since one
  /// waits for a person or a signal, or when `limit` has passed.
  bool run_to_end(milliseconds limit = std::chrono::hours{720});
  /// Lets time pass, and all that is due by then happen.
  void pass(milliseconds time);

  /// The process ends here and now, and another one goes on with what was stored.
  void crash();
  /// The same at the commit of this number, counted from 1: before it is stored, or behind that
  /// and before anybody knows.
  void crash_at(std::size_t commit, bool stored);

  std::vector<run> runs() const;
  std::size_t commits() const; ///< so far
  std::size_t crashes() const;
  milliseconds elapsed() const; ///< since the world began

private:
  friend class run;
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace sagas::testkit
