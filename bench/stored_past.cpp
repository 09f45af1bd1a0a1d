#include "bench/stored_past.hpp"

#include "bench/machine_loop.hpp"
#include "bench/store.hpp"

namespace sagas::bench {
namespace {

constexpr std::uint64_t failing_every = 20;
constexpr std::uint64_t paused = 500;

} // namespace

stored_content write_past(store& to, std::uint64_t sagas, timestamp begin, milliseconds apart) {
  machine_loop loop{
    launch_plan(),
    {.in_flight = 1'000,
     .sagas_max = sagas,
     .failing_every = failing_every,
     .starts_at =
       [=](std::uint64_t number) { return begin + apart * static_cast<milliseconds::rep>(number); },
     .step_time = milliseconds{40}}};
  stored_content content;
  std::uint64_t told = 0;
  for (const auto* batch = &loop.next(); !batch->empty(); batch = &loop.next()) {
    commit_all(to, *batch, loop.newest());
    content.ended += loop.committed();
    if (content.ended - told >= 100'000) {
      told = content.ended;
      context::say("  " + std::to_string(told) + " sagas written");
    }
  }
  content.undone = (sagas + failing_every - 1) / failing_every;
  return content;
}

stored_content pause_some(store& in, stored_content content, timestamp at) {
  const std::uint64_t first = content.ended;
  const campaign_maker campaigns{launch_plan()};
  id_maker ids{first};
  std::vector<changes> starts;
  std::vector<changes> pauses;
  for (std::uint64_t i = 0; i < paused; ++i) {
    start_request asked = campaigns.start(first + i);
    saga_header header;
    header.id = ids.make(at);
    header.started = at;
    header.campaign_id = asked.campaign_id;
    header.user_id = asked.user_id;
    header.input = asked.input;
    const saga_state fresh = new_saga(*campaigns.plan(), std::move(header));
    auto started = must(advance(campaigns.plan(), fresh, saga_started{at}), "a start");
    auto held = must(advance(campaigns.plan(), started.next,
                             pause_requested{at, {"bench", "para tener sagas activas"}}),
                     "a pause");
    starts.push_back(std::move(started.written));
    pauses.push_back(std::move(held.written));
  }
  commit_all(in, starts, at);
  commit_all(in, pauses, at);
  content.paused = paused;
  return content;
}

} // namespace sagas::bench
