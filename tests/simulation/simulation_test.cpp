// The machine, the actors and the store in memory under one seed: crashes at every commit, lost,
// late and doubled outcomes, time under control.
//
//   SAGAS_SEED=123 test_simulation      one seed, its history when it fails
//   SAGAS_SEEDS=5000 test_simulation    so many
#include <cstdlib>
#include <iostream>
#include <sstream>

#include "support/catch.hpp"
#include "tests/simulation/run.hpp"

using namespace sagas::sim;

namespace {

constexpr std::uint64_t quick_seeds = 1'000;
constexpr std::uint64_t all_seeds = 5'000;

/// What a campaign must have come to, or it is void.
constexpr const char* must_reach[]{
  "sagas",   "completed",   "compensated",    "cancelled",       "failed",         "parked",
  "decided", "crashes",     "commits cut",    "unknown commits", "failed commits", "recoveries",
  "zombies", "fenced",      "refused starts", "repeated keys",   "late outcomes",  "doubled",
  "hanging", "empty undos", "stale epochs",   "poison",          "wrong clocks",   "overtaken"};

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here changes the environment
  const char* text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::string text_of(const counters& reached) {
  std::ostringstream out;
  for (const char* name : must_reach) {
    const auto found = reached.find(name);
    out << (found == reached.end() ? 0 : found->second) << ' ' << name << ", ";
  }
  return out.str();
}

void check_seeds(std::uint64_t first, std::uint64_t last) {
  counters reached;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    INFO("SAGAS_SEED=" << seed); // also when a signal ends it
    const run_result done = run(random_tape(seed));
    for (const auto& [name, count] : done.reached)
      reached[name] += count;
    if (done.bad)
      FAIL(explain(seed, *done.bad));
  }
  std::cout << "seeds " << first << " to " << last << ": " << text_of(reached) << std::endl;
  if (first == last)
    return;
  for (const char* name : must_reach) {
    INFO(name);
    CHECK(reached[name] > 0);
  }
}

} // namespace

TEST_CASE("every saga keeps its promises under a thousand seeds of faults", "[simulation]") {
  if (const std::uint64_t seed = number_of("SAGAS_SEED", 0))
    return check_seeds(seed, seed);
  check_seeds(1, std::min(quick_seeds, number_of("SAGAS_SEEDS", all_seeds)));
}

TEST_CASE("a seed gives the same history each time", "[simulation]") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    std::string once;
    std::string twice;
    run(random_tape(seed), {}, [&once](const std::string& line) { once += line + '\n'; });
    run(random_tape(seed), {}, [&twice](const std::string& line) { twice += line + '\n'; });
    INFO("SAGAS_SEED=" << seed);
    CHECK(once == twice);
  }
}

TEST_CASE("every saga keeps its promises under all other seeds", "[simulation][slow]") {
  const std::uint64_t last = number_of("SAGAS_SEEDS", all_seeds);
  if (number_of("SAGAS_SEED", 0) == 0 && last > quick_seeds)
    check_seeds(quick_seeds + 1, last);
}
