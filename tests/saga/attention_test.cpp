// What waits for a person: filters, causes, and what can be decided.
#include "saga/attention.hpp"
#include "tests/saga/driver.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

parked_view parked(const std::string& type, const std::string& step_name, const std::string& error,
                   timestamp since = noon) {
  parked_view made;
  made.saga.header.type = type;
  made.saga.header.status = saga_status::parked;
  step_view& at = made.at.emplace_back();
  at.name = step_name;
  at.service = "svc_" + step_name;
  at.row.status = step_status::failed;
  at.row.kind = outcome_kind::technical_failure;
  at.row.error = error;
  at.row.started = since - std::chrono::seconds{5};
  at.row.ended = since;
  return made;
}

std::string cause(const parked_view& of) { return cause_of(of.saga.header, of.at.at(0)); }

} // namespace

TEST_CASE("sagas that failed alike have one cause, whatever numbers their errors hold", "[saga]") {
  const auto one = parked("t", "a", "lote b-7 rechazado: 12 euros");
  CHECK(cause(one) == cause(parked("t", "a", "lote x9 rechazado: 1 euros")));
  CHECK(cause(one) != cause(parked("t", "a", "lote b-7 aceptado: 12 euros")));
  CHECK(cause(one) != cause(parked("t", "b", "lote b-7 rechazado: 12 euros")));
  CHECK(cause(one) != cause(parked("u", "a", "lote b-7 rechazado: 12 euros")));
  auto undo = one;
  undo.at[0].row.op = operation::compensation;
  CHECK(cause(one) != cause(undo));
  CHECK(cause(one).starts_with("a:ACCION:TECNICO:"));
}

TEST_CASE("each field of an attention filter must fit", "[saga]") {
  const auto fits = [](const attention_filter& what) {
    auto saga = parked("t", "a", "roto");
    return narrow(saga, what);
  };
  CHECK(fits({}));
  CHECK(fits({"t", "svc_a", "a", cause(parked("t", "a", "roto")), noon + milliseconds{1}}));
  CHECK_FALSE(fits({"u", {}, {}, {}, {}}));
  CHECK_FALSE(fits({{}, "svc_b", {}, {}, {}}));
  CHECK_FALSE(fits({{}, {}, "b", {}, {}}));
  CHECK_FALSE(fits({{}, {}, {}, "b:ACCION:TECNICO:00000000", {}}));
  CHECK_FALSE(fits({{}, {}, {}, {}, noon}));
}

TEST_CASE("of a saga that is parked at several steps those stay that match", "[saga]") {
  auto saga = parked("t", "a", "roto");
  saga.at.push_back(parked("t", "b", "roto").at[0]);
  REQUIRE(narrow(saga, {{}, {}, "b", {}, {}}));
  REQUIRE(saga.at.size() == 1);
  CHECK(saga.at[0].name == "b");
}

TEST_CASE("a saga that is parked at no step matches what asks for no step", "[saga]") {
  auto saga = parked("t", "a", "roto");
  saga.at.clear();
  CHECK(narrow(saga, {}));
  CHECK(narrow(saga, {"t", {}, {}, {}, {}}));
  CHECK(narrow(saga, {{}, {}, {}, "carga_abandonada", {}}));
  CHECK_FALSE(narrow(saga, {"u", {}, {}, {}, {}}));
  CHECK_FALSE(narrow(saga, {{}, "svc_a", {}, {}, {}}));
}

TEST_CASE("a tally groups by cause, the largest first, with the oldest as example", "[saga]") {
  attention_tally tally;
  for (std::uint8_t i = 0; i < 5; ++i) {
    auto saga = parked("t", i < 3 ? "a" : "b", "roto " + std::to_string(i),
                       noon - std::chrono::seconds{i});
    saga.saga.header.id.bytes[15] = i;
    tally.add(saga);
  }
  const auto found = std::move(tally).finish(noon, true);
  CHECK(found.sagas == 5);
  REQUIRE(found.causes.size() == 2);
  CHECK(found.causes[0].step == "a");
  CHECK(found.causes[0].count == 3);
  CHECK(found.causes[0].oldest == noon - std::chrono::seconds{2});
  CHECK(found.causes[0].example.bytes[15] == 2);
  CHECK(found.causes[1].count == 2);
}

TEST_CASE("a tally of endless causes stays bounded, and says so", "[saga]") {
  attention_tally tally;
  for (std::size_t i = 0; i < attention_tally::causes_max + 7; ++i)
    tally.add(parked("t" + std::to_string(i), "a", "roto"));
  const auto found = std::move(tally).finish(noon, true);
  CHECK(found.causes.size() == attention_tally::causes_max);
  CHECK(found.others == 7);
}

TEST_CASE("every choice that is offered is one that the machine takes", "[saga]") {
  auto pivot = step("p");
  pivot.pivot = true;
  pivot.compensation.clear();
  driver back{sequence({step("a"), step("b")})};
  back.start();
  back.done(0);
  back.refuse(1);
  back.refuse(0, operation::compensation);
  auto c = step("c");
  c.compensation.clear();
  driver forward{sequence({step("a"), pivot, c})};
  forward.start();
  forward.done(0);
  forward.done(1);
  forward.refuse(2);
  driver open{sequence({step("a"), pivot})};
  open.start();
  open.done(0);
  for (int i = 0; i < 2; ++i) {
    open.lose(1);
    open.wake();
  }
  open.lose(1);
  const std::vector<std::pair<driver*, std::size_t>> cases{{&back, 0}, {&forward, 2}, {&open, 1}};
  for (const auto& [saga, at] : cases) {
    REQUIRE(saga->status() == saga_status::parked);
    for (int i = 0; i < decision_count; ++i) {
      const auto what = static_cast<decision>(i);
      const auto offered = choices_of(saga->state.header.way, saga == &open, language::english);
      const bool is_offered = std::any_of(offered.begin(), offered.end(),
                                          [&](const choice& one) { return one.what == what; });
      const bool taken{advance(saga->plan, saga->state,
                               operator_decided{noon, at, what, document{"{}"}, {"ana", "x"}})};
      INFO(to_text(what));
      CHECK(is_offered == taken);
    }
  }
}

TEST_CASE("a language is known by its first word", "[saga]") {
  CHECK(parse_language("es") == language::spanish);
  CHECK(parse_language("es-CO") == language::spanish);
  CHECK(parse_language("en-GB") == language::english);
  CHECK_FALSE(parse_language("fr"));
  CHECK_FALSE(parse_language(""));
}
