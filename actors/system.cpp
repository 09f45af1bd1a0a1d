#include "actors/system.hpp"

#include <algorithm>
#include <thread>

#include "saga/assert.hpp"

namespace sagas::actors {
namespace {

std::unique_ptr<caf::actor_system_config> config_of(const engine_config& settings) {
  auto made = std::make_unique<caf::actor_system_config>();
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  made->set("scheduler.max-threads", settings.threads > 0 ? settings.threads : cores);
  switch (settings.policy) {
  case scheduling::sharing: made->set("scheduler.policy", caf::atom("sharing")); break;
  case scheduling::stealing: made->set("scheduler.policy", caf::atom("stealing")); break;
  case scheduling::manual: made->set("scheduler.policy", caf::atom("testing")); break;
  }
  return made;
}

} // namespace

engine_system::engine_system(const engine_config& settings)
  : config_(config_of(settings)), system_(std::make_unique<caf::actor_system>(*config_)) {
  if (settings.policy == scheduling::manual)
    manual_ = dynamic_cast<caf::scheduler::test_coordinator*>(&system_->scheduler());
}

std::size_t engine_system::runnable() const { return manual_ ? manual_->jobs.size() : 0; }

void engine_system::run_one(std::size_t which) {
  SAGAS_ASSERT(which < runnable());
  auto& jobs = manual_->jobs;
  const auto chosen = jobs.begin() + static_cast<std::ptrdiff_t>(which);
  std::rotate(jobs.begin(), chosen, chosen + 1); // the others keep their order
  manual_->run_once();
}

void engine_system::kill(const caf::strong_actor_ptr& who) {
  if (who)
    who->enqueue(nullptr, caf::make_message_id(caf::message_priority::high),
                 caf::make_message(caf::exit_msg{who->address(), caf::exit_reason::kill}), nullptr);
}

} // namespace sagas::actors
