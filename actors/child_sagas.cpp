#include "actors/child_sagas.hpp"

#include <utility>

#include "actors/reply_gate.hpp"
#include "saga/child.hpp"
#include "saga/json_reader.hpp"
#include "saga/outcomes.hpp"
#include "saga/undo.hpp"

namespace sagas {
namespace {

constexpr milliseconds again_after{1'000}; // what can't be done now
const authorship parents_order{"sagas", "la saga de la que es parte ha retrocedido"};

outcome not_begun(const failure& why) {
  std::string text = why.message;
  for (const field_error& fault : why.fields)
    text += "; " + fault.pointer + ": " + fault.message;
  return outcomes::refused("la saga hija no puede empezar: " + text, "hija_rechazada");
}

saga_command order_to_cancel() {
  saga_command made;
  made.what = saga_command::kind::cancel;
  made.who = parents_order;
  return made;
}

saga_command news_of(const std::string& step) {
  saga_command made;
  made.what = saga_command::kind::news;
  made.step = step;
  return made;
}

// An undo is sent what its action answered, which names the child.
bool had_a_child(const call& what) {
  const auto sent = parse_json(what.request.input.text(), what.request.input.text().size());
  if (!sent || !sent->is_object())
    return false;
  const auto said = sent->find("salida");
  return said != sent->end() && said->is_object() && said->contains("saga_id");
}

} // namespace

struct child_sagas::child {
  stored_saga rows;
  definition_ptr plan;
  bool has_ended() const { return is_terminal(rows.header.status); }
};

struct child_sagas::order {
  const call& what;
  const answer& reply;
  const child_terms& terms;
  std::string key;
};

child_sagas::child_sagas(ports with)
  : with_(std::move(with)), gate_(std::make_shared<actors::reply_gate>()) {}

void child_sagas::close() { gate_->close(); }

void child_sagas::invoke(const call& what, answer reply) {
  gate_->pass([&] {
    const step_definition& step = what.step();
    if (!step.child)
      return reply(outcomes::refused("el paso no es una saga hija", "sin_hija"));
    const order of{what, reply, *step.child, child_key(what.saga, step.name)};
    what.request.op == operation::action ? begin(of) : undo(of);
  });
}

void child_sagas::begin(const order& of) {
  const auto found = find(of.key);
  if (!found)
    return of.reply(later());
  if (*found) {
    const child& is = **found;
    if (is.has_ended())
      return of.reply(result_of_child(*is.plan, is.rows));
    return ask_after(of, is, is.rows.header.started);
  }
  const definition_ptr plan = of.terms.version > 0
                                ? with_.definitions.find(of.terms.type, of.terms.version)
                                : with_.definitions.find(of.terms.type);
  if (!plan)
    return of.reply(not_begun({errc::not_found, "no hay definición de " + of.terms.type}));
  const auto parent = parent_of(of);
  if (!parent)
    return of.reply(parent.error().code == errc::conflict ? not_begun(parent.error()) : later());
  auto start = child_start(plan, *parent, of.what);
  if (!start)
    return of.reply(not_begun(start.error()));
  ask_for(of, std::move(*start), with_.clock());
}

void child_sagas::undo(const order& of) {
  const auto found = find(of.key);
  if (!found)
    return of.reply(later());
  if (!*found)
    return annul(of);
  const child& is = **found;
  if (!is.has_ended()) {
    if (is.rows.header.way == direction::forward)
      with_.engine.command(is.rows.header.id, order_to_cancel(),
                           [](const result<saga_status>&) {}); // its rows tell
    return ask_after(of, is, with_.clock());
  }
  if (is.rows.header.status != saga_status::completed)
    return of.reply(undo_of_failed_child(*is.plan, is.rows));
  undo_completed(of, is);
}

void child_sagas::undo_completed(const order& of, const child& which) {
  const auto known = with_.reads.started_with(undo_key(which.rows.header.id));
  if (!known)
    return of.reply(later());
  timestamp since = with_.clock();
  if (*known) {
    const auto undo = with_.reads.saga(**known);
    if (!undo || !*undo)
      return of.reply(later());
    const saga_header& is = (*undo)->header;
    if (is_terminal(is.status))
      return of.reply(undo_of_completed_child(is.id, is.status));
    since = is.started;
  }
  auto start = undo_start(which.plan, which.rows, parents_order, std::nullopt);
  if (!start) // it did nothing that has an undo
    return of.reply(outcomes::done());
  ask_for(of, std::move(*start), since);
}

void child_sagas::annul(const order& of) {
  if (had_a_child(of.what))
    return of.reply(outcomes::refused(
      "la saga hija terminó bien y sus filas ya se han retirado: no se puede deshacer",
      "hija_retirada"));
  const definition_ptr plan = with_.definitions.find(of.terms.type);
  if (!plan) // nor can it have begun
    return of.reply(outcomes::done());
  with_.engine.start(annulled_start(plan, of.what),
                     [reply = of.reply, wait = later()](const result<started>& how) {
                       reply(how && how->fresh ? outcomes::done() : wait);
                     });
}

// Its key finds it again: nothing begins.
void child_sagas::ask_after(const order& of, const child& which, timestamp since) {
  start_request same;
  same.plan = which.plan;
  same.once = annulled_start(which.plan, of.what).once;
  ask_for(of, std::move(same), since);
}

// Begins it, or finds the one that has its key; its end makes the parent ask again.
void child_sagas::ask_for(const order& of, start_request start, timestamp since) {
  const timestamp ask = child_asked_after(since, with_.clock());
  const saga_command news = news_of(of.what.step().name);
  with_.engine.start(
    std::move(start),
    [reply = of.reply, ask, wait = later()](const result<started>& how) {
      if (!how && how.error().code == errc::internal)
        return reply(outcomes::broken(how.error().message));
      reply(how ? outcomes::running_until(ask) : wait);
    },
    [gate = gate_, &engine = with_.engine, parent = of.what.sender, news](saga_status) {
      gate->pass([&] { engine.command(parent, news, [](const result<saga_status>&) {}); });
    });
}

result<std::optional<child_sagas::child>> child_sagas::find(const std::string& key) const {
  const auto id = with_.reads.started_with(key);
  if (!id)
    return id.error();
  if (!*id)
    return std::optional<child>{};
  auto rows = with_.reads.stored(**id);
  if (!rows)
    return rows.error();
  if (!*rows)
    return {errc::unavailable, "it is being removed"};
  const saga_header& header = (*rows)->header;
  auto plan = with_.definitions.find(header.type, header.version);
  if (!plan)
    return {errc::corrupt, "its definition is not known here"};
  return std::optional<child>{{std::move(**rows), std::move(plan)}};
}

// Who calls. errc::conflict when its child would be too deep.
result<saga_header> child_sagas::parent_of(const order& of) const {
  std::optional<saga_header> parent;
  std::optional<saga_id> next = of.what.sender;
  for (std::size_t depth = 0; next; ++depth) {
    if (depth >= child_depth_max)
      return {errc::conflict, "hay " + std::to_string(child_depth_max)
                                + " sagas una dentro de otra: no puede haber más"};
    auto found = with_.reads.saga(*next);
    if (!found)
      return found.error();
    if (!*found)
      break; // removed: those above it count no more
    const saga_header& is = (*found)->header;
    next = is.origin && is.origin->relation == saga_relation::child ? std::optional{is.origin->saga}
                                                                    : std::nullopt;
    if (!parent)
      parent = is;
  }
  if (!parent)
    return {errc::unavailable, "the saga that calls can't be read"};
  return std::move(*parent);
}

outcome child_sagas::later() const { return outcomes::running_until(with_.clock() + again_after); }

} // namespace sagas
