#include "http/participant/flow.hpp"

#include "support/catch.hpp"

using namespace sagas::http;
using std::chrono::milliseconds;

namespace {
const steady_time start{std::chrono::hours{1}};
} // namespace

TEST_CASE("a circuit opens after failures in a row, and a trial decides", "[http][participant]") {
  circuit_breaker circuit{{.failures = 3, .open_for = milliseconds{1'000}}};
  circuit.failed(start);
  circuit.failed(start);
  circuit.succeeded(); // not in a row
  circuit.failed(start);
  circuit.failed(start);
  CHECK(circuit.permit(start));
  circuit.failed(start);
  CHECK(circuit.is_open());
  CHECK_FALSE(circuit.permit(start + milliseconds{999}));
  CHECK(circuit.permits_at() == start + milliseconds{1'000});

  CHECK(circuit.permit(start + milliseconds{1'000}));
  CHECK_FALSE(circuit.permit(start + milliseconds{1'000})); // one trial at a time
  CHECK_FALSE(circuit.permits_at());
  circuit.failed(start + milliseconds{1'100});
  CHECK_FALSE(circuit.permit(start + milliseconds{2'000}));
  CHECK(circuit.permit(start + milliseconds{2'100}));
  circuit.abandoned(); // it was not even sent
  CHECK(circuit.permit(start + milliseconds{2'100}));
  circuit.succeeded();
  CHECK_FALSE(circuit.is_open());
  CHECK(circuit.permit(start + milliseconds{2'100}));
  CHECK(circuit.permits_at() <= start);
}

TEST_CASE("calls that end after the circuit opened keep it open no longer", "[http][participant]") {
  circuit_breaker circuit{{.failures = 1, .open_for = milliseconds{1'000}}};
  circuit.failed(start);
  circuit.failed(start + milliseconds{900});
  CHECK(circuit.permit(start + milliseconds{1'000}));
}

TEST_CASE("a circuit without a limit never opens", "[http][participant]") {
  circuit_breaker circuit{{.failures = 0}};
  for (int i = 0; i < 100; ++i)
    circuit.failed(start);
  CHECK(circuit.permit(start));
}

TEST_CASE("a rate lets so many go in a second, and no burst above a tenth", "[http][participant]") {
  rate_limit rate{50};
  int gone = 0;
  for (steady_time now = start; now < start + milliseconds{2'000};) {
    const auto wait = rate.take(now);
    gone += wait ? 0 : 1;
    now = wait ? *wait : now;
  }
  CHECK(gone >= 99);
  CHECK(gone <= 106);

  rate_limit rested{50};
  CHECK_FALSE(rested.take(start));
  int burst = 0;
  while (!rested.take(start + std::chrono::hours{1}))
    ++burst;
  CHECK(burst == 5);
}

TEST_CASE("without a rate calls go at once", "[http][participant]") {
  rate_limit none{0};
  for (int i = 0; i < 1'000; ++i)
    CHECK_FALSE(none.take(start));
}
