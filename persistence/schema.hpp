// The tables of the store, as SQLite holds them: what people's own SQL relies on.
//
// Times are text "2026-11-25 09:08:07.123" (UTC): they sort, and SQLite's date functions take them.
// Documents are JSON text. The statistics are kept up in the commit of the rows that they count:
//   estadisticas_sagas   sagas by the hour of timestamp_inicio, tipo and estado
//   duraciones_sagas     ended sagas by that hour, tipo and bucket (histogram.hpp), with the sum
//   estadisticas_pasos   rows of pasos_saga that have ended (timestamp_fin is set), by the hour of
//                        their own timestamp_inicio, tipo of the saga, paso, operation and estado;
//                        reintentos: how many of them had intento_numero > 1
//   duraciones_pasos     the same rows by bucket, with the sum of their durations
// Each is kept for its hour, for its day and for all time (periods.hpp), and goes on counting what
// has been removed. What that was:
//   sagas_retiradas      the ids
//   cuentas_retiradas    how many sagas by tipo and estado, and how many rows of pasos_saga that
//                        had ended by paso, operation and estado as well
// What operators have set up (saga/kept.hpp) is in `ajustes`.
// Payloads may be encrypted (payload_codec.hpp): entrada, metadatos, datos_entrada, datos_salida,
// and error_mensaje of both tables.
//   claves_cifrado       the keys that some payload may have been sealed with
#pragma once

#include <cstdint>
#include <span>

namespace sagas::schema {

/// In the file's header: which program's file it is ("SAG1").
inline constexpr std::uint32_t application_id = 0x53414731;

/// The statements that lead from the version before to this one.
struct migration {
  std::uint32_t version;
  std::span<const char* const> statements;
};

/// All, by version: 1, 2, ... A released one never changes.
std::span<const migration> migrations();

/// The newest.
std::uint32_t version();

} // namespace sagas::schema
