// The rows of `sagas` and `pasos_saga` between statements and values: the one place where payloads
// are sealed and opened. Internal to persistence/.
#pragma once

#include "persistence/payload_codec.hpp"
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

  /// @param insert whether it is new: input and metadata never change
  void set(const saga_header& what, bool insert, payload_codec& payloads);
  /// Throws damaged_row and locked_payload.
  saga_header header(payload_codec& payloads) const;
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

  void set(const saga_id& of, const definition& plan, const step_row& what,
           payload_codec& payloads);
  /// @param of the saga's id, as it is stored. Throws damaged_row and locked_payload.
  step_row row(std::string_view of, payload_codec& payloads) const;
  /// All but the payloads. Throws damaged_row.
  step_row facts() const;
};

} // namespace sagas
