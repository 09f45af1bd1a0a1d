// The order of state changes over several writers.
#include <algorithm>
#include <iterator>
#include <random>

#include "actors/feed_order.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::actors;

namespace {

using numbers = std::vector<std::uint64_t>;

class bed {
public:
  explicit bed(std::size_t writers, std::size_t events_max = 1'000) : order(writers, events_max) {}

  void begins(std::size_t writer) { order.commit_begins(writer); }
  numbers ends(std::size_t writer) { return numbers_of(order.commit_ends(writer, nullptr)); }
  numbers ends(std::size_t writer, std::uint64_t number, std::size_t events = 1) {
    feed_batch batch{number, std::vector<feed_event>(events)};
    return numbers_of(
      order.commit_ends(writer, std::make_shared<const feed_batch>(std::move(batch))));
  }

  feed_order order;

private:
  static numbers numbers_of(const std::vector<feed_batch_ptr>& all) {
    numbers told;
    for (const feed_batch_ptr& each : all)
      told.push_back(each->batch);
    return told;
  }
};

} // namespace

TEST_CASE("one writer's batches leave at once, whatever their numbers", "[actors][feed]") {
  bed one{1};
  for (const std::uint64_t number : {17U, 18U, 40U}) {
    one.begins(0);
    CHECK(one.ends(0, number) == numbers{number});
  }
}

TEST_CASE("a batch waits for a commit that may have a lower number", "[actors][feed]") {
  bed two{2};
  two.begins(0);
  two.begins(1);
  CHECK(two.ends(1, 8).empty());
  CHECK(two.ends(0, 7) == numbers{7, 8});
}

TEST_CASE("a batch waits for nobody when the one before it has been told", "[actors][feed]") {
  bed two{2};
  two.begins(0);
  CHECK(two.ends(0, 7) == numbers{7});
  two.begins(1);
  two.begins(0);
  CHECK(two.ends(0, 8) == numbers{8});
}

TEST_CASE("a number that nobody hears of holds up only what could have come behind it",
          "[actors][feed]") {
  bed two{2};
  two.begins(0); // takes 7, and its outcome is lost
  two.begins(1);
  CHECK(two.ends(1, 8).empty());
  two.begins(1); // later than 8, so it can't be 7
  CHECK(two.ends(0) == numbers{8});
  CHECK(two.ends(1, 9) == numbers{9});
}

TEST_CASE("a commit that has begun later is not waited for", "[actors][feed]") {
  bed three{3};
  three.begins(0);
  three.begins(1);
  CHECK(three.ends(1, 5).empty());
  three.begins(2);
  CHECK(three.ends(0, 3) == numbers{3, 5}); // 4 is another process's, and not writer 2's
}

TEST_CASE("what waits is bounded, and who comes behind a gap is not told late", "[actors][feed]") {
  bed two{2, 10};
  two.begins(0);
  two.begins(1);
  CHECK(two.ends(1, 2, 10).empty());
  two.begins(1);
  CHECK(two.ends(1, 3, 1) == numbers{2, 3});
  CHECK(two.ends(0, 1).empty());
  two.begins(0);
  CHECK(two.ends(0, 4) == numbers{4});
}

TEST_CASE("numbers rise and none is lost under random writers", "[actors][feed]") {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::minstd_rand random{seed};
    bed all{4, 100'000};
    struct {
      bool commits = false;
      std::uint64_t number = 0; // 0: not taken yet
    } writers[4];
    std::uint64_t last = 0;
    numbers heard;
    numbers told;
    for (int i = 0; i < 600
                    || std::any_of(std::begin(writers), std::end(writers),
                                   [](const auto& it) { return it.commits; });
         ++i) {
      const std::size_t who = random() % 4;
      auto& writer = writers[who];
      if (!writer.commits) {
        if (i >= 600)
          continue;
        writer = {true, 0};
        all.begins(who);
      } else if (writer.number == 0) {
        writer.number = ++last;
      } else {
        const bool lost = random() % 10 == 0;
        const numbers now = lost ? all.ends(who) : all.ends(who, writer.number);
        told.insert(told.end(), now.begin(), now.end());
        if (!lost)
          heard.push_back(writer.number);
        writer = {};
      }
    }
    std::sort(heard.begin(), heard.end());
    INFO("seed " << seed);
    CHECK(told == heard);
  }
}
