#include "actors/stand_ins/stand_in.hpp"

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "actors/stand_ins_world.hpp"

using namespace sagas;
using nlohmann::json;

namespace {

struct scene {
  fake_ledger ledger;
  injection_rules rules;
  definition_ptr plan = plan_of({"paso"});
  stand_in who{make_stand_in_service("s"), ledger, rules};

  reaction handle(const call& what) { return who.handle(what, timestamp{}); }
  outcome act(std::uint64_t epoch = 1) {
    return *handle(call_of(plan, R"({"x":1})", operation::action, 1, epoch)).reply;
  }
  outcome undo(std::uint64_t epoch = 1) {
    return *handle(call_of(plan, "{}", operation::compensation, 1, epoch)).reply;
  }
};

using words = std::vector<std::string>;

} // namespace

TEST_CASE("a repeated action answers the same and has one effect", "[actors]") {
  scene at;
  const outcome first = at.act();
  const outcome second = at.act();
  CHECK(first.kind == outcome_kind::done);
  CHECK(second.output == first.output);
  CHECK(at.ledger.puts == 1);
  CHECK(at.ledger.only().effect.text() == R"({"x":1})");
  CHECK(at.ledger.diary == words{"efecto", "duplicado"});
}

TEST_CASE("the diary holds a digest of every input", "[actors]") {
  scene on;
  on.act();
  on.undo();
  CHECK(on.ledger.digests == std::vector{digest64(R"({"x":1})"), digest64("{}")});
  CHECK(digest64("a") == 0xAF63DC4C8601EC8CULL); // as published with the algorithm
}

TEST_CASE("an undo takes the effect back, once", "[actors]") {
  scene at;
  (void)at.act();
  const outcome undone = at.undo();
  CHECK(undone.kind == outcome_kind::done);
  CHECK(undone.output.text() == R"({"compensacion":"no_paso","deshecho":true})");
  CHECK(at.ledger.only().acted);
  CHECK(at.ledger.only().undone);
  CHECK(at.ledger.only().effect.empty());
  CHECK(at.undo().output == undone.output);
  CHECK(at.ledger.diary == words{"efecto", "deshecho", "duplicado"});
}

TEST_CASE("an undo of what never came is remembered, the action behind it refused", "[actors]") {
  scene at;
  CHECK(at.undo().output.text() == R"({"compensacion":"no_paso","deshecho":false})");
  const outcome late = at.act();
  CHECK(late.kind == outcome_kind::business_failure);
  CHECK(late.code == "colgada");
  CHECK(at.ledger.only().effect.empty());
  CHECK(at.undo().kind == outcome_kind::done);
  CHECK(at.ledger.diary == words{"vacia", "colgada", "duplicado"});
}

TEST_CASE("an older epoch is refused and changes nothing", "[actors]") {
  scene at;
  (void)at.act(2);
  const outcome old = at.undo(1);
  CHECK(old.kind == outcome_kind::technical_failure);
  CHECK(old.code == "epoca_antigua");
  CHECK_FALSE(at.ledger.only().undone);
  CHECK(at.act(3).kind == outcome_kind::done);
  CHECK(at.ledger.only().epoch == 3);
  CHECK(at.act(2).code == "epoca_antigua");
  CHECK(at.ledger.diary == words{"efecto", "epoca", "duplicado", "epoca"});
}

TEST_CASE("a refusal is for good", "[actors]") {
  fake_ledger ledger;
  const injection_rules rules;
  stand_in who{make_stand_in_service("afiliados"), ledger, rules};
  const auto plan = plan_of({"solicitar_afiliados_elegibles"});
  const auto empty = call_of(plan, R"({"segmento_audiencia":"ninguno"})");
  const auto full = call_of(plan, R"({"segmento_audiencia":"general"})");
  for (const call& what : {empty, full}) {
    const reaction told = who.handle(what, timestamp{});
    CHECK(told.reply->kind == outcome_kind::business_failure);
    CHECK(told.reply->reason == "No hay afiliados elegibles");
  }
  CHECK(who.handle(call_of(plan, "{}", operation::compensation), timestamp{}).reply->kind
        == outcome_kind::done);
  CHECK(ledger.diary == words{"rechazo", "duplicado", "vacia"});
}

TEST_CASE("with a broken ledger nobody knows what became of a call", "[actors]") {
  scene at;
  at.ledger.broken = true;
  CHECK(at.act().kind == outcome_kind::unknown);
  CHECK(at.act().code == "libro");
}

TEST_CASE("whatever comes in whatever order, there is at most one effect", "[actors]") {
  const bool holds = rc::check("conserved", [] {
    scene at;
    bool undo_seen = false;
    for (int i = *rc::gen::inRange(1, 12); i > 0; --i) {
      const bool action = *rc::gen::arbitrary<bool>();
      const auto epoch = static_cast<std::uint64_t>(*rc::gen::inRange(1, 4));
      const outcome said = action ? at.act(epoch) : at.undo(epoch);
      undo_seen = undo_seen || (!action && said.kind == outcome_kind::done);
      RC_ASSERT(said.kind == outcome_kind::done || !said.code.empty());
      RC_ASSERT(!(action && undo_seen && said.kind == outcome_kind::done));
      RC_ASSERT(!undo_seen || at.ledger.only().effect.empty());
    }
    const auto count = [&](const char* word) {
      return std::count(at.ledger.diary.begin(), at.ledger.diary.end(), word);
    };
    RC_ASSERT(count("efecto") <= 1);
    RC_ASSERT(count("deshecho") + count("vacia") <= 1);
    RC_ASSERT(!count("efecto") || !count("vacia"));
  });
  CHECK(holds);
}

TEST_CASE("injected faults become what the saga must cope with", "[actors]") {
  struct row {
    const char* fault;
    std::optional<outcome_kind> reply;
    int copies;
    words diary;
  };
  for (const row& of : {row{"tecnico", outcome_kind::technical_failure, 1, {"fallo"}},
                        row{"negocio", outcome_kind::business_failure, 1, {"rechazo"}},
                        row{"perdida", std::nullopt, 1, {"efecto", "perdida"}},
                        row{"silencio", std::nullopt, 1, {"fallo"}},
                        row{"duplicada", outcome_kind::done, 2, {"efecto"}}}) {
    INFO(of.fault);
    scene at;
    call what = call_of(at.plan, "{}");
    what.metadata = document{std::string{R"({"inyeccion":{"s":{"fallo":")"} + of.fault
                             + R"(","veces":1,"latencia":"40ms"}}})"};
    const reaction told = at.handle(what);
    CHECK((told.reply ? std::optional{told.reply->kind} : std::nullopt) == of.reply);
    CHECK(told.copies == of.copies);
    CHECK(told.delay == milliseconds{40});
    CHECK(at.ledger.diary == of.diary);
    what.request.attempt = 2;
    const reaction again = at.handle(what);
    REQUIRE(again.reply);
    CHECK((again.reply->kind == outcome_kind::done) == (std::string{of.fault} != "negocio"));
  }
}

TEST_CASE("a refused undo keeps the effect", "[actors]") {
  scene at;
  (void)at.act();
  call what = call_of(at.plan, "{}", operation::compensation);
  what.metadata = document{R"({"inyeccion":{"*":{"fallo":"negocio","operacion":"compensacion"}}})"};
  CHECK(at.handle(what).reply->kind == outcome_kind::business_failure);
  CHECK_FALSE(at.ledger.only().effect.empty());
}

TEST_CASE("wrong injection rules of a saga are told", "[actors]") {
  scene at;
  call what = call_of(at.plan, "{}");
  what.metadata = document{R"({"inyeccion":{"s":{"fallo":"nada"}}})"};
  const reaction told = at.handle(what);
  CHECK(told.reply->code == "inyeccion");
  CHECK(told.reply->reason.find("/inyeccion/s/fallo") != std::string::npos);
  CHECK(at.ledger.rows.empty());
}
