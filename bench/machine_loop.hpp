// Sagas driven by the pure machine with outcomes that are there at once: what a store is fed when
// nothing but the store takes time. The same rows as under the engine, in as many commits.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "actors/stand_ins/service.hpp"
#include "bench/campaign.hpp"
#include "saga/ids.hpp"
#include "saga/machine.hpp"

namespace sagas::bench {

class machine_loop {
public:
  struct settings {
    std::size_t in_flight = 1'000;
    std::uint64_t first = 0;                                  ///< number of the first campaign
    std::uint64_t sagas_max = ~0ULL;                          ///< how many to start
    std::uint64_t failing_every = 0;                          ///< each n-th fails at step 3
    std::function<timestamp(std::uint64_t number)> starts_at; ///< must not fall
    milliseconds step_time{0};                                ///< between a saga's transitions
  };
  machine_loop(definition_ptr plan, settings how);

  /// The next transition of every saga in flight, to be committed as one batch. Empty: all that
  /// were to start have ended.
  const std::vector<changes>& next();
  /// The batch is durable. Returns how many sagas ended with it.
  std::size_t committed();
  /// The time of the newest start; for the commit.
  timestamp newest() const { return newest_; }

private:
  struct slot {
    std::uint64_t number = 0;
    timestamp at{};
    std::optional<saga_state> state;   // none: free
    std::optional<transition> decided; // what is being committed
    std::vector<call_request> calls;   // that wait for an answer
  };
  void start(slot& in);
  void answer(slot& in);
  outcome say(const slot& from, const call_request& what) const;

  campaign_maker campaigns_;
  settings how_;
  id_maker ids_;
  std::vector<std::unique_ptr<stand_in_service>> services_; // by step
  std::vector<slot> slots_;
  std::vector<changes> batch_;
  std::uint64_t started_ = 0;
  std::uint64_t round_ = 0;
  timestamp newest_{};
};

} // namespace sagas::bench
