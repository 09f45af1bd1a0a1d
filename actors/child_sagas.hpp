// Whoever does the steps that are sagas of their own: begins the child, hears of its end, and when
// the parent turns back cancels it, or has it undone.
//
// It keeps nothing: what it has begun is found by its key, so that a restart needs nothing but the
// parent's next question (docs/adr/0022).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "saga/orchestrator.hpp"
#include "saga/participant.hpp"
#include "saga/queries.hpp"
#include "saga/registry.hpp"

namespace sagas {

namespace actors {
class reply_gate;
}

class child_sagas final : public participant {
public:
  /// All of them outlive close().
  struct ports {
    orchestrator& engine;
    queries& reads;
    definition_registry& definitions;
    std::function<timestamp()> clock;
  };
  explicit child_sagas(ports with);

  /// From here on it does nothing and touches none of the ports. Waits for what is being done.
  void close();

  /// Reads the store, so it may block.
  void invoke(const call& what, answer reply) override;

private:
  struct child;
  struct order;

  void begin(const order& of);
  void undo(const order& of);
  void undo_completed(const order& of, const child& which);
  void annul(const order& of);
  void ask_after(const order& of, const child& which, timestamp since);
  void ask_for(const order& of, start_request start, timestamp since);
  result<std::optional<child>> find(const std::string& key) const;
  result<saga_header> parent_of(const order& of) const;
  outcome later() const;

  const ports with_;
  const std::shared_ptr<actors::reply_gate> gate_;
};

} // namespace sagas
