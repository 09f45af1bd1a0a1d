// Every state of a saga in words, in both languages.
#include "saga/explain.hpp"
#include "tests/saga/driver.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

std::string told(const driver& saga, language in) {
  return explain(*saga.plan, saga.state, saga.rows.stored.steps, saga.now + milliseconds{5'000},
                 in);
}

void check(const driver& saga, saga_status status, const std::vector<std::string>& spanish,
           const std::vector<std::string>& english) {
  REQUIRE(saga.status() == status);
  const std::string es = told(saga, language::spanish);
  const std::string en = told(saga, language::english);
  INFO(es << "\n" << en);
  CHECK(es.starts_with("La saga " + to_text(saga.state.header.id) + " (prueba v1) "));
  CHECK(en.starts_with("The saga " + to_text(saga.state.header.id) + " (prueba v1) "));
  for (const std::string& part : spanish) {
    INFO(part);
    CHECK(es.find(part) != std::string::npos);
  }
  for (const std::string& part : english) {
    INFO(part);
    CHECK(en.find(part) != std::string::npos);
  }
}

driver two(milliseconds deadline = {}) {
  driver saga{sequence({step("a"), step("b")}, deadline)};
  return saga;
}

step_definition pivot_step() {
  auto made = step("p");
  made.pivot = true;
  made.compensation.clear();
  return made;
}

driver behind_pivot() {
  auto c = step("c");
  c.compensation.clear();
  driver saga{sequence({step("a"), pivot_step(), c})};
  saga.start();
  saga.done(0);
  saga.done(1);
  saga.refuse(2);
  return saga;
}

} // namespace

TEST_CASE("a saga under way is told with what it waits for", "[saga][explain]") {
  driver saga = two(std::chrono::minutes{10});
  check(saga, saga_status::started, {"aún no ha enviado su primer paso"}, {"not sent its first"});
  saga.start();
  check(saga, saga_status::running,
        {"en curso desde 2026-01-02T12:00:00.000Z (hace 5 s), con 0/2 pasos hechos",
         "Espera la respuesta de «svc_a» a «a» (acción, intento 1 de 3)",
         "a las 2026-01-02T12:00:30.000Z el intento cuenta como desconocido", "Después vienen: «b»",
         "a las 2026-01-02T12:10:00.000Z (plazo), se deshace"},
        {"is running since 2026-01-02T12:00:00.000Z (5 s ago), with 0/2 steps done",
         "waits for the answer of «svc_a» to «a» (action, attempt 1 of 3)",
         "counts as unknown at 2026-01-02T12:00:30.000Z", "Then follow: «b»",
         "by 2026-01-02T12:10:00.000Z (plazo), it is undone"});
  saga.break_down(0);
  check(saga, saga_status::running,
        {"Ha fallado «a» (acción, intento 1 de 3), de «svc_a» («se ha roto»); se vuelve a intentar "
         "a las 2026-01-02T12:00:01.000Z"},
        {"«a» (action, attempt 1 of 3), of «svc_a», has failed («se ha roto»); it is tried again "
         "at 2026-01-02T12:00:01.000Z"});
  saga.wake();
  saga.answer(0, operation::action,
              {outcome_kind::still_running, {}, {}, {}, saga.now + std::chrono::seconds{9}});
  check(saga, saga_status::running,
        {"«svc_a» dice que «a» (acción, intento 2 de 3) sigue en curso"},
        {"«svc_a» says that «a» (action, attempt 2 of 3) is still running"});
}

TEST_CASE("a paused saga is told with what resumes it", "[saga][explain]") {
  driver saga = two();
  saga.start();
  saga.feed(pause_requested{saga.now, {"ana", ""}});
  check(saga, saga_status::paused, {"en pausa", "(reanudar)"}, {"is paused", "(reanudar)"});
}

TEST_CASE("a saga that is being undone is told with why", "[saga][explain]") {
  driver failed = two();
  failed.start();
  failed.done(0);
  failed.refuse(1);
  check(
    failed, saga_status::compensating,
    {"se está deshaciendo, por un fallo: b: no hay saldo", "«a» (compensación, intento 1 de 3)"},
    {"is being undone, after a failure: b: no hay saldo", "«a» (undo, attempt 1 of 3)"});
  driver cancelled = two();
  cancelled.start();
  cancelled.done(0);
  cancelled.feed(cancel_requested{cancelled.now, {"ana", "sobra"}});
  check(cancelled, saga_status::compensating, {"por cancelación: cancelada: sobra"},
        {"since it was cancelled: cancelada: sobra"});
  driver late = two(std::chrono::seconds{1});
  late.start();
  late.done(0);
  late.wake();
  check(late, saga_status::compensating, {"por vencer su plazo"},
        {"since its deadline has passed"});
  driver forced = behind_pivot();
  forced.feed(operator_decided{forced.now, 2, decision::turn, {}, {"ana", "x"}});
  check(forced, saga_status::compensating, {"aunque su pivote ya quedó atrás"},
        {"though its pivot lies behind it"});
  forced.undone(0);
  check(forced, saga_status::failed, {"lo que no tiene compensación sigue en pie"},
        {"what has no compensation stays in force"});
}

TEST_CASE("a parked saga is told with where, why, and what can be done", "[saga][explain]") {
  check(behind_pivot(), saga_status::parked,
        {"espera a una persona",
         "El paso «c», de «svc_c», ha fallado del todo desde 2026-01-02T12:00:00.000Z (hace 5 s), "
         "tras 1 intento («no hay saldo»)",
         "Se puede: reintentar (", "compensar (se deshace lo que tiene compensación",
         "fallar (la saga termina FALLIDA, sin deshacer nada)"},
        {"waits for a person", "The step «c», of «svc_c», has failed for good",
         "What can be done: reintentar (", "compensar (what has a compensation is undone"});
  driver undo = two();
  undo.start();
  undo.done(0);
  undo.refuse(1);
  undo.refuse(0, operation::compensation);
  check(undo, saga_status::parked, {"La compensación de «a»", "renuncia a deshacerlo"},
        {"The undo of «a»", "gives this undo up"});
  driver abandoned = two();
  abandoned.start();
  abandoned.feed(recovery_abandoned{abandoned.now});
  check(abandoned, saga_status::parked, {"cargarla terminó el proceso", "Se puede reanudar"},
        {"It can be resumed (reanudar)"});
}

TEST_CASE("the end of a saga is told with what is left of it", "[saga][explain]") {
  driver good = two();
  good.start();
  good.done(0);
  good.done(1);
  check(good, saga_status::completed, {"terminó bien en 2026-01-02T12:00:00.000Z, con 2/2 pasos"},
        {"ended well at 2026-01-02T12:00:00.000Z, with 2/2 steps"});
  driver undone = two();
  undone.start();
  undone.done(0);
  undone.refuse(1);
  undone.undone(0);
  check(undone, saga_status::compensated, {"falló: b: no hay saldo", "está deshecho"},
        {"failed: b: no hay saldo", "is undone"});
  driver cancelled = two();
  cancelled.start();
  cancelled.done(0);
  cancelled.feed(cancel_requested{cancelled.now, {"ana", "sobra"}});
  cancelled.refuse(1);
  cancelled.undone(0);
  check(cancelled, saga_status::cancelled, {"fue cancelada: cancelada: sobra"},
        {"was cancelled: cancelada: sobra"});
  driver nothing_done = two();
  nothing_done.start();
  nothing_done.refuse(0);
  check(nothing_done, saga_status::failed, {"no había nada que deshacer"},
        {"there was nothing to undo"});
  driver given_up = two();
  given_up.start();
  given_up.done(0);
  given_up.refuse(1);
  given_up.refuse(0, operation::compensation);
  given_up.feed(operator_decided{given_up.now, 0, decision::skip, {}, {"ana", "x"}});
  check(given_up, saga_status::failed, {"renunció a deshacer algún paso"},
        {"gave the undo of some step up"});
  driver closed = behind_pivot();
  closed.feed(operator_decided{closed.now, 2, decision::fail, {}, {"ana", "x"}});
  check(closed, saga_status::failed, {"la dio por fallida detrás de su pivote"},
        {"gave it up behind its pivot"});
}

TEST_CASE("a saga that waits is told with what for, and until when", "[saga][explain]") {
  auto wait = step("visto");
  wait.compensation.clear();
  wait.wait.emplace();
  wait.wait->signal = "aprobada";
  wait.wait->span = std::chrono::hours{48};
  driver saga{sequence({step("a"), wait})};
  saga.start();
  const signal_received signal{saga.now, "aprobada", document{"{}"}, {}};
  SECTION("its turn has come") {
    saga.done(0);
    check(saga, saga_status::running,
          {"Espera la señal «aprobada» desde 2026-01-02T12:00:00", "hasta 2026-01-04T12:00:00",
           "después el paso falla"},
          {"It waits for the signal «aprobada» since", "then the step fails"});
  }
  SECTION("early") {
    saga.feed(signal);
    check(saga, saga_status::running, {"La señal «aprobada» ya llegó"}, {"has come already"});
  }
}
