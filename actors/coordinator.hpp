// The coordinator: knows the sagas that are in memory, brings them in and lets them go. What a saga
// does is none of its business.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <variant>
#include <vector>

#include "actors/core.hpp"
#include "actors/recovery.hpp"

namespace sagas::actors {

/// Those who wait for a saga's end.
using watcher_list = std::vector<orchestrator::ended_callback>;
void tell_end(watcher_list& all, saga_status how);

/// A saga that is in memory, on its way there, or resting until an answer comes or its end, which
/// somebody waits for.
struct live_saga {
  saga_actor who;          ///< none: loading, or resting
  owed_ptr<started> start; ///< of a new one
  watcher_list watchers;
  std::vector<std::variant<steer, answered>> waiting; ///< until it is known who gets them
  std::vector<awaited_call> awaited;                  ///< of one that rests
  timestamp until{};         ///< of one that rests: not to be loaded before by itself
  std::uint32_t steered = 0; ///< commands that `who` was sent
  std::uint32_t deaths = 0;
  bool counted = false; ///< it has a place of the admission's
  bool loading = false;
  bool leaving = false;    ///< asked to retire
  bool recovering = false; ///< of the page that recovery is at
  bool resting = false;    ///< has left by itself, unfinished
};

class coordinator_shell {
public:
  coordinator_shell(engine_core& core, coordinator_actor::pointer self,
                    std::vector<persistence_actor> writers, std::uint64_t seed);

  // One for each message, see protocol.hpp.
  void on(launch& what);
  void on(const ended& what);
  void on(route& what);
  void on(const died& what);
  void on(const duplicated& what);
  void on(const taken_off& what);
  void on(const rests& what);
  void on(left& what);
  void on(const stays& what);
  void on(astray& what);
  void on(const load& what);
  void on(const recover& what);
  void on(page& what);
  void on(found& what);

private:
  /// A start whose key belongs to another saga: answered when that one's status is known.
  struct duplicate {
    owed_ptr<started> start;
    watcher_list watchers;
  };
  using table = std::unordered_map<saga_id, live_saga>;

  live_saga& enter(const saga_id& id);
  void forget(const saga_id& id);
  void rest(live_saga& what, bool resting);
  saga_actor spawn(const saga_id& id, live_saga& to);
  void take_up(live_saga& to, stored_saga rows, bool abandoned);
  void load_later(const saga_id& id, live_saga& what);
  void load_at(const saga_id& id, timestamp when);
  void look_up(const saga_id& id, live_saga& what);
  void call_for(const saga_id& id, live_saga& to);
  void pass_on(live_saga& to);
  void answer_duplicates(const found& what);
  void answer_repeated_signals(live_saga& ended, const stored_saga& rows);
  void not_loaded(live_saga& what, const failure& why);
  void go_on_recovering();
  const persistence_actor& writer_of(const saga_id& id) const {
    return writers_[core_.commits.number_of(id)];
  }

  engine_core& core_;
  coordinator_actor::pointer self_;
  std::vector<persistence_actor> writers_;
  id_maker ids_;
  table sagas_;
  std::size_t resting_ = 0; ///< of those
  std::unordered_map<saga_id, std::vector<duplicate>> duplicates_;
  recovery recovery_;
};

struct coordinator_state {
  static inline const char* name = "coordinator";
  std::optional<coordinator_shell> shell;
};

/// The behaviour. `seed` is for the ids of new sagas.
coordinator_actor::behavior_type
coordinator(coordinator_actor::stateful_pointer<coordinator_state> self, engine_core* core,
            std::vector<persistence_actor> writers, std::uint64_t seed);

} // namespace sagas::actors
