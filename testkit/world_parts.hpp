// What a world is made of. Internal to testkit/.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "actors/child_sagas.hpp"
#include "actors/engine.hpp"
#include "persistence/memory_store.hpp"
#include "saga/quiet.hpp"
#include "testkit/scripted_services.hpp"
#include "testkit/world.hpp"

namespace sagas::testkit {

/// One line with every field at fault.
std::string in_words(const failure& why);

/// The value; throws the error.
template <class T>
T value_of(result<T> read) {
  if (!read)
    throw std::runtime_error{in_words(read.error())};
  return std::move(*read);
}

struct asked_start {
  definition_ptr plan;
  document input;
  bool asked = false; // of the engine that runs now
  std::optional<saga_id> id;
  std::optional<failure> refused;
};

struct world::parts {
  explicit parts(const definition_ptr& of) { know(of); }

  void know(const definition_ptr& what);
  void serve(const definition& what);
  bool has_step(const std::string& name) const;
  void open();
  void crash();
  void settle(bool hearing = true);
  void reply_at(timestamp when, participant::answer to, outcome how);
  bool ask_starts();
  bool run_until(timestamp until, bool to_the_end);
  void deliver_replies();
  bool all_ended() const;
  saga_status status_of(const saga_id& id) const;
  std::optional<failure> commit_begins();
  std::optional<failure> commit_ended();
  void answer(const call& what, participant::answer to);

  static constexpr timestamp begun{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
  timestamp now = begun;
  std::vector<definition_ptr> plans; // the first: of what is started
  definition_registry definitions;
  std::shared_ptr<memory_tables> tables = make_memory_tables();
  std::unique_ptr<queries> reads = open_memory_queries(tables);
  quiet_feed feed;
  quiet_telemetry figures;
  quiet_logger log;

  scripted_services scripted;
  std::map<std::string, std::shared_ptr<participant>> served; // by others
  std::vector<call> calls;
  std::multimap<timestamp, std::function<void()>> replies; // on their way

  std::vector<std::shared_ptr<asked_start>> starts;
  std::size_t commits = 0;
  std::size_t crashes = 0;
  std::size_t crash_commit = 0; // 0: none
  bool crash_stored = false;
  bool dead = false; // crashed, and not opened again yet
  std::optional<failure> fatal;
  std::unique_ptr<engine> process; // it uses the rest
  std::shared_ptr<child_sagas> children;
};

} // namespace sagas::testkit
