// Many sagas on random definitions that live through random events, a batch at a time.
#pragma once

#include <deque>
#include <random>
#include <vector>

#include "tests/persistence/store_bed.hpp"
#include "tests/saga/world.hpp"

namespace sagas::test {

class crowd {
public:
  crowd(std::uint64_t seed, std::size_t size) : random_(seed) {
    for (std::size_t i = 0; i < size; ++i) {
      std::vector<std::uint16_t> tape(50 + random_() % 150);
      for (std::uint16_t& number : tape)
        number = static_cast<std::uint16_t>(random_());
      worlds.emplace_back(std::move(tape));
      worlds.back().state.header.id = saga_run::id_of(i + 1);
    }
  }

  /// Up to `most` transitions of sagas chosen at random; none when all have come to their end.
  std::vector<changes> next_batch(std::size_t most) {
    std::vector<changes> batch;
    for (std::size_t tries = 0; tries < 50 * most && batch.size() < most; ++tries) {
      world& it = worlds[random_() % worlds.size()];
      const auto what = it.next_event();
      if (!what)
        continue;
      auto decided = advance(it.plan, it.state, *what);
      if (!decided)
        continue;
      it.take(*decided);
      batch.push_back(std::move(decided->written));
    }
    return batch;
  }

  std::deque<world> worlds;

private:
  std::mt19937_64 random_;
};

} // namespace sagas::test
