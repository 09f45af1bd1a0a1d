#include "saga/barrier.hpp"

#include "support/catch.hpp"

using namespace sagas;

TEST_CASE("the barrier decides by what it remembers", "[saga][barrier]") {
  struct row {
    barrier_mark known;
    verdict of_action, of_undo;
  };
  for (const row& of : {
         row{{}, verdict::act, verdict::nothing_to_undo},
         row{{.epoch = 5}, verdict::act, verdict::nothing_to_undo},
         row{{.acted = true, .epoch = 5}, verdict::same_answer, verdict::undo},
         row{{.refused = true, .epoch = 5}, verdict::same_refusal, verdict::nothing_to_undo},
         row{
           {.acted = true, .undone = true, .epoch = 5}, verdict::hanging, verdict::undone_already},
         row{{.undone = true, .epoch = 5}, verdict::hanging, verdict::undone_already},
         row{{.refused = true, .undone = true, .epoch = 5},
             verdict::hanging,
             verdict::undone_already},
         row{{.acted = true, .epoch = 6}, verdict::stale_epoch, verdict::stale_epoch},
       }) {
    CHECK(judge(of.known, operation::action, 5) == of.of_action);
    CHECK(judge(of.known, operation::compensation, 5) == of.of_undo);
  }
}
