#include "saga/explain.hpp"

#include "saga/rules.hpp"

namespace sagas {
namespace {

// "3 d", "2 h", "5 min", "12 s"
std::string span(milliseconds what) {
  using namespace std::chrono;
  const auto whole = duration_cast<seconds>(what);
  if (whole >= hours{48})
    return std::to_string(duration_cast<hours>(whole).count() / 24) + " d";
  if (whole >= hours{2})
    return std::to_string(duration_cast<hours>(whole).count()) + " h";
  if (whole >= minutes{2})
    return std::to_string(duration_cast<minutes>(whole).count()) + " min";
  return std::to_string(whole.count()) + " s";
}

class teller {
public:
  teller(const definition& plan, const saga_state& state, const std::vector<step_row>& rows,
         timestamp now, language in)
    : plan_(plan), state_(state), rows_(rows), now_(now), in_(in) {}

  std::string tell() && {
    add(say("La saga " + id() + " (" + type() + ") ", "The saga " + id() + " (" + type() + ") "));
    tell_status();
    if (const auto& origin = state_.header.origin;
        origin && origin->relation == saga_relation::undo && !is_terminal(state_.header.status))
      add(" Deshace la saga " + to_text(origin->saga) + ", que había terminado bien.",
          " It undoes the saga " + to_text(origin->saga) + ", which had ended well.");
    else if (origin && origin->relation == saga_relation::child)
      add(" Es el paso " + quoted(origin->step) + " de la saga " + to_text(origin->saga) + ".",
          " It is the step " + quoted(origin->step) + " of the saga " + to_text(origin->saga)
            + ".");
    if (!is_terminal(state_.header.status)) {
      tell_attempts();
      tell_rest();
    }
    return std::move(text_);
  }

private:
  std::string say(const std::string& es, const std::string& en) const {
    return in_ == language::spanish ? es : en;
  }
  void add(const std::string& what) { text_ += what; }
  void add(const std::string& es, const std::string& en) { add(say(es, en)); }

  std::string id() const { return to_text(state_.header.id); }
  std::string type() const { return plan_.type + " v" + std::to_string(plan_.version); }
  static std::string quoted(const std::string& what) { return "«" + what + "»"; }
  std::string ago(timestamp at) const {
    const std::string how = span(std::max(now_ - at, milliseconds{0}));
    return say("desde " + to_iso(at) + " (hace " + how + ")",
               "since " + to_iso(at) + " (" + how + " ago)");
  }
  std::string because() const {
    return state_.header.error.empty() ? "" : ": " + state_.header.error;
  }
  std::string end() const { return to_iso(state_.header.ended.value_or(now_)); }

  void tell_status();
  std::string why_turned() const;
  std::string failed_text() const;
  void tell_attempts();
  void tell_attempt(std::size_t step, operation op, const attempt_state& attempt);
  void tell_wait(std::size_t step, const attempt_state& attempt);
  void tell_child(const step_definition& step, operation op, const attempt_state& attempt);
  void tell_parked(std::size_t step, operation op, const attempt_state& attempt);
  void tell_choices();
  void tell_rest();
  std::string error_of(const attempt_state& attempt) const;
  std::string names(const std::vector<std::size_t>& steps) const;

  const definition& plan_;
  const saga_state& state_;
  const std::vector<step_row>& rows_;
  const timestamp now_;
  const language in_;
  std::string text_;
};

void teller::tell_status() {
  const saga_header& saga = state_.header;
  std::size_t done = 0;
  for (const step_state& step : state_.steps)
    done += step.action.status == step_status::completed ? 1 : 0;
  const std::string of = std::to_string(done) + "/" + std::to_string(plan_.steps.size());
  switch (saga.status) {
  case saga_status::started:
    return add("está guardada " + ago(saga.started) + " y aún no ha enviado su primer paso.",
               "is stored " + ago(saga.started) + " and has not sent its first step yet.");
  case saga_status::running:
    return add("está en curso " + ago(saga.started) + ", con " + of + " pasos hechos.",
               "is running " + ago(saga.started) + ", with " + of + " steps done.");
  case saga_status::paused:
    return add("está en pausa: no envía nada nuevo hasta que alguien la reanude (reanudar).",
               "is paused: it sends nothing new until somebody resumes it (reanudar).");
  case saga_status::compensating:
    return add("se está deshaciendo, " + why_turned() + ".",
               "is being undone, " + why_turned() + ".");
  case saga_status::parked:
    return add("está detenida y espera a una persona.", "is parked and waits for a person.");
  case saga_status::completed:
    return add("terminó bien en " + end() + ", con " + of + " pasos hechos.",
               "ended well at " + end() + ", with " + of + " steps done.");
  case saga_status::compensated:
    if (saga.origin && saga.origin->relation == saga_relation::undo)
      return add("deshizo todo lo que la saga " + to_text(saga.origin->saga) + " había hecho, en "
                   + end() + because() + ".",
                 "has undone all that the saga " + to_text(saga.origin->saga) + " had done, at "
                   + end() + because() + ".");
    return add("falló" + because() + ". Todo lo que tuvo o pudo tener efecto está deshecho, en "
                 + end() + ".",
               "failed" + because() + ". All that had or may have had an effect is undone, at "
                 + end() + ".");
  case saga_status::cancelled:
    return add("fue cancelada" + because()
                 + ". Todo lo que tuvo o pudo tener efecto está "
                   "deshecho, en "
                 + end() + ".",
               "was cancelled" + because()
                 + ". All that had or may have had an effect is undone, "
                   "at "
                 + end() + ".");
  case saga_status::failed: return add(failed_text());
  }
}

std::string teller::failed_text() const {
  const saga_header& saga = state_.header;
  bool given_up = false;
  for (const step_state& step : state_.steps)
    given_up = given_up || step.compensation.status == step_status::skipped;
  const std::string start = say("falló" + because() + ". Terminó en " + end() + ": ",
                                "failed" + because() + ". It ended at " + end() + ": ");
  if (saga.cause == turn_cause::forced)
    return start
           + say("un operador la hizo retroceder detrás de su pivote, y lo que no tiene "
                 "compensación sigue en pie.",
                 "an operator turned it back behind its pivot, and what has no compensation "
                 "stays in force.");
  if (given_up)
    return start
           + say("un operador renunció a deshacer algún paso.",
                 "an operator gave the undo of some step up.");
  if (saga.way == direction::forward)
    return start
           + say("un operador la dio por fallida detrás de su pivote; nada se deshizo.",
                 "an operator gave it up behind its pivot; nothing was undone.");
  return start + say("no había nada que deshacer.", "there was nothing to undo.");
}

std::string teller::why_turned() const {
  switch (state_.header.cause) {
  case turn_cause::none: break;
  case turn_cause::failure: return say("por un fallo", "after a failure") + because();
  case turn_cause::cancellation:
    return say("por cancelación", "since it was cancelled") + because();
  case turn_cause::deadline: return say("por vencer su plazo", "since its deadline has passed");
  case turn_cause::operator_decision:
    return say("por decisión de un operador", "by an operator's decision") + because();
  case turn_cause::forced:
    return say("por decisión de un operador, aunque su pivote ya quedó atrás",
               "by an operator's decision, though its pivot lies behind it")
           + because();
  }
  return say("sin causa anotada", "for no noted cause");
}

void teller::tell_attempts() {
  bool any = false;
  for (std::size_t step = 0; step < state_.steps.size(); ++step)
    for (const operation op : {operation::action, operation::compensation}) {
      const attempt_state& attempt = op == operation::action ? state_.steps[step].action
                                                             : state_.steps[step].compensation;
      tell_attempt(step, op, attempt);
      if (state_.header.status == saga_status::parked && rules::awaits_decision(plan_, state_, step)
          && (op == operation::action) == (state_.header.way == direction::forward)) {
        tell_parked(step, op, attempt);
        any = true;
      }
    }
  if (any)
    tell_choices();
  else if (state_.header.status == saga_status::parked)
    add(" " + (state_.header.error.empty() ? "" : state_.header.error + ". ")
          + "Se puede reanudar (reanudar).",
        " " + (state_.header.error.empty() ? "" : state_.header.error + ". ")
          + "It can be resumed (reanudar).");
}

void teller::tell_wait(std::size_t step, const attempt_state& attempt) {
  const wait_terms& wait = *plan_.steps[step].wait;
  if (rules::has_early_signal(state_.steps[step]))
    return add(" La señal " + quoted(wait.signal) + " ya llegó, y se guarda hasta su turno.",
               " The signal " + quoted(wait.signal) + " has come already, and is kept.");
  if (!attempt.in_flight())
    return;
  const std::string what = wait.signal.empty() ? "" : quoted(wait.signal) + " ";
  add(wait.signal.empty() ? " Deja pasar el tiempo " : " Espera la señal " + what,
      wait.signal.empty() ? " It lets time pass " : " It waits for the signal " + what);
  add(ago(attempt.started));
  if (attempt.due)
    add(say(", hasta ", ", until ") + to_iso(*attempt.due));
  if (attempt.due && !wait.signal.empty())
    add(wait.lapse_is_fine ? "; después sigue sin ella" : "; después el paso falla",
        wait.lapse_is_fine ? "; then it goes on without it" : "; then the step fails");
  add(".");
}

void teller::tell_child(const step_definition& step, operation op, const attempt_state& attempt) {
  const std::string which = quoted(step.name) + " (" + step.child->type + ") ";
  op == operation::action
    ? add(" Espera el fin de su saga hija " + which + ago(attempt.started),
          " It waits for the end of its child saga " + which + ago(attempt.started))
    : add(" Espera a que su saga hija " + which + "esté deshecha, " + ago(attempt.started),
          " It waits for its child saga " + which + "to be undone, " + ago(attempt.started));
  if (attempt.due)
    add("; vuelve a mirar cuando termine, o a las " + to_iso(*attempt.due),
        "; it looks again when that has ended, or at " + to_iso(*attempt.due));
  add(".");
}

void teller::tell_attempt(std::size_t step, operation op, const attempt_state& attempt) {
  const step_definition& what = plan_.steps[step];
  if (what.wait && attempt.status != step_status::failed)
    return op == operation::action ? tell_wait(step, attempt) : void();
  const bool action = op == operation::action;
  if (what.child && attempt.in_flight())
    return tell_child(what, op, attempt);
  const std::string count = std::to_string(attempt.number - attempt.base + 1);
  const std::string most = std::to_string(rules::policy_of(what, op).attempts);
  const std::string es = "«" + what.name + "» (" + (action ? "acción" : "compensación")
                         + ", intento " + count + " de " + most + ")";
  const std::string en = "«" + what.name + "» (" + (action ? "action" : "undo") + ", attempt "
                         + count + " of " + most + ")";
  if (attempt.in_flight() && attempt.due) {
    add(" " + quoted(what.service) + " dice que " + es
          + " sigue en curso; se le vuelve a preguntar " + "a las " + to_iso(*attempt.due) + ".",
        " " + quoted(what.service) + " says that " + en + " is still running; it is asked again at "
          + to_iso(*attempt.due) + ".");
  } else if (attempt.in_flight()) {
    const timestamp until = attempt.started + rules::timeout_of(what, op);
    add(" Espera la respuesta de " + quoted(what.service) + " a " + es + " " + ago(attempt.started),
        " It waits for the answer of " + quoted(what.service) + " to " + en + " "
          + ago(attempt.started));
    if (until > now_)
      add("; sin ella, a las " + to_iso(until) + " el intento cuenta como desconocido",
          "; without it, the attempt counts as unknown at " + to_iso(until));
    add(".");
  } else if (attempt.status == step_status::failed && attempt.due) {
    add(" Ha fallado " + es + ", de " + quoted(what.service) + error_of(attempt)
          + "; se vuelve a intentar a las " + to_iso(*attempt.due) + ".",
        " " + en + ", of " + quoted(what.service) + ", has failed" + error_of(attempt)
          + "; it is tried again at " + to_iso(*attempt.due) + ".");
  }
}

void teller::tell_parked(std::size_t step, operation op, const attempt_state& attempt) {
  const step_definition& what = plan_.steps[step];
  const bool action = op == operation::action;
  timestamp since = attempt.started;
  for (const step_row& row : rows_)
    if (row.order == attempt.row)
      since = row.ended.value_or(row.started);
  const std::string tries = std::to_string(attempt.number);
  const std::string s = attempt.number == 1 ? "" : "s";
  add(" " + std::string{action ? "El paso " : "La compensación de "} + quoted(what.name) + ", de "
        + quoted(what.service) + ", ha fallado del todo " + ago(since) + ", tras " + tries
        + " intento" + s + error_of(attempt) + ".",
      " " + std::string{action ? "The step " : "The undo of "} + quoted(what.name) + ", of "
        + quoted(what.service) + ", has failed for good " + ago(since) + ", after " + tries
        + " attempt" + s + error_of(attempt) + ".");
}

void teller::tell_choices() {
  const bool pivot_open = plan_.pivot && rules::is_blocking(state_, *plan_.pivot);
  add(" Se puede:", " What can be done:");
  const char* link = " ";
  for (const choice& each : choices_of(state_.header.way, pivot_open, in_)) {
    add(link + std::string{to_text(each.what)} + " (" + each.effect + ")");
    link = ", ";
  }
  add(".");
}

void teller::tell_rest() {
  const bool forward = state_.header.way == direction::forward;
  std::vector<std::size_t> open;
  for (std::size_t step = 0; step < state_.steps.size(); ++step) {
    const step_state& now = state_.steps[step];
    const bool to_do = forward ? now.action.status == step_status::pending
                               : rules::needs_undo(plan_, state_, step)
                                   && now.compensation.status == step_status::pending;
    if (to_do)
      open.push_back(step);
  }
  if (!open.empty())
    forward ? add(" Después vienen: " + names(open) + ".", " Then follow: " + names(open) + ".")
            : add(" Después se deshacen: " + names(open) + ".",
                  " Then these are undone: " + names(open) + ".");
  if (state_.header.cancel_pending)
    add(" Se ha pedido cancelarla: se decide cuando responda el pivote.",
        " It was asked to be cancelled: that is decided when the pivot has answered.");
  if (forward && state_.header.deadline && rules::can_turn(plan_, state_))
    add(" Si no ha terminado a las " + to_iso(*state_.header.deadline) + " (plazo), se deshace.",
        " If it has not ended by " + to_iso(*state_.header.deadline) + " (plazo), it is undone.");
}

std::string teller::error_of(const attempt_state& attempt) const {
  for (const step_row& row : rows_)
    if (row.order == attempt.row && !row.error.empty())
      return " (" + quoted(row.error) + ")";
  return {};
}

std::string teller::names(const std::vector<std::size_t>& steps) const {
  std::string text;
  for (const std::size_t step : steps)
    text += (text.empty() ? "" : ", ") + quoted(plan_.steps[step].name);
  return text;
}

} // namespace

std::string explain(const definition& plan, const saga_state& state,
                    const std::vector<step_row>& rows, timestamp now, language in) {
  return teller{plan, state, rows, now, in}.tell();
}

} // namespace sagas
