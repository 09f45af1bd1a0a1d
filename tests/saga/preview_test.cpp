// What a command would do, told without doing it.
#include "saga/preview.hpp"
#include "saga/command.hpp"
#include "tests/saga/driver.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

driver parked_behind_pivot() {
  auto b = step("b");
  b.pivot = true;
  b.compensation.clear();
  auto c = step("c");
  c.compensation.clear();
  auto d = c;
  d.name = "d";
  driver saga{sequence({step("a"), b, c, d})};
  saga.start();
  saga.done(0);
  saga.done(1);
  saga.refuse(2);
  REQUIRE(saga.status() == saga_status::parked);
  return saga;
}

saga_command decision_on(const std::string& step, decision what) {
  saga_command made;
  made.what = saga_command::kind::decide;
  made.step = step;
  made.decided = what;
  made.output = document{"{}"};
  made.who = {"ana", "prueba"};
  return made;
}

result<preview> look(const driver& saga, const saga_command& what) {
  const auto asked = event_of(*saga.plan, what, saga.now);
  REQUIRE(asked);
  return preview_of(saga.plan, saga.state, *asked);
}

std::vector<std::string> names(const driver& saga, const std::vector<call_request>& calls) {
  std::vector<std::string> told;
  for (const call_request& call : calls)
    told.push_back(saga.plan->steps[call.step].name + std::string{" "} + to_text(call.op));
  return told;
}

using lines = std::vector<std::string>;

} // namespace

TEST_CASE("a preview tells what each decision would send, and what would follow", "[saga]") {
  const driver saga = parked_behind_pivot();
  const saga_state before = saga.state;

  const auto retried = look(saga, decision_on("c", decision::retry));
  REQUIRE(retried);
  CHECK(names(saga, retried->sent) == lines{"c ACCION"});
  CHECK(names(saga, retried->awaited) == lines{"c ACCION"});
  CHECK(retried->wakes == saga.now + saga.plan->steps[2].timeout);
  CHECK(retried->next.header.status == saga_status::running);
  CHECK(names(saga, retried->follows) == lines{"d ACCION"});
  CHECK(retried->end == saga_status::completed);
  CHECK(retried->history.at(0).by == "ana");

  const auto skipped = look(saga, decision_on("c", decision::skip));
  REQUIRE(skipped);
  CHECK(names(saga, skipped->sent) == lines{"d ACCION"});
  CHECK(skipped->follows.empty());
  CHECK(skipped->end == saga_status::completed);

  const auto failed = look(saga, decision_on("c", decision::fail));
  REQUIRE(failed);
  CHECK(failed->sent.empty());
  CHECK(failed->end == saga_status::failed);

  const auto turned = look(saga, decision_on("c", decision::turn));
  REQUIRE(turned);
  CHECK(names(saga, turned->sent) == lines{"a COMPENSACION"});
  CHECK(turned->next.header.status == saga_status::compensating);
  CHECK(turned->end == saga_status::failed);

  CHECK(saga.state == before);
}

TEST_CASE("a preview looks ahead only as far as nobody has to decide", "[saga]") {
  driver saga{sequence({step("a"), step("b")})};
  saga.start();
  saga_command pause;
  pause.what = saga_command::kind::pause;
  const auto paused = look(saga, pause);
  REQUIRE(paused);
  CHECK(paused->next.header.status == saga_status::paused);
  CHECK(paused->follows.empty()); // a's answer comes, and b waits for reanudar
  CHECK(paused->end == saga_status::paused);
}

TEST_CASE("a preview refuses what the machine refuses", "[saga]") {
  const driver saga = parked_behind_pivot();
  const auto wrong = look(saga, decision_on("a", decision::retry));
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == errc::conflict);
  CHECK(event_of(*saga.plan, decision_on("z", decision::retry), saga.now).error().code
        == errc::not_found);
}
