// Searches and statistics, against what a plain loop over the same sagas says.
#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "tests/persistence/backend.hpp"
#include "tests/persistence/feeder.hpp"

namespace sagas {
namespace {

using namespace test;
using std::chrono::hours;

definition_ptr plan_of(const std::string& type, const std::vector<std::string>& steps) {
  std::vector<step_definition> made;
  made.reserve(steps.size());
  for (const std::string& name : steps)
    made.push_back(step(name));
  auto plan = std::make_shared<definition>(*sequence(std::move(made)));
  plan->type = type;
  return plan;
}

// What a test remembers of a saga.
struct told {
  saga_header header;
  std::vector<std::string> services;
};

// Sagas of all kinds, one each ten minutes, by a tape of random numbers.
std::vector<told> feed_many(store& to, int count) {
  std::mt19937 random{42};
  const std::vector<definition_ptr> plans{plan_of("venta", {"uno", "dos"}),
                                          plan_of("pago", {"dos", "tres"}),
                                          plan_of("raro", {"cuatro"})};
  id_maker ids{1};
  std::vector<told> all;
  for (int i = 0; i < count; ++i) {
    const timestamp at = noon + std::chrono::minutes{10 * i};
    const std::uint32_t dice = static_cast<std::uint32_t>(random());
    feeder saga{to,
                {.plan = plans[dice % 16 == 0 ? 2 : dice % 2],
                 .id = ids.make(at),
                 .at = at,
                 .campaign = dice % 3 == 0 ? "" : "camp-" + std::to_string(dice % 7),
                 .user = dice % 5 == 0 ? "" : "user-" + std::to_string(dice % 4)}};
    switch (dice / 256 % 5) {
    case 0: break;
    case 1: saga.refuse(0); break;
    case 2: saga.lose(0); break;
    case 3: saga.done(0, milliseconds{dice % 5'000}); break;
    default: saga.complete();
    }
    if (saga.state.header.status == saga_status::running && dice % 11 == 0)
      saga.feed(cancel_requested{saga.now, {}});
    told& one = all.emplace_back();
    one.header = saga.state.header;
    one.header.input = {};
    for (std::size_t s = 0; s < saga.plan->steps.size(); ++s)
      if (saga.state.steps[s].action.number > 0)
        one.services.push_back(saga.plan->steps[s].service);
  }
  return all;
}

bool matches(const told& saga, const saga_filter& what) {
  const saga_header& header = saga.header;
  return (!what.status || header.status == *what.status)
         && (what.type.empty() || header.type == what.type)
         && (what.campaign_id.empty() || header.campaign_id == what.campaign_id)
         && (what.user_id.empty() || header.user_id == what.user_id)
         && (what.service.empty()
             || std::count(saga.services.begin(), saga.services.end(), what.service) > 0)
         && (!what.from || header.started >= *what.from)
         && (!what.until || header.started < *what.until)
         && (!what.before || header.id < *what.before);
}

std::vector<saga_id> expected(const std::vector<told>& all, const saga_filter& what) {
  std::vector<saga_id> ids;
  for (auto at = all.rbegin(); at != all.rend() && ids.size() < what.limit; ++at)
    if (matches(*at, what))
      ids.push_back(at->header.id);
  return ids;
}

std::vector<saga_id> ids_of(const result<queries::search_page>& found) {
  REQUIRE(found);
  std::vector<saga_id> ids;
  for (const saga_view& view : found->sagas)
    ids.push_back(view.header.id);
  return ids;
}

// Every combination of the fields, each with a value that occurs.
saga_filter filter_of(unsigned bits, const std::vector<told>& all) {
  saga_filter filter;
  if (bits & 1)
    filter.status = saga_status::completed;
  filter.type = bits & 2 ? "venta" : "";
  filter.campaign_id = bits & 4 ? "camp-2" : "";
  filter.user_id = bits & 8 ? "user-1" : "";
  filter.service = bits & 16 ? "svc_dos" : "";
  if (bits & 32)
    filter.from = noon + hours{3};
  if (bits & 64)
    filter.until = noon + hours{20};
  if (bits & 128)
    filter.before = all[all.size() * 3 / 4].header.id;
  return filter;
}

void check_near(double value, double truth) {
  CHECK(std::abs(value - truth) <= 0.05 * truth + 1e-9);
}

} // namespace

TEST_CASE("a search finds what matches all of its fields", "[persistence][queries]") {
  with_each_backend([](backend& on) {
    const std::vector<told> all = feed_many(*on.writes, 160);
    std::size_t found = 0;
    for (unsigned bits = 0; bits < 256; ++bits) {
      const saga_filter filter = filter_of(bits, all);
      INFO("filter " << bits);
      const auto ids = ids_of(on.reads->search(filter));
      CHECK(ids == expected(all, filter));
      found += ids.size();
    }
    CHECK(found > 500);
  });
}

TEST_CASE("a search by any state or type, present or not, is exact", "[persistence][queries]") {
  with_each_backend([](backend& on) {
    const std::vector<told> all = feed_many(*on.writes, 80);
    for (int i = 0; i < saga_status_count; ++i)
      for (const char* type : {"", "venta", "raro", "nadie"}) {
        saga_filter filter;
        filter.status = static_cast<saga_status>(i);
        filter.type = type;
        CHECK(ids_of(on.reads->search(filter)) == expected(all, filter));
      }
  });
}

TEST_CASE("pages of a search give every saga once", "[persistence][queries]") {
  with_each_backend([](backend& on) {
    const std::vector<told> all = feed_many(*on.writes, 60);
    for (const unsigned bits : {0u, 2u, 16u, 18u}) {
      saga_filter filter = filter_of(bits, all);
      const auto whole = expected(all, filter);
      filter.limit = 7;
      std::vector<saga_id> paged;
      do {
        const auto page = on.reads->search(filter);
        const auto ids = ids_of(page);
        CHECK(ids.size() == std::min<std::size_t>(filter.limit, whole.size() - paged.size()));
        paged.insert(paged.end(), ids.begin(), ids.end());
        filter.before = page->next;
      } while (filter.before);
      CHECK(paged == whole);
    }
  });
}

TEST_CASE("what a search finds is the saga as it stands", "[persistence][queries]") {
  with_each_backend([](backend& on) {
    const std::vector<told> all = feed_many(*on.writes, 40);
    const auto found = on.reads->search({});
    REQUIRE(found);
    REQUIRE(found->sagas.size() == all.size());
    for (std::size_t i = 0; i < all.size(); ++i)
      CHECK(found->sagas[i].header == all[all.size() - 1 - i].header);
  });
}

TEST_CASE("statistics count the sagas of whole hours", "[persistence][queries]") {
  with_each_backend([](backend& on) {
    const std::vector<told> all = feed_many(*on.writes, 160);
    const timestamp now = noon + std::chrono::minutes{1'600};
    const auto check = [&](std::optional<timestamp> from, std::optional<timestamp> until,
                           const std::function<bool(const saga_header&)>& counts) {
      const auto read = on.reads->stats(from, until, now);
      REQUIRE(read);
      std::map<std::string, std::uint64_t> by_status;
      std::map<std::string, std::uint64_t> by_type;
      std::uint64_t total = 0;
      std::vector<double> durations;
      for (int i = 0; i < saga_status_count; ++i)
        by_status[to_text(static_cast<saga_status>(i))] = 0;
      for (const told& saga : all) {
        if (!counts(saga.header))
          continue;
        ++total;
        ++by_status[to_text(saga.header.status)];
        ++by_type[saga.header.type];
        if (saga.header.ended)
          durations.push_back(
            static_cast<double>((*saga.header.ended - saga.header.started).count()) / 1'000);
      }
      CHECK(read->total == total);
      CHECK(read->by_status == by_status);
      CHECK(read->by_type == by_type);
      REQUIRE(read->durations.count == durations.size());
      REQUIRE_FALSE(durations.empty());
      std::sort(durations.begin(), durations.end());
      double sum = 0;
      for (const double each : durations)
        sum += each;
      CHECK(read->durations.mean_s == Approx(sum / static_cast<double>(durations.size())));
      check_near(read->durations.p50_s, durations[(durations.size() + 1) / 2 - 1]);
      check_near(read->durations.p99_s, durations.back());
      CHECK(read->last_day > 0);
    };
    check({}, {}, [](const saga_header&) { return true; });
    check(noon + std::chrono::minutes{185}, noon + std::chrono::minutes{1'190},
          [](const saga_header& saga) {
            return saga.started >= noon + hours{3} && saga.started < noon + hours{20};
          });
    check(noon + hours{3}, {},
          [](const saga_header& saga) { return saga.started >= noon + hours{3}; });
    check({}, noon + hours{3},
          [](const saga_header& saga) { return saga.started < noon + hours{3}; });
  });
}

TEST_CASE("statistics of nothing are zeros", "[persistence][queries]") {
  with_each_backend([](backend& on) {
    const auto read = on.reads->stats({}, {}, noon);
    REQUIRE(read);
    CHECK(read->total == 0);
    CHECK(read->by_status.size() == saga_status_count);
    CHECK(read->durations.count == 0);
    CHECK(read->steps.empty());
  });
}

TEST_CASE("statistics of a step count its attempts by their end", "[persistence][queries]") {
  with_each_backend([](backend& on) {
    const definition_ptr plan = plan_of("venta", {"uno", "dos"});
    feeder saga{*on.writes, {.plan = plan, .id = first_id_at(noon)}};
    saga.lose(0);
    saga.wake();
    saga.done(0, milliseconds{400});
    saga.refuse(1);
    saga.undone(0);
    const auto read = on.reads->stats({}, {}, noon);
    REQUIRE(read);
    REQUIRE(read->steps.size() == 3);
    const step_statistics& dos = read->steps[0];
    CHECK(dos.step == "dos");
    CHECK(dos.by_status == std::map<std::string, std::uint64_t>{{"FALLIDO", 1}});
    const step_statistics& uno = read->steps[1];
    CHECK(uno.type == "venta");
    CHECK(uno.step == "uno");
    CHECK(uno.op == operation::action);
    CHECK(uno.by_status == std::map<std::string, std::uint64_t>{{"COMPLETADO", 1}, {"FALLIDO", 1}});
    CHECK(uno.retries == 1);
    CHECK(uno.durations.count == 2);
    check_near(uno.durations.p99_s, 0.4);
    CHECK(uno.durations.mean_s == Approx((0.01 + 0.4) / 2));
    CHECK(read->steps[2].op == operation::compensation);
  });
}

TEST_CASE("a step that an operator decides about is counted once", "[persistence][queries]") {
  with_each_backend([](backend& on) {
    const definition_ptr plan = plan_of("venta", {"uno", "dos"});
    feeder saga{*on.writes, {.plan = plan, .id = first_id_at(noon)}};
    saga.done(0);
    saga.refuse(1);
    for (int i = 0; i < 2; ++i) {
      saga.lose(0, operation::compensation);
      saga.wake();
    }
    saga.lose(0, operation::compensation);
    REQUIRE(saga.state.header.status == saga_status::parked);
    saga.feed(operator_decided{saga.now, 0, decision::complete, {}, {"ana", "a mano"}});
    const auto read = on.reads->stats({}, {}, noon);
    REQUIRE(read);
    const step_statistics& undo = read->steps.back();
    REQUIRE(undo.op == operation::compensation);
    CHECK(undo.by_status
          == std::map<std::string, std::uint64_t>{{"COMPENSADO", 1}, {"FALLIDO", 2}});
    CHECK(undo.durations.count == 3);
  });
}

} // namespace sagas
