#include "app/audit/tables.hpp"

#include <utility>

namespace sagas::audit {
namespace {

status end_of(const rows& from) {
  if (from.error())
    return *from.error();
  return nothing{};
}

void check_key(const std::string& name, const key_view& key, const std::string& stored,
               removals& removed, const accuse& wrong) {
  const std::string what = "the key '" + name + "' ";
  std::vector<std::string> kept;
  for (const std::string& saga : key.sagas)
    if (!removed.contain(saga))
      kept.push_back(saga);
  if (kept.size() > 1)
    wrong("A3", kept.front(), what + "was answered with different sagas");
  if (key.acknowledged.size() > 1 && kept.size() == key.sagas.size())
    wrong("A3", stored, what + "was accepted with different bodies");
  for (const std::string& saga : kept)
    if (saga != stored)
      wrong("A1", saga,
            what
              + (stored.empty() ? "was acknowledged, but is not stored"
                                : "was acknowledged with it, but belongs to another"));
  if (key.refused && !key.unknown && key.sagas.empty() && !stored.empty())
    wrong("A1", stored, what + "was refused, and yet it started a saga");
}

} // namespace

status check_keys(database& store, const client_history& clients, removals& removed,
                  const accuse& wrong) {
  std::unordered_map<std::string, std::string> stored;
  rows from = store.query("SELECT clave, saga_id FROM claves_idempotencia");
  while (from.next()) {
    const std::string key = from.text(0);
    if (key.starts_with("sagas:")) // the program's own
      continue;
    if (!clients.keys.contains(key))
      wrong("A2", from.text(1), "the key '" + key + "' was used by no client");
    stored.emplace(key, from.text(1));
  }
  if (from.error())
    return *from.error();
  static const std::string none;
  for (const auto& [name, key] : clients.keys) {
    const auto at = stored.find(name);
    if (!name.empty()) // starts without a key are known by their answers alone
      check_key(name, key, at == stored.end() ? none : at->second, removed, wrong);
  }
  return nothing{};
}

status check_epochs(database& store, database& ledger, const accuse& wrong) {
  rows granted = store.query("SELECT max(epoca) FROM nodos");
  const std::int64_t newest = granted.next() ? granted.integer(0) : 0;
  if (granted.error())
    return *granted.error();
  rows line = ledger.query(
    "SELECT saga_id, epoca, id FROM diario WHERE que <> 'epoca' ORDER BY id");
  std::int64_t before = 0;
  while (line.next()) {
    const std::int64_t epoch = line.integer(1);
    if (epoch <= 0 || epoch > newest)
      wrong("F1", line.text(0),
            "line " + line.text(2) + " of the diary came from epoch " + line.text(1)
              + ", which was never granted");
    if (epoch < before)
      wrong("F2", line.text(0),
            "line " + line.text(2) + " of the diary came from epoch " + line.text(1) + " after "
              + std::to_string(before));
    before = std::max(before, epoch);
  }
  return end_of(line);
}

// A saga that was removed is gone, with its rows, and stays so.
status check_removed(database& store, const accuse& wrong) {
  rows back = store.query("SELECT saga_id FROM sagas_retiradas AS r WHERE EXISTS "
                          "(SELECT 1 FROM sagas AS s WHERE s.saga_id = r.saga_id)");
  while (back.next())
    wrong("A5", back.text(0), "was removed for its age, and yet is stored");
  return end_of(back);
}

status check_statistics(database& store, const removals& removed, const accuse& wrong) {
  if (removed.exist())
    if (status done = check_removed(store, wrong); !done)
      return done;
  const std::string gone = removed.exist() ? "SELECT tipo, paso, tipo_operacion, estado, cuenta"
                                             " FROM cuentas_retiradas"
                                           : "SELECT '', '', '', '', 0 WHERE 0";
  rows sagas = store.query(
    ("WITH gone (tipo, paso, operacion, estado, cuenta) AS (" + gone
     + ")"
       "SELECT tipo, estado, sum(n), sum(k) FROM ("
       "  SELECT tipo, estado, count(*) AS n, 0 AS k FROM sagas GROUP BY 1, 2 UNION ALL"
       "  SELECT tipo, estado, cuenta, 0 FROM gone WHERE paso = '' UNION ALL"
       "  SELECT tipo, estado, 0, cuenta FROM estadisticas_sagas WHERE periodo = 'TOTAL')"
       " GROUP BY 1, 2 HAVING sum(n) <> sum(k)")
      .c_str());
  while (sagas.next())
    wrong("A5", {},
          "there are or were " + sagas.text(2) + " sagas " + sagas.text(0) + " " + sagas.text(1)
            + "; the statistics count " + sagas.text(3));
  if (sagas.error())
    return *sagas.error();
  rows steps = store.query(
    ("WITH gone (tipo, paso, operacion, estado, cuenta) AS (" + gone
     + ")"
       "SELECT paso, operacion, estado, sum(n), sum(k) FROM ("
       "  SELECT nombre AS paso, tipo_operacion AS operacion, estado, count(*) AS n, 0 AS k"
       "  FROM pasos_saga WHERE timestamp_fin IS NOT NULL GROUP BY 1, 2, 3 UNION ALL"
       "  SELECT paso, operacion, estado, cuenta, 0 FROM gone WHERE paso <> '' UNION ALL"
       "  SELECT paso, tipo_operacion, estado, 0, cuenta FROM estadisticas_pasos"
       "  WHERE periodo = 'TOTAL') GROUP BY 1, 2, 3 HAVING sum(n) <> sum(k)")
      .c_str());
  while (steps.next())
    wrong("A5", {},
          "there are or were " + steps.text(3) + " rows of " + steps.text(0) + " " + steps.text(1)
            + " " + steps.text(2) + "; the statistics count " + steps.text(4));
  return end_of(steps);
}

void accounts::add(const saga_case& saga) {
  if (!saga.is_terminal() || (saga.status == "FALLIDA" && !saga.turned()))
    return;
  for (const step_facts& step : saga.steps) {
    const attempt* settled = step.settled_action();
    const bool skipped = settled && settled->status == "OMITIDO";
    if (!step.witnessed || step.decided || skipped || (saga.turned() && !step.shape->undoable))
      continue;
    entry& at = by_step_[step.shape->name];
    at.in_force += step.kept && step.kept->in_force() && step.kept->has_effect ? 1 : 0;
    at.done += saga.status == "COMPLETADA" && settled && settled->outcome == "HECHO" ? 1 : 0;
  }
}

void accounts::close(const accuse& wrong) const {
  for (const auto& [step, count] : by_step_)
    if (count.in_force != count.done)
      wrong("accounting", {},
            "'" + step + "' is in force for " + std::to_string(count.in_force) + " ended sagas; "
              + std::to_string(count.done) + " completed ones have done it");
}

} // namespace sagas::audit
