#include <nlohmann/json.hpp>

#include "saga/json_text.hpp"
#include "saga/simulate.hpp"

namespace sagas {
namespace {

using nlohmann::ordered_json;

// Documents of the house are JSON; what is none shows as null.
ordered_json parsed(const document& what) {
  auto value = ordered_json::parse(what.text(), nullptr, false);
  return value.is_discarded() ? ordered_json{} : value;
}

ordered_json shown(const definition& plan, const call_request& call) {
  return {{"paso", plan.steps[call.step].name},
          {"operacion", to_text(call.op)},
          {"intento", call.attempt},
          {"entrada", parsed(call.input)}};
}

void put_event(const definition& plan, const event& what, ordered_json& out) {
  const auto asked = [&out](const char* name, const authorship& who) {
    out["suceso"] = name;
    if (!who.reason.empty())
      out["razon"] = who.reason;
  };
  struct visitor {
    const definition& plan;
    ordered_json& out;
    const decltype(asked)& ask;

    void operator()(const saga_started&) const { out["suceso"] = "inicio"; }
    void operator()(const undo_begun&) const { out["suceso"] = "deshacer"; }
    void operator()(const saga_annulled&) const { out["suceso"] = "anulada"; }
    void operator()(const time_passed&) const { out["suceso"] = "tiempo"; }
    void operator()(const recovery_abandoned&) const { out["suceso"] = "carga_abandonada"; }
    void operator()(const cancel_requested& it) const { ask("cancelar", it.who); }
    void operator()(const pause_requested& it) const { ask("pausar", it.who); }
    void operator()(const resume_requested& it) const { ask("reanudar", it.who); }
    void operator()(const operator_decided& it) const {
      ask(to_text(it.what), it.who);
      out["paso"] = plan.steps[it.step].name;
    }
    void operator()(const result_reported& it) const { // no script has any
      out["suceso"] = "resultado";
      out["paso"] = plan.steps[it.step].name;
    }
    void operator()(const news_came& it) const { // nor of these
      out["suceso"] = "novedad";
      out["paso"] = plan.steps[it.step].name;
    }
    void operator()(const signal_received& it) const {
      ask("senal", it.who);
      out["senal"] = it.signal;
      out["salida"] = parsed(it.content);
    }
    void operator()(const outcome_arrived& it) const {
      out["suceso"] = "respuesta";
      out["paso"] = plan.steps[it.step].name;
      out["operacion"] = to_text(it.op);
      out["intento"] = it.attempt;
      out["resultado"] = to_text(it.what.kind);
      if (it.what.kind == outcome_kind::done)
        out["salida"] = parsed(it.what.output);
      else
        out["codigo"] = it.what.code;
      if (!it.what.reason.empty())
        out["motivo"] = it.what.reason;
    }
  };
  std::visit(visitor{plan, out, asked}, what);
}

ordered_json shown(const definition& plan, const simulated_event& seen) {
  ordered_json out{{"ms", seen.at.count()}};
  put_event(plan, seen.what, out);
  if (seen.late)
    out["sin_efecto"] = true;
  if (!seen.refused.empty())
    out["rechazado"] = seen.refused;
  out["estado"] = to_text(seen.status);
  out["llamadas"] = ordered_json::array();
  for (const call_request& call : seen.calls)
    out["llamadas"].push_back(shown(plan, call));
  for (const history_row& row : seen.history) {
    ordered_json line{{"suceso", row.kind}};
    if (!row.step.empty())
      line["paso"] = row.step;
    out["historia"].push_back(std::move(line));
  }
  return out;
}

} // namespace

document to_json(const definition& plan, const simulation& what) {
  const saga_header& header = what.last.header;
  const milliseconds end = what.trace.empty() ? milliseconds{0} : what.trace.back().at;
  ordered_json out{{"estado", to_text(header.status)},
                   {"finalizada", is_terminal(header.status)},
                   {"duracion_ms", end.count()},
                   {"error_mensaje", nullptr},
                   {"cortada", nullptr},
                   {"entrada", parsed(header.input)},
                   {"pasos", ordered_json::array()},
                   {"traza", ordered_json::array()}};
  if (!header.error.empty())
    out["error_mensaje"] = header.error;
  if (!what.cut.empty())
    out["cortada"] = what.cut;
  for (std::size_t i = 0; i < plan.steps.size(); ++i)
    out["pasos"].push_back({{"nombre", plan.steps[i].name},
                            {"estado", to_text(status_of(what.last.steps[i]))},
                            {"intentos", what.last.steps[i].action.number},
                            {"compensaciones", what.last.steps[i].compensation.number},
                            {"salida", parsed(what.last.steps[i].output)}});
  for (const simulated_event& seen : what.trace)
    out["traza"].push_back(shown(plan, seen));
  return document{out.dump()};
}

} // namespace sagas
