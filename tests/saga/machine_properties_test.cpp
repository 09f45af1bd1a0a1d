// Properties of the machine over random definitions and random orders of events.
//
// A tape of random numbers drives both, so that a failing case is shrunk by shortening the tape.
// The world beside the machine keeps what participants really did; it answers, loses, repeats and
// delays as the tape says.
#include <cstdlib>

#include <rapidcheck.h>

#include "support/catch.hpp"
#include "tests/saga/invariants.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

// Rare orders of events need more than the library's 100 cases; RC_PARAMS of the caller wins.
// NOLINTNEXTLINE(concurrency-mt-unsafe): before main() there is one thread
const int more_cases = setenv("RC_PARAMS", "max_success=4000", 0);

} // namespace

TEST_CASE("the machine keeps its invariants in every order of events", "[saga][properties]") {
  reached counts;
  const bool held = rc::check("invariants", [&counts] {
    const auto tape = *rc::gen::scale(4.0, rc::gen::arbitrary<std::vector<std::uint16_t>>());
    world it{tape};
    while (auto what = it.next_event())
      counts.refused += take_checked(it, *what) ? 0 : 1;
    counts.count(it);
  });
  REQUIRE(held);
  INFO(counts.text());
  REQUIRE(counts.all());
}

TEST_CASE("left alone with answering participants every saga ends", "[saga][properties]") {
  const bool held = rc::check("liveness", [] {
    const auto tape = *rc::gen::scale(2.0, rc::gen::arbitrary<std::vector<std::uint16_t>>());
    world it{tape};
    while (auto what = it.next_event())
      if (const auto decided = advance(it.plan, it.state, *what))
        it.take(*decided);
    RC_ASSERT(it.comes_to_an_end());
  });
  REQUIRE(held);
}
