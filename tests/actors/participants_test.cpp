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
