// The participants of a run and their memory, which survives every crash of the engine.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <tuple>

#include "actors/stand_ins/stand_in.hpp"
#include "saga/participant.hpp"
#include "tests/simulation/stage.hpp"

namespace sagas::sim {

/// An output that no store takes.
inline constexpr std::string_view poison = R"({"veneno":1})";

/// What all services remember.
class service_memory {
public:
  using key = std::tuple<saga_id, std::string, std::string>;
  std::map<key, ledger_row, std::less<>> rows;
};

/// One opening of that memory. What it has not committed dies with it.
std::unique_ptr<participant_ledger> open_ledger(stage& on, service_memory& memory);
using ledger_maker = std::function<std::unique_ptr<participant_ledger>(stage&, service_memory&)>;

/// Foreign services and the wires to them. Calls and answers lie on the wires until the run picks
/// one; a wire loses, doubles, delays and reorders. Calls of a dead engine still arrive.
class network {
public:
  network(stage& on, service_memory& memory, std::unique_ptr<participant_ledger> book);

  /// The way from one process to the services.
  std::shared_ptr<participant> wire(std::shared_ptr<life> from);
  /// Nobody listens there any more: its calls stay on the wires, its answers are gone.
  void forget(std::size_t node);

  bool has_calls() const { return !calls_.empty(); }
  bool has_replies() const { return !replies_.empty(); }
  /// One call of those on the wires reaches its service.
  void deliver();
  /// One answer of those on the wires arrives.
  void reply();

private:
  class line;
  struct waiting_call {
    std::size_t node = 0;
    call what;
    participant::answer answer; ///< none: nobody listens any more
  };
  struct waiting_reply {
    std::size_t node = 0;
    given_outcome what;
    participant::answer answer;
  };

  void serve(const waiting_call& which);
  std::optional<outcome> react(const call& what);
  void put_on_wire(const waiting_call& which, outcome what);

  stage& on_;
  service_memory& memory_;
  std::unique_ptr<participant_ledger> ledger_;
  injection_rules honest_;
  injection_rules unwilling_;
  std::map<std::string, stand_in> doing_;
  std::map<std::string, stand_in> refusing_;
  std::vector<waiting_call> calls_;
  std::vector<waiting_reply> replies_;
  std::set<std::tuple<std::string, std::uint32_t>>
    broken_; ///< key and attempt that failed for good
};

} // namespace sagas::sim
