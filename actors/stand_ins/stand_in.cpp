#include "actors/stand_ins/stand_in.hpp"

#include <algorithm>

#include "saga/assert.hpp"
#include "saga/barrier.hpp"
#include "saga/planted.hpp"

namespace sagas {
namespace {

outcome done(document output) {
  return {.kind = outcome_kind::done,
          .output = std::move(output),
          .code = {},
          .reason = {},
          .ask_at = {}};
}

outcome failed(outcome_kind kind, std::string code, std::string reason) {
  return {
    .kind = kind, .output = {}, .code = std::move(code), .reason = std::move(reason), .ask_at = {}};
}

// Whether the step has had its effect, only the ledger knows.
outcome broken_ledger(const failure& why) {
  return failed(outcome_kind::unknown, "libro", why.message);
}

outcome undone(const call& what, const ledger_row& row) {
  return done(document{"{\"compensacion\":" + json_quoted(what.step().compensation)
                       + ",\"deshecho\":" + (row.acted ? "true" : "false") + "}"});
}

// What a call is answered once its row is as it must be.
outcome answer_from(const call& what, verdict decided, const ledger_row& row) {
  switch (decided) {
  case verdict::act:
  case verdict::same_answer:
  case verdict::same_refusal:
    return row.refused
             ? failed(outcome_kind::business_failure, "rechazado", unquoted(row.output.text()))
             : done(row.output);
  case verdict::hanging:
    return failed(outcome_kind::business_failure, "colgada",
                  "La acción llegó después de su compensación");
  case verdict::undo:
  case verdict::nothing_to_undo:
  case verdict::undone_already: return undone(what, row);
  case verdict::stale_epoch:
    return failed(outcome_kind::technical_failure, "epoca_antigua",
                  "La llamada viene de un nodo que ya no es dueño de la saga");
  }
  SAGAS_ASSERT(false);
}

std::string in_one_line(const failure& why) {
  std::string text = why.message;
  for (const field_error& field : why.fields)
    text += "; " + field.pointer + ": " + field.message;
  return text;
}

barrier_mark mark_of(const std::optional<ledger_row>& row) {
  return row ? barrier_mark{row->acted, row->refused, row->undone, row->epoch} : barrier_mark{};
}

// What a call is recognised by when it comes again.
std::string barrier_key(const call& what) {
  const std::string& step = what.step().name;
  return planted(bug::key_with_attempt) ? step + "#" + std::to_string(what.request.attempt) : step;
}

} // namespace

stand_in::stand_in(std::unique_ptr<stand_in_service> service, participant_ledger& ledger,
                   const injection_rules& rules)
  : service_(std::move(service)), ledger_(ledger), rules_(rules) {}

reaction stand_in::handle(const call& what, timestamp now) {
  const auto fault = inject(rules_, service_->name(), what);
  if (!fault)
    return {
      .reply = failed(outcome_kind::technical_failure, "inyeccion", in_one_line(fault.error()))};
  reaction told{.reply = {}, .delay = fault->delay};
  const bool refuse = fault->what == injected::business;
  const bool undoing = what.request.op == operation::compensation;
  if (fault->what == injected::technical || (refuse && undoing)) {
    told.reply = failed(refuse ? outcome_kind::business_failure : outcome_kind::technical_failure,
                        "inyectado", "Fallo inyectado");
  } else if (fault->what != injected::lost_call) {
    told.reply = answer(what, now, refuse);
    told.copies = fault->what == injected::duplicate_reply ? 2 : 1;
    if (fault->what != injected::lost_reply)
      return told;
    told.reply.reset();
  }
  const bool lost = fault->what == injected::lost_reply;
  if (const status noted = note(what, now, lost ? "perdida" : "fallo"); !noted)
    told.reply = broken_ledger(noted.error());
  return told;
}

outcome stand_in::answer(const call& what, timestamp now, bool refuse) {
  std::string key = barrier_key(what);
  const auto known = ledger_.find(what.saga, service_->name(), key);
  if (!known)
    return broken_ledger(known.error());
  const verdict decided = judge(mark_of(*known), what.request.op, what.epoch);
  ledger_row row = known->value_or(ledger_row{.saga = what.saga,
                                              .service = std::string{service_->name()},
                                              .step = std::move(key),
                                              .output = {},
                                              .effect = {}});
  const bool newer = what.epoch > row.epoch;
  row.epoch = std::max(row.epoch, what.epoch);
  if (decided == verdict::act)
    act(what, now, refuse, row);
  const bool undo = decided == verdict::undo || decided == verdict::nothing_to_undo;
  if (undo) {
    row.undone = true;
    row.effect = document{};
  }
  if (newer || undo || decided == verdict::act)
    if (const status kept = ledger_.put(row); !kept)
      return broken_ledger(kept.error());
  const bool refused = decided == verdict::act && row.refused;
  if (const status noted = note(what, now, refused ? "rechazo" : diary_word(decided)); !noted)
    return broken_ledger(noted.error());
  return answer_from(what, decided, row);
}

void stand_in::act(const call& what, timestamp now, bool refuse, ledger_row& row) const {
  act_answer said{.done = false, .reason = "Rechazo inyectado"};
  if (!refuse) {
    const json_lookup input{what.request.input.text()};
    said = service_->act({.saga = what.saga, .step = what.step().name, .input = input, .now = now});
  }
  row.acted = said.done;
  row.refused = !said.done;
  row.output = said.done ? said.output : document{json_quoted(said.reason)};
  row.effect = said.effect;
}

status stand_in::note(const call& what, timestamp now, std::string_view word) {
  return ledger_.note({.at = now,
                       .saga = what.saga,
                       .service = service_->name(),
                       .step = what.step().name,
                       .op = what.request.op,
                       .attempt = what.request.attempt,
                       .epoch = what.epoch,
                       .what = word,
                       .input_digest = digest64(what.request.input.text())});
}

} // namespace sagas
