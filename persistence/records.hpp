// The rows of `sagas` and `pasos_saga` between statements and values. Internal to persistence/.
#pragma once

#include "persistence/fields.hpp"
#include "saga/rows.hpp"

namespace sagas {

/// One row of `sagas`.
struct saga_record {
  text_field id, type, status, way, cause, started, ended, deadline, campaign, user, error;
  text_field origin, relation, origin_step, metadata, input;
  number_field version, cancel_pending, recoveries, steps_total;
  seconds_field duration;

  /// What a SELECT must name for fill(), in this order; the input is the last.
  static constexpr const char* columns =
    "saga_id, tipo, version, estado, sentido, causa, cancelacion_pendiente, recuperaciones, "
    "pasos_totales, timestamp_inicio, timestamp_fin, plazo, campania_id, usuario_id, "
    "error_mensaje, origen, relacion, paso_origen, metadatos, entrada";
  void fill(soci::statement& from);

  void set(const saga_header& what);
  /// Throws damaged_row.
  saga_header header() const;
};

/// One row of `pasos_saga`.
struct step_record {
  text_field saga, step_id, name, description, service, op, status, kind, started, ended, due;
  text_field error, input, output;
  number_field order, index, attempt, base;
  seconds_field duration;

  static constexpr const char* columns =
    "orden, indice, paso_id, nombre, descripcion, microservicio, tipo_operacion, estado, "
    "resultado, intento_numero, intento_base, timestamp_inicio, timestamp_fin, proxima, "
    "error_mensaje, datos_entrada, datos_salida";
  void fill(soci::statement& from);

  void set(const saga_id& of, const definition& plan, const step_row& what);
  /// Throws damaged_row.
  step_row row() const;
};

} // namespace sagas
