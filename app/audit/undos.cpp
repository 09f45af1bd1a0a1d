// Sagas that undo others which had ended well: each pair against the participants' ledger, which
// knows the two by the first one's id.
#include <set>

#include "app/audit/tables.hpp"

namespace sagas::audit {
namespace {

constexpr const char* pairs_sql =
  "SELECT u.saga_id, u.origen, u.estado, o.estado FROM sagas AS u LEFT JOIN sagas AS o"
  " ON o.saga_id = u.origen WHERE u.relacion = 'deshace' ORDER BY u.saga_id";
constexpr const char* undone_sql =
  "SELECT nombre FROM pasos_saga WHERE saga_id = ?1 AND estado = 'COMPENSADO'";
constexpr const char* in_force_sql =
  "SELECT paso FROM efectos WHERE saga_id = ?1 AND actuado AND NOT deshecho";

status check_ledger(database& store, database& ledger, const std::string& undo,
                    const std::string& origin, const accuse& wrong) {
  std::set<std::string> undone;
  rows steps = store.query(undone_sql, undo);
  while (steps.next())
    undone.insert(steps.text(0));
  if (steps.error())
    return *steps.error();
  rows effects = ledger.query(in_force_sql, origin);
  while (effects.next())
    if (undone.contains(effects.text(0)))
      wrong("D1", undo,
            "has undone '" + effects.text(0) + "' of " + origin + ", whose effect is in force");
  if (effects.error())
    return *effects.error();
  return nothing{};
}

} // namespace

bool tells_origins(database& store) {
  rows column = store.query(
    "SELECT count(*) FROM pragma_table_info('sagas') WHERE name = 'relacion'");
  return column.next() && column.integer(0) > 0;
}

status check_undos(database& store, database* ledger, const accuse& wrong) {
  if (!tells_origins(store))
    return nothing{};
  std::set<std::string> origins;
  rows pair = store.query(pairs_sql);
  while (pair.next()) {
    const std::string undo = pair.text(0);
    const std::string origin = pair.text(1);
    if (!origins.insert(origin).second)
      wrong("D1", undo, "is a second undo of " + origin);
    if (!pair.is_null(3) && pair.text(3) != "COMPLETADA")
      wrong("D1", undo, "undoes " + origin + ", which is " + pair.text(3));
    if (ledger)
      if (const status checked = check_ledger(store, *ledger, undo, origin, wrong); !checked)
        return checked;
  }
  if (pair.error())
    return *pair.error();
  return nothing{};
}

} // namespace sagas::audit
