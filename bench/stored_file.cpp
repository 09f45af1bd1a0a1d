#include "bench/stored_file.hpp"

#include "app/clock.hpp"
#include "bench/machine_loop.hpp"
#include "bench/store.hpp"

namespace sagas::bench {
namespace {

constexpr std::uint64_t failing_every = 20;
constexpr std::uint64_t paused = 500;
constexpr std::chrono::hours past{30 * 24};

void pause_some(store& in, std::uint64_t first, timestamp at) {
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
}

} // namespace

stored_content write_stored_file(const std::filesystem::path& file, std::uint64_t sagas) {
  const auto storage = open_store(file, sqlite_synchronous::off);
  const timestamp begin = now() - past;
  const milliseconds apart = std::chrono::duration_cast<milliseconds>(past)
                             / static_cast<milliseconds::rep>(sagas + 1);
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
    commit_all(*storage, *batch, loop.newest());
    content.ended += loop.committed();
    if (content.ended - told >= 100'000) {
      told = content.ended;
      context::say("  " + std::to_string(told) + " sagas written");
    }
  }
  content.undone = (sagas + failing_every - 1) / failing_every;
  pause_some(*storage, sagas, now());
  content.paused = paused;
  return content;
}

} // namespace sagas::bench
