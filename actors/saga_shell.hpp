// One saga at work: holds its state, asks the machine what an event means, has what it says
// committed, and performs the effects when told that they are durable.
//
// At most one transition is in flight; events that come meanwhile wait in order. Everything that is
// decided is decided by the machine (saga/machine.hpp).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "actors/core.hpp"
#include "saga/machine.hpp"

namespace sagas::actors {

class saga_shell {
public:
  /// What its actor has to do after a message.
  enum class fate : std::uint8_t {
    goes_on,
    leaves,      ///< nothing is left to do here
    loads_again, ///< its state is in doubt: the coordinator is to load the stored rows
  };

  saga_shell(engine_core& core, coordinator_actor up, saga_actor::pointer self, const saga_id& id);
  saga_shell(const saga_shell&) = delete;
  saga_shell& operator=(const saga_shell&) = delete;
  ~saga_shell();

  // One for each message, see protocol.hpp.
  void on(const committed& what);
  void on(answered& what);
  void on(const wake& what);
  void on(begin& what);
  void on(resume& what);
  void on(steer& what);
  void on(const refused& what);
  void on(const withdrawn& what);
  void on(const lost& what);
  void on(const retire& what);

  /// To be asked after each message: goes on with what has waited, then says how it stands.
  fate settle();

private:
  /// Something that has happened, and who waits for what comes of it.
  struct happening {
    event what;
    owed_ptr<saga_status> answer;
  };
  /// A transition on its way to the store.
  struct flight;

  void happened(happening what);
  void decide(happening what, std::optional<idempotency> once = {});
  void ignore(const happening& what, const failure& why);
  void store_outcome_as_unknown(happening what);
  /// Never stored: answers the start and leaves.
  void never_was(const failure& why);
  void end(std::optional<saga_status> how);

  void call_outstanding();
  void call(const call_request& what, bool repeated);
  void rest_or_wait();
  std::optional<timestamp> due() const;
  std::optional<timestamp> rest_time(timestamp now, std::optional<timestamp> at) const;
  void arm(timestamp at);
  void disarm();

  engine_core& core_;
  coordinator_actor up_;
  saga_actor::pointer self_;
  saga_id id_;
  definition_ptr plan_;
  saga_state state_;
  std::unique_ptr<flight> flight_;
  std::vector<happening> waiting_;
  owed_ptr<started> start_;         ///< until its first transition is durable
  std::unique_ptr<failure> broken_; ///< why the stored rows can't be gone on with
  std::optional<timers::key> timer_;
  timestamp active_{};        ///< when something has last happened to it
  std::uint32_t steered_ = 0; ///< commands received
  bool taking_off_ = false;   ///< was loaded, and has not said yet that it is at work
  bool abandoned_ = false;    ///< was loaded only to be parked; until a command comes
  bool resting_ = false;      ///< has told the coordinator that it has nothing to do
  bool over_ = false;         ///< has told the coordinator that it has ended
  fate fate_ = fate::goes_on;
};

} // namespace sagas::actors
