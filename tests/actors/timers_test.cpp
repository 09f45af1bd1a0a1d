#include "actors/timers.hpp"

#include <chrono>
#include <future>
#include <vector>

#include "support/catch.hpp"

using namespace sagas;
using actors::timers;

namespace {

timestamp at(int ms) { return timestamp{milliseconds{ms}}; }

struct desk {
  timestamp now = at(0);
  std::vector<int> fired;
  timers timing{[this] { return now; }};
  timers::key arm(int when) {
    return timing.arm(at(when), [this, when] { fired.push_back(when); });
  }
};

} // namespace

TEST_CASE("timers fire when they are due, the earliest first", "[actors][timers]") {
  desk on;
  on.arm(30);
  on.arm(10);
  on.arm(20);
  CHECK(on.timing.fire() == at(10));
  CHECK(on.fired.empty());
  on.now = at(25);
  CHECK(on.timing.fire() == at(30));
  CHECK(on.fired == std::vector<int>{10, 20});
  on.now = at(30);
  CHECK_FALSE(on.timing.fire());
  CHECK(on.fired == std::vector<int>{10, 20, 30});
}

TEST_CASE("a timer that was cancelled does not fire, nor does one after close",
          "[actors][timers]") {
  desk on;
  const auto first = on.arm(10);
  on.arm(10);
  on.timing.cancel(first);
  on.now = at(10);
  on.timing.fire();
  CHECK(on.fired.size() == 1);
  on.timing.cancel(first); // harmless
  on.arm(5);
  on.timing.close();
  on.arm(5);
  on.timing.fire();
  CHECK(on.fired.size() == 1);
}

TEST_CASE("a timer may arm another", "[actors][timers]") {
  desk on;
  on.timing.arm(at(1), [&] { on.arm(2); });
  on.now = at(5);
  on.timing.fire();
  on.timing.fire();
  CHECK(on.fired == std::vector<int>{2});
}

TEST_CASE("timers fire by themselves on a thread of their own", "[actors][timers]") {
  timers timing{
    [] { return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now()); }};
  timing.run(milliseconds{1});
  std::promise<void> fired;
  timing.arm(at(0), [&] { fired.set_value(); });
  CHECK(fired.get_future().wait_for(std::chrono::seconds{30}) == std::future_status::ready);
}
