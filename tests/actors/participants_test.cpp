// What a call comes to that never reached its participant.
#include "actors/participants.hpp"
#include "actors/stand_ins_world.hpp"

using namespace sagas;
using namespace sagas::actors;

TEST_CASE("a call that can't be sent has failed, but for one that was sent before",
          "[actors][participants]") {
  call what = call_of(plan_of({"a"}), "{}");
  CHECK(too_many_calls(what).kind == outcome_kind::technical_failure);
  CHECK(nobody_serves(what).kind == outcome_kind::technical_failure);
  what.repeated = true; // its effect may be there, so that the step has to be undone
  CHECK(too_many_calls(what).kind == outcome_kind::unknown);
  CHECK(nobody_serves(what).kind == outcome_kind::unknown);
}

TEST_CASE("a route that is set goes before those that were added, until it is taken back",
          "[actors][participants]") {
  class named_route final : public call_route {
  public:
    using call_route::call_route;
    void send(call) override {}
  };
  const auto route = [](const char* kind) { return std::make_shared<named_route>(kind); };
  participant_directory all;
  const auto kind = [&] { return all.find("a") ? all.find("a")->kind() : "none"; };
  all.set("a", nullptr);
  CHECK(kind() == "none");
  all.add("a", route("added"));
  all.set("a", route("set"));
  CHECK(kind() == "set");
  all.add("a", route("newer"));
  all.set("a", route("set again"));
  CHECK(kind() == "set again");
  REQUIRE(all.list().size() == 1);
  CHECK(all.list()[0].kind == "set again");
  all.set("a", nullptr);
  CHECK(kind() == "newer");
  all.clear();
  CHECK(kind() == "none");
}
