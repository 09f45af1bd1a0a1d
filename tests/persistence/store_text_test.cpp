// Texts that come from outside come back the same, whatever they hold.
#include "tests/persistence/store_bed.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

const std::vector<std::string>& strange_texts() {
  static const std::vector<std::string> texts{
    "'; DROP TABLE sagas; --",
    "\"quoted\" `back` [brackets] :name ?1 $x @y %s %n \\ \\n",
    std::string{"zero \0 inside", 13},
    "Ñandú, 日本語, 🦤, e\xCC\x81",
    "\xFF\xFE broken \xC3",
    "line\nbreak\r\n\ttab",
    "null",
    std::string(1 << 20, 'x') + "'", // 1 MiB
  };
  return texts;
}

definition_ptr plan_named(const std::string& text) {
  auto plan = std::make_shared<definition>(*sequence({step("a"), step("b")}));
  plan->type = text;
  for (step_definition& each : plan->steps) {
    each.name += text;
    each.description = text;
    each.service = text;
  }
  return plan;
}

} // namespace

TEST_CASE("every text of a saga comes back as it was given", "[persistence][store]") {
  store_bed bed{GENERATE(store_kind::memory, store_kind::sqlite)};
  std::uint64_t number = 0;
  for (const std::string& text : strange_texts()) {
    saga_run run{++number, plan_named(text)};
    run.state.header.type = text;
    run.state.header.campaign_id = text;
    run.state.header.user_id = text;
    run.state.header.metadata = document{text};
    run.state.header.input = document{text};
    CHECK(bed.commit(run.start(text, text)) == commit_ack::verdict::committed);
    bed.commit(run.done(0, text));
    bed.commit(run.feed(cancel_requested{noon, {text, text}}));
    check_stored(bed, run);
    CHECK(bed.load(run.id()).steps[0].output == document{text});
    bed.commit(run.answer(1, {outcome_kind::business_failure, {}, text, text, {}}));
    CHECK(bed.load(run.id()).steps[1].error == text);
    saga_run twin{1000, run.plan};
    CHECK(bed.commit(twin.start(text, text)) == commit_ack::verdict::duplicate);
  }
}

TEST_CASE("every text of a definition comes back as it was given", "[persistence][store]") {
  store_bed bed{GENERATE(store_kind::memory, store_kind::sqlite)};
  for (const std::string& text : strange_texts())
    REQUIRE(bed->save_definition({text, 1, document{text}, noon}));
  bed.reopen();
  const auto all = bed->definitions();
  REQUIRE(all);
  CHECK(all->size() == strange_texts().size());
  for (const stored_definition& each : *all)
    CHECK(each.source == document{each.type});
}

TEST_CASE("an absent document is none, not an empty one", "[persistence][store]") {
  store_bed bed{GENERATE(store_kind::memory, store_kind::sqlite)};
  saga_run none{1};
  none.state.header.metadata = document{};
  saga_run empty{2};
  empty.state.header.metadata = document{""};
  bed.commit(std::vector{none.start(), empty.start()});
  CHECK(bed.load(none.id()).header.metadata.empty());
  CHECK_FALSE(bed.load(empty.id()).header.metadata.empty());
}
