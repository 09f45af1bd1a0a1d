// In which order and when events may go.
#include "http/webhook/window.hpp"

#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;

namespace {

const steady_time begun = steady_time{} + std::chrono::hours{1};
const auto second = std::chrono::seconds{1};

delivery of(std::uint64_t batch, std::uint8_t saga, bool again = false) {
  delivery made{.at = {batch, 0}};
  made.what.saga.bytes[15] = saga;
  if (again)
    made.from = delivery::origin::letter;
  return made;
}

// The batches that may go now, in order.
std::vector<std::uint64_t> all_next(delivery_window& from, steady_time now = begun,
                                    bool letters_only = false) {
  std::vector<std::uint64_t> batches;
  while (const delivery* one = from.next(now, letters_only))
    batches.push_back(one->at.batch);
  return batches;
}

using batches = std::vector<std::uint64_t>;

} // namespace

TEST_CASE("events of one saga go one after the other, others beside them", "[http][webhook]") {
  delivery_window w;
  for (const auto& [batch, saga] : {std::pair{1, 1}, {2, 1}, {3, 2}, {4, 1}, {5, 3}})
    CHECK(w.take(of(std::uint64_t(batch), std::uint8_t(saga))));
  CHECK_FALSE(w.take(of(3, 9)));
  CHECK(all_next(w) == batches{1, 3, 5});
  CHECK(w.under_way() == 3);
  w.done({3, 0});
  CHECK(all_next(w).empty());
  w.done({1, 0});
  CHECK(all_next(w) == batches{2});
  CHECK(w.oldest()->at.batch == 2);
  w.done({2, 0});
  CHECK(all_next(w) == batches{4});
  w.done({4, 0});
  w.done({5, 0});
  CHECK(w.size() == 0);
  CHECK(w.under_way() == 0);
  CHECK(w.oldest() == nullptr);
}

TEST_CASE("an event that waits for its next attempt lets only its saga wait", "[http][webhook]") {
  delivery_window w;
  w.take(of(1, 1));
  w.take(of(2, 1));
  w.take(of(3, 2));
  delivery* const first = w.next(begun);
  w.retry(*first, begun + second);
  CHECK(all_next(w) == batches{3});
  CHECK(w.next_due() == begun + second);
  CHECK(all_next(w, begun + second) == batches{1});
  w.retry(*first, begun + 9 * second);
  w.hurry();
  CHECK(all_next(w) == batches{1});
}

TEST_CASE("what is given up holds its place, and its saga, until it is done", "[http][webhook]") {
  delivery_window w;
  w.take(of(1, 1));
  w.take(of(2, 1));
  w.end(*w.next(begun), delivery::fate::bury);
  CHECK(w.under_way() == 0);
  CHECK(all_next(w).empty());
  CHECK_FALSE(w.next_due());
  CHECK(w.oldest()->at.batch == 1);
  w.done({1, 0});
  CHECK(all_next(w) == batches{2});
}

TEST_CASE("letters go again while new events must wait, and are not owed", "[http][webhook]") {
  delivery_window w;
  w.take(of(7, 1));
  w.take(of(2, 1, true)); // behind the other one of its saga
  w.take(of(3, 2, true));
  CHECK(w.letters() == 2);
  CHECK(w.oldest()->at.batch == 7);
  CHECK(all_next(w, begun, true) == batches{3});
  CHECK(all_next(w) == batches{7});
  w.done({7, 0});
  CHECK(w.oldest() == nullptr);
  CHECK(all_next(w, begun, true) == batches{2});
  w.done({2, 0});
  w.done({3, 0});
  CHECK(w.letters() == 0);
}

TEST_CASE("a gap is never sent", "[http][webhook]") {
  delivery_window w;
  delivery gap = of(4, 0);
  gap.ends = delivery::fate::bury;
  w.take(gap);
  w.take(of(9, 0)); // even of a saga whose id is all zeros
  CHECK(w.oldest()->at.batch == 4);
  CHECK(all_next(w) == batches{9});
  w.done({4, 0});
  CHECK(w.oldest()->at.batch == 9);
}

TEST_CASE("what is set aside is owed no more, and keeps its place", "[http][webhook]") {
  delivery_window w;
  for (const auto& [batch, saga] : {std::pair{1, 1}, {2, 2}, {3, 1}, {4, 3}, {5, 4}})
    w.take(of(std::uint64_t(batch), std::uint8_t(saga)));
  CHECK(w.passed() == 0);
  delivery* const first = w.next(begun);
  CHECK_FALSE(w.is_held(*first));
  ++first->attempts;
  w.retry(*first, begun + second);
  CHECK(w.is_held(*first));
  CHECK(all_next(w) == batches{2, 4, 5});
  w.done({2, 0});
  w.done({5, 0});
  CHECK(w.passed() == 2);
  w.set_aside(*w.oldest(), "{}");
  CHECK(w.aside() == 1);
  CHECK(w.oldest()->at.batch == 3);
  CHECK(w.is_held(*w.oldest()));
  CHECK(w.passed() == 1); // 5, and not 2
  w.set_aside(*w.oldest(), "{}");
  CHECK(w.oldest()->at.batch == 4);
  CHECK_FALSE(w.is_held(*w.oldest()));
  CHECK(w.letters() == 0);
  CHECK(all_next(w, begun + second, true).empty()); // no letter: it waits with the feed
  CHECK(all_next(w, begun + second) == batches{1});
  w.done({1, 0});
  CHECK(all_next(w) == batches{3});
  w.done({3, 0});
  w.done({4, 0});
  CHECK(w.aside() == 0);
  CHECK(w.size() == 0);
}
