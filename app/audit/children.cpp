// Sagas that are steps of others: each child against its parent's rows.
#include <set>

#include "app/audit/tables.hpp"

namespace sagas::audit {
namespace {

// The newest action and the newest undo of the step, as the parent has them; the end of what undoes
// the child.
constexpr const char* children_sql =
  "SELECT h.saga_id, h.origen, h.paso_origen, h.tipo, h.estado, p.tipo, p.version, a.estado,"
  " a.resultado, u.estado, u.resultado, d.estado FROM sagas AS h"
  " LEFT JOIN sagas AS p ON p.saga_id = h.origen"
  " LEFT JOIN pasos_saga AS a ON a.saga_id = p.saga_id AND a.orden = (SELECT max(orden) FROM"
  " pasos_saga WHERE saga_id = p.saga_id AND nombre = h.paso_origen AND tipo_operacion = 'ACCION')"
  " LEFT JOIN pasos_saga AS u ON u.saga_id = p.saga_id AND u.orden = (SELECT max(orden) FROM"
  " pasos_saga WHERE saga_id = p.saga_id AND nombre = h.paso_origen"
  " AND tipo_operacion = 'COMPENSACION')"
  " LEFT JOIN claves_idempotencia AS k ON k.clave = 'sagas:deshacer/' || h.saga_id"
  " LEFT JOIN sagas AS d ON d.saga_id = k.saga_id"
  " WHERE h.relacion = 'hija' ORDER BY h.saga_id";

struct child {
  std::string id, parent, step, type, status;
  std::string parent_type;
  std::int64_t parent_version = 0;
  bool parent_known = false;
  bool done = false;   // so says the parent, of the participant's word
  bool undone = false; // likewise
  std::string undo_status;
};

child read_child(rows& from) {
  child read;
  read.id = from.text(0);
  read.parent = from.text(1);
  read.step = from.text(2);
  read.type = from.text(3);
  read.status = from.text(4);
  read.parent_type = from.text(5);
  read.parent_known = !from.is_null(5);
  read.parent_version = from.integer(6);
  read.done = from.text(7) == "COMPLETADO" && from.text(8) == "HECHO";
  read.undone = from.text(9) == "COMPENSADO" && from.text(10) == "HECHO";
  read.undo_status = from.text(11);
  return read;
}

void check_child(const child& it, const shapes& plans, const accuse& wrong) {
  const std::string of = "step '" + it.step + "' of " + it.parent;
  const auto plan = plans.find({it.parent_type, it.parent_version});
  if (plan == plans.end())
    return; // told of the parent
  const auto step = plan->second.find(it.step);
  if (!step || plan->second.steps[*step].child != it.type)
    return wrong("D2", it.id, "is a " + it.type + ", which " + of + " does not begin");
  if (it.done && it.status != "COMPLETADA")
    wrong("D2", it.id, "is " + it.status + ", but " + of + " is done");
  const bool undone = it.status == "CANCELADA" || it.status == "COMPENSADA"
                      || it.status == "FALLIDA" || it.undo_status == "COMPENSADA";
  if (it.undone && !undone)
    wrong("D2", it.id, "is " + it.status + ", but " + of + " is undone");
}

} // namespace

status check_children(database& store, const shapes& plans, const accuse& wrong) {
  if (!tells_origins(store))
    return nothing{};
  std::set<std::pair<std::string, std::string>> steps;
  rows from = store.query(children_sql);
  while (from.next()) {
    const child it = read_child(from);
    if (!steps.emplace(it.parent, it.step).second)
      wrong("D2", it.id, "is a second child of step '" + it.step + "' of " + it.parent);
    if (it.parent_known) // else it was removed, which it is only when it has ended
      check_child(it, plans, wrong);
  }
  if (from.error())
    return *from.error();
  return nothing{};
}

} // namespace sagas::audit
