#include "persistence/mysql_writer.hpp"

#include <unordered_map>

#include "saga/text.hpp"

namespace sagas {
namespace {

bulk_text insert(const std::string& into, std::size_t columns) {
  return {"INSERT INTO " + into + " VALUES ", placeholders(columns), ", ", ""};
}

// The rows that change, each found by its key, and joined to a table of their new values. The other
// way round the server would gather the changes in a second table, which is a file when a column of
// text is among them.
std::string update_from(const std::string& table, const char* key) {
  return "UPDATE " + table + " AS t FORCE INDEX (" + key + ") STRAIGHT_JOIN (";
}

bulk_text saga_changes() {
  return {update_from("sagas", "PRIMARY"),
          "SELECT :p AS saga_id, :p AS estado, :p AS sentido, :p AS causa, :p AS pendiente, "
          ":p AS fin, :p AS duracion, :p AS error",
          " UNION ALL ",
          ") AS v ON v.saga_id = t.saga_id SET t.estado = v.estado, t.sentido = v.sentido, "
          "t.causa = v.causa, t.cancelacion_pendiente = v.pendiente, t.timestamp_fin = v.fin, "
          "t.duracion_total_segundos = v.duracion, t.error_mensaje = v.error "
          "WHERE t.timestamp_fin IS NULL AND t.saga_id IN (",
          {{":p", ", ", ")"}}};
}

// The documents stay out of the table of new values: a text of more than 512 characters would make
// it a file, too.
bulk_text step_changes(const std::string& condition) {
  return {update_from("pasos_saga", "pasos_saga_orden"),
          "SELECT # AS n, :p AS saga_id, :p AS orden, :p AS estado, :p AS resultado, "
          ":p AS timestamp_fin, :p AS duracion, :p AS proxima, :p AS error",
          " UNION ALL ",
          ") AS v ON v.saga_id = t.saga_id AND v.orden = t.orden SET t.estado = v.estado, "
          "t.resultado = v.resultado, t.timestamp_fin = v.timestamp_fin, "
          "t.duracion_segundos = v.duracion, t.proxima = v.proxima, t.error_mensaje = v.error, "
          "t.datos_salida = ELT(v.n, ",
          {{":p", ", ", ") WHERE (t.saga_id, t.orden) IN ("}, {"(:p, :p)", ", ", ")" + condition}}};
}

commit_ack rejected(const char* why) {
  commit_ack ack;
  ack.what = commit_ack::verdict::rejected;
  ack.error = why;
  return ack;
}

} // namespace

mysql_writer::mysql_writer(soci::session& session, payload_codec& payloads)
  : payloads_(payloads), keys_(session, payloads),
    new_sagas_(session,
               insert("sagas (saga_id, tipo, version, estado, sentido, causa, "
                      "cancelacion_pendiente, recuperaciones, pasos_totales, timestamp_inicio, "
                      "timestamp_fin, duracion_total_segundos, plazo, campania_id, usuario_id, "
                      "error_mensaje, origen, relacion, paso_origen, metadatos, entrada)",
                      21)),
    changed_sagas_(session, saga_changes()),
    new_steps_(session,
               insert("pasos_saga (saga_id, orden, indice, paso_id, nombre, descripcion, "
                      "microservicio, tipo_operacion, estado, resultado, intento_numero, "
                      "intento_base, timestamp_inicio, timestamp_fin, duracion_segundos, proxima, "
                      "error_mensaje, datos_entrada, datos_salida)",
                      19)),
    ended_steps_(session, step_changes(" AND t.timestamp_fin IS NULL")),
    amended_steps_(session, step_changes("")),
    history_(session, insert("eventos_saga (saga_id, momento, evento, paso, por, razon)", 6)),
    find_step_(session) {
  old_.fill(find_step_);
  use_fields(find_step_, old_.saga, old_.order);
  prepare(find_step_, std::string{"SELECT "} + step_record::columns
                        + " FROM pasos_saga WHERE saga_id = :s AND orden = :o");
}

void mysql_writer::clear() {
  keys_.clear();
  new_sagas_.clear();
  changed_sagas_.clear();
  new_steps_.clear();
  ended_steps_.clear();
  amended_steps_.clear();
  history_.clear();
}

std::optional<std::vector<commit_ack>> mysql_writer::write(std::span<const changes> batch,
                                                           tally& to) {
  clear();
  // A saga's second transition builds on its first, so each round holds one of every saga.
  std::vector<round> rounds;
  std::unordered_map<std::string, std::size_t> seen;
  for (const changes& what : batch) {
    const std::size_t at = seen[to_text(what.id)]++;
    rounds.resize(std::max(rounds.size(), at + 1));
    rounds[at].push_back(&what);
  }
  std::map<const changes*, commit_ack> duplicates;
  for (const round& each : rounds)
    if (!write_round(each, to, duplicates))
      return std::nullopt;
  std::vector<commit_ack> acks(batch.size());
  for (const auto& [what, ack] : duplicates)
    acks[static_cast<std::size_t>(what - batch.data())] = ack;
  return acks;
}

commit_ack mysql_writer::write_alone(const changes& what, tally& to) {
  clear();
  round one{&what};
  if (const auto taken = keys_.claim(one); !taken.empty())
    return taken.begin()->second;
  if (what.insert && !what.header)
    return rejected("a new saga without its row");
  if (!write_sagas(one, to))
    return rejected("there is no such saga, or it has ended");
  insert_steps(one, to);
  for (const step_row& row : what.steps) {
    if (row.insert)
      continue;
    ended_steps_.add([&](step_record& to_end) { to_end.set(what.id, *what.plan, row, payloads_); });
    if (ended_steps_.finish()) {
      if (row.ended)
        to.count(what, row);
    } else if (!amend(what, row, to)) {
      return rejected("there is no such row of a step, or it is damaged");
    }
  }
  write_history(one);
  return {};
}

bool mysql_writer::write_round(const round& all, tally& to,
                               std::map<const changes*, commit_ack>& duplicates) {
  round fresh;
  const auto taken = keys_.claim(all);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (const auto found = taken.find(i); found != taken.end())
      duplicates[all[i]] = found->second;
    else if (all[i]->insert && !all[i]->header)
      return false;
    else
      fresh.push_back(all[i]);
  }
  if (!write_sagas(fresh, to))
    return false;
  insert_steps(fresh, to);
  if (!end_steps(fresh, to))
    return false;
  write_history(fresh);
  return true;
}

bool mysql_writer::write_sagas(const round& all, tally& to) {
  for (const changes* what : all) {
    if (!what->header)
      continue;
    const auto set = [&](saga_record& row) { row.set(*what->header, what->insert, payloads_); };
    if (what->insert)
      new_sagas_.add(set);
    else
      changed_sagas_.add(set);
    to.count(*what);
  }
  return new_sagas_.finish() && changed_sagas_.finish();
}

void mysql_writer::insert_steps(const round& all, tally& to) {
  for (const changes* what : all)
    for (const step_row& row : what->steps) {
      if (!row.insert)
        continue;
      new_steps_.add([&](step_record& made) { made.set(what->id, *what->plan, row, payloads_); });
      if (row.ended)
        to.count(*what, row);
    }
  new_steps_.finish();
}

bool mysql_writer::end_steps(const round& all, tally& to) {
  for (const changes* what : all)
    for (const step_row& row : what->steps) {
      if (row.insert)
        continue;
      ended_steps_.add(
        [&](step_record& ended) { ended.set(what->id, *what->plan, row, payloads_); });
      if (row.ended)
        to.count(*what, row);
    }
  return ended_steps_.finish();
}

// A row that has ended already changes once more, by an operator's decision.
bool mysql_writer::amend(const changes& what, const step_row& row, tally& to) {
  std::optional<step_row> old;
  old_.saga.set(what.id);
  old_.order.value = row.order;
  try {
    each_row(find_step_, [&] { old = old_.facts(); });
  } catch (const damaged_row&) {
    return false;
  }
  if (!old || !old->ended)
    return false;
  to.forget(what, *old);
  amended_steps_.add(
    [&](step_record& amended) { amended.set(what.id, *what.plan, row, payloads_); });
  if (row.ended)
    to.count(what, row);
  return amended_steps_.finish();
}

void mysql_writer::write_history(const round& all) {
  for (const changes* what : all)
    for (const history_row& row : what->history)
      history_.add([&](mysql_rows::history& to) {
        to.saga.set(what->id);
        to.at.set(row.at);
        to.kind.set(row.kind);
        to.step.set_or_null(row.step);
        to.by.set_or_null(row.by);
        to.reason.set_or_null(row.reason);
      });
  history_.finish();
}

} // namespace sagas
