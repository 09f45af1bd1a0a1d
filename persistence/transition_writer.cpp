#include "persistence/transition_writer.hpp"

namespace sagas {
namespace {

// The columns of a step's row that its outcome changes.
constexpr const char* step_changes =
  "UPDATE pasos_saga SET estado=:e, resultado=:r, timestamp_fin=:f, duracion_segundos=:d, "
  "proxima=:p, error_mensaje=:m, datos_salida=:s WHERE saga_id=:g AND orden=:o";

template <class Fields>
soci::statement make_step_change(soci::session& session, const char* condition, Fields& step) {
  return make_write(session, std::string{step_changes} + condition, step.status, step.kind,
                    step.ended, step.duration, step.due, step.error, step.output, step.saga,
                    step.order);
}

commit_ack rejected(const char* why) {
  commit_ack ack;
  ack.what = commit_ack::verdict::rejected;
  ack.error = why;
  return ack;
}

} // namespace

transition_writer::transition_writer(soci::session& session, payload_codec& payloads)
  : payloads_(payloads),
    claim_key_(make_write(session,
                          "INSERT INTO claves_idempotencia VALUES (:c, :s, :h) "
                          "ON CONFLICT DO NOTHING",
                          key_, saga_.id, fingerprint_)),
    find_key_(session),
    insert_saga_(make_write(
      session,
      "INSERT INTO sagas (saga_id, tipo, version, estado, sentido, causa, cancelacion_pendiente, "
      "recuperaciones, pasos_totales, timestamp_inicio, timestamp_fin, duracion_total_segundos, "
      "plazo, campania_id, usuario_id, error_mensaje, origen, relacion, paso_origen, metadatos, "
      "entrada) VALUES "
      "(:a, :b, :c, :d, :e, :f, :g, :h, :i, :j, :k, :l, :m, :n, :o, :p, :q, :r, :s, :t, :u)",
      saga_.id, saga_.type, saga_.version, saga_.status, saga_.way, saga_.cause,
      saga_.cancel_pending, saga_.recoveries, saga_.steps_total, saga_.started, saga_.ended,
      saga_.duration, saga_.deadline, saga_.campaign, saga_.user, saga_.error, saga_.origin,
      saga_.relation, saga_.origin_step, saga_.metadata, saga_.input)),
    update_saga_(make_write(session,
                            "UPDATE sagas SET estado=:e, sentido=:w, causa=:c, "
                            "cancelacion_pendiente=:p, timestamp_fin=:f, "
                            "duracion_total_segundos=:d, error_mensaje=:m "
                            "WHERE saga_id=:s AND timestamp_fin IS NULL",
                            saga_.status, saga_.way, saga_.cause, saga_.cancel_pending, saga_.ended,
                            saga_.duration, saga_.error, saga_.id)),
    insert_step_(make_write(
      session,
      "INSERT INTO pasos_saga (saga_id, orden, indice, paso_id, nombre, descripcion, "
      "microservicio, tipo_operacion, estado, resultado, intento_numero, intento_base, "
      "timestamp_inicio, timestamp_fin, duracion_segundos, proxima, error_mensaje, datos_entrada, "
      "datos_salida) VALUES "
      "(:a, :b, :c, :d, :e, :f, :g, :h, :i, :j, :k, :l, :m, :n, :o, :p, :q, :r, :s)",
      step_.saga, step_.order, step_.index, step_.step_id, step_.name, step_.description,
      step_.service, step_.op, step_.status, step_.kind, step_.attempt, step_.base, step_.started,
      step_.ended, step_.duration, step_.due, step_.error, step_.input, step_.output)),
    end_step_(make_step_change(session, " AND timestamp_fin IS NULL", step_)), find_step_(session),
    amend_step_(make_step_change(session, "", step_)),
    insert_history_(make_write(session,
                               "INSERT INTO eventos_saga (saga_id, momento, evento, paso, por, "
                               "razon) VALUES (:s, :t, :e, :p, :b, :r)",
                               saga_.id, at_, kind_, step_name_, by_, reason_)) {
  fill_fields(find_key_, existing_, existing_fingerprint_);
  use_fields(find_key_, key_);
  prepare(find_key_, "SELECT saga_id, huella FROM claves_idempotencia WHERE clave=:c");
  old_.fill(find_step_);
  use_fields(find_step_, step_.saga, step_.order);
  prepare(find_step_, std::string{"SELECT "} + step_record::columns
                        + " FROM pasos_saga WHERE saga_id=:s AND orden=:o");
}

commit_ack transition_writer::write(const changes& what, tally& to) {
  saga_.id.set(what.id);
  if (what.insert && what.once)
    if (const auto taken = claim_key(what))
      return *taken;
  if (what.insert && !what.header)
    return rejected("a new saga without its row");
  if (what.header) {
    if (!write_saga(what))
      return rejected("there is no such saga, or it has ended");
    to.count(what);
  }
  for (const step_row& row : what.steps)
    if (!write_step(what, row, to))
      return rejected("there is no such row of a step, or it is damaged");
  write_history(what);
  return {};
}

// The duplicate's answer when the key is taken.
std::optional<commit_ack> transition_writer::claim_key(const changes& what) {
  key_.set(what.once->key);
  payloads_.set(fingerprint_, {payload_column::start_digest, saga_.id.text},
                what.once->fingerprint);
  if (run(claim_key_) == 1)
    return std::nullopt;
  commit_ack ack;
  ack.what = commit_ack::verdict::duplicate;
  each_row(find_key_, [&] {
    ack.existing = existing_.as_id();
    ack.same_start = payloads_.try_open({payload_column::start_digest, existing_.text},
                                        existing_fingerprint_.text)
                     == what.once->fingerprint;
  });
  return ack;
}

bool transition_writer::write_saga(const changes& what) {
  saga_.set(*what.header, what.insert, payloads_);
  return run(what.insert ? insert_saga_ : update_saga_) == 1;
}

bool transition_writer::write_step(const changes& what, const step_row& row, tally& to) {
  step_.set(what.id, *what.plan, row, payloads_);
  if (row.insert)
    run(insert_step_);
  else if (run(end_step_) != 1)
    return amend_step(what, row, to);
  if (row.ended)
    to.count(what, row);
  return true;
}

// A row that has ended already changes once more, by an operator's decision.
bool transition_writer::amend_step(const changes& what, const step_row& row, tally& to) {
  std::optional<step_row> old;
  try {
    each_row(find_step_, [&] { old = old_.facts(); });
  } catch (const damaged_row&) {
    return false;
  }
  if (!old)
    return false;
  to.forget(what, *old);
  run(amend_step_);
  if (row.ended)
    to.count(what, row);
  return true;
}

void transition_writer::write_history(const changes& what) {
  for (const history_row& row : what.history) {
    at_.set(row.at);
    kind_.set(row.kind);
    step_name_.set_or_null(row.step);
    by_.set_or_null(row.by);
    reason_.set_or_null(row.reason);
    run(insert_history_);
  }
}

} // namespace sagas
