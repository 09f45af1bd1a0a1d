#include "persistence/mysql_tables.hpp"

#include <array>

// Ends every table: bytes decide about equality and order, as in SQLite.
#define SAGAS_TABLE_END ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"

namespace sagas::mysql_tables {
namespace {

// InnoDB has no partial indexes: timestamp_fin in front parts the open sagas from the ended ones.
constexpr const char* version_1[] = {
  R"(CREATE TABLE IF NOT EXISTS sagas (
  saga_id VARCHAR(36) NOT NULL PRIMARY KEY,
  tipo VARCHAR(100) NOT NULL,
  version INTEGER NOT NULL,
  estado VARCHAR(20) NOT NULL,
  sentido VARCHAR(10) NOT NULL,
  causa VARCHAR(20) NOT NULL,
  cancelacion_pendiente INTEGER NOT NULL,
  recuperaciones INTEGER NOT NULL,
  pasos_totales INTEGER NOT NULL,
  timestamp_inicio DATETIME(3) NOT NULL,
  timestamp_fin DATETIME(3),
  duracion_total_segundos DOUBLE,
  plazo DATETIME(3),
  campania_id VARCHAR(36),
  usuario_id VARCHAR(36),
  error_mensaje MEDIUMTEXT,
  metadatos LONGTEXT,
  entrada LONGTEXT,
  INDEX sagas_estado (estado, saga_id),
  INDEX sagas_tipo (tipo, estado, saga_id),
  INDEX sagas_inicio (timestamp_inicio),
  INDEX sagas_campania (campania_id, saga_id),
  INDEX sagas_usuario (usuario_id, saga_id),
  INDEX sagas_abiertas (timestamp_fin, saga_id),
  INDEX sagas_recuperadas (recuperaciones, saga_id)
)" SAGAS_TABLE_END,
  R"(CREATE TABLE IF NOT EXISTS pasos_saga (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  saga_id VARCHAR(36) NOT NULL,
  orden INTEGER NOT NULL,
  indice INTEGER NOT NULL,
  paso_id VARCHAR(36) NOT NULL,
  nombre VARCHAR(255) NOT NULL,
  descripcion MEDIUMTEXT,
  microservicio VARCHAR(100) NOT NULL,
  tipo_operacion VARCHAR(20) NOT NULL,
  estado VARCHAR(20) NOT NULL,
  resultado VARCHAR(20),
  intento_numero INTEGER NOT NULL,
  intento_base INTEGER NOT NULL,
  timestamp_inicio DATETIME(3) NOT NULL,
  timestamp_fin DATETIME(3),
  duracion_segundos DOUBLE,
  proxima DATETIME(3),
  error_mensaje MEDIUMTEXT,
  datos_entrada LONGTEXT,
  datos_salida LONGTEXT,
  UNIQUE INDEX pasos_saga_orden (saga_id, orden),
  INDEX pasos_saga_microservicio (microservicio, saga_id),
  INDEX pasos_saga_estado (estado),
  FOREIGN KEY (saga_id) REFERENCES sagas (saga_id)
)" SAGAS_TABLE_END,
  R"(CREATE TABLE IF NOT EXISTS eventos_saga (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  saga_id VARCHAR(36) NOT NULL,
  momento DATETIME(3) NOT NULL,
  evento VARCHAR(50) NOT NULL,
  paso VARCHAR(255),
  por MEDIUMTEXT,
  razon MEDIUMTEXT,
  INDEX eventos_saga_saga (saga_id),
  FOREIGN KEY (saga_id) REFERENCES sagas (saga_id)
)" SAGAS_TABLE_END,
  // Bytes: a caller's keys differ by a space at the end, too.
  R"(CREATE TABLE IF NOT EXISTS claves_idempotencia (
  clave VARBINARY(1000) NOT NULL PRIMARY KEY,
  saga_id VARCHAR(36) NOT NULL,
  huella VARBINARY(1000) NOT NULL
)" SAGAS_TABLE_END,
  R"(CREATE TABLE IF NOT EXISTS definiciones (
  tipo VARCHAR(100) NOT NULL,
  version INTEGER NOT NULL,
  documento LONGTEXT NOT NULL,
  registrada DATETIME(3) NOT NULL,
  PRIMARY KEY (tipo, version)
)" SAGAS_TABLE_END,
  R"(CREATE TABLE IF NOT EXISTS nodos (
  nombre VARCHAR(100) NOT NULL PRIMARY KEY,
  epoca BIGINT NOT NULL,
  latido DATETIME(3) NOT NULL
)" SAGAS_TABLE_END,
  R"(CREATE TABLE IF NOT EXISTS escritores (
  escritor INTEGER NOT NULL PRIMARY KEY,
  epoca BIGINT NOT NULL,
  ultimo BIGINT NOT NULL
)" SAGAS_TABLE_END,
  R"(CREATE TABLE IF NOT EXISTS contadores (
  nombre VARCHAR(20) NOT NULL PRIMARY KEY,
  valor BIGINT NOT NULL
)" SAGAS_TABLE_END,
  "INSERT IGNORE INTO contadores VALUES ('epoca', 0), ('lote', 0)",
  R"(CREATE TABLE IF NOT EXISTS lotes (
  lote BIGINT NOT NULL PRIMARY KEY,
  momento DATETIME(3) NOT NULL,
  cuantos INTEGER NOT NULL,
  eventos LONGTEXT NOT NULL
)" SAGAS_TABLE_END,
  R"(CREATE TABLE IF NOT EXISTS estadisticas_sagas (
  periodo VARCHAR(13) NOT NULL,
  tipo VARCHAR(100) NOT NULL,
  estado VARCHAR(20) NOT NULL,
  cuenta BIGINT NOT NULL,
  escritor INTEGER NOT NULL,
  PRIMARY KEY (periodo, tipo, estado, escritor)
)" SAGAS_TABLE_END,
  R"(CREATE TABLE IF NOT EXISTS duraciones_sagas (
  periodo VARCHAR(13) NOT NULL,
  tipo VARCHAR(100) NOT NULL,
  cubo INTEGER NOT NULL,
  cuenta BIGINT NOT NULL,
  suma_ms BIGINT NOT NULL,
  escritor INTEGER NOT NULL,
  PRIMARY KEY (periodo, tipo, cubo, escritor)
)" SAGAS_TABLE_END,
  R"(CREATE TABLE IF NOT EXISTS estadisticas_pasos (
  periodo VARCHAR(13) NOT NULL,
  tipo VARCHAR(100) NOT NULL,
  paso VARCHAR(255) NOT NULL,
  tipo_operacion VARCHAR(20) NOT NULL,
  estado VARCHAR(20) NOT NULL,
  cuenta BIGINT NOT NULL,
  reintentos BIGINT NOT NULL,
  escritor INTEGER NOT NULL,
  PRIMARY KEY (periodo, tipo, paso, tipo_operacion, estado, escritor)
)" SAGAS_TABLE_END,
  R"(CREATE TABLE IF NOT EXISTS duraciones_pasos (
  periodo VARCHAR(13) NOT NULL,
  tipo VARCHAR(100) NOT NULL,
  paso VARCHAR(255) NOT NULL,
  tipo_operacion VARCHAR(20) NOT NULL,
  cubo INTEGER NOT NULL,
  cuenta BIGINT NOT NULL,
  suma_ms BIGINT NOT NULL,
  escritor INTEGER NOT NULL,
  PRIMARY KEY (periodo, tipo, paso, tipo_operacion, cubo, escritor)
)" SAGAS_TABLE_END,
  R"(CREATE TABLE IF NOT EXISTS servicios_de_tipos (
  microservicio VARCHAR(100) NOT NULL,
  tipo VARCHAR(100) NOT NULL,
  PRIMARY KEY (microservicio, tipo)
)" SAGAS_TABLE_END,
};

constexpr const char* version_2[] = {
  "CREATE INDEX claves_idempotencia_saga ON claves_idempotencia (saga_id)",
  R"(CREATE TABLE IF NOT EXISTS sagas_retiradas (
  saga_id VARCHAR(36) NOT NULL PRIMARY KEY
)" SAGAS_TABLE_END,
  R"(CREATE TABLE IF NOT EXISTS cuentas_retiradas (
  tipo VARCHAR(100) NOT NULL,
  paso VARCHAR(255) NOT NULL,
  tipo_operacion VARCHAR(20) NOT NULL,
  estado VARCHAR(20) NOT NULL,
  cuenta BIGINT NOT NULL,
  PRIMARY KEY (tipo, paso, tipo_operacion, estado)
)" SAGAS_TABLE_END,
};

// The columns come without a copy of the table, and all of them or none.
constexpr const char* version_3[] = {
  "ALTER TABLE sagas ADD COLUMN origen VARCHAR(36), ADD COLUMN relacion VARCHAR(20), "
  "ADD COLUMN paso_origen VARCHAR(255)",
  R"(CREATE TABLE IF NOT EXISTS ajustes (
  clase VARCHAR(20) NOT NULL,
  nombre VARCHAR(255) NOT NULL,
  documento LONGTEXT NOT NULL,
  posicion BIGINT NOT NULL,
  actualizado DATETIME(3) NOT NULL,
  PRIMARY KEY (clase, nombre)
)" SAGAS_TABLE_END,
};

constexpr const char* version_4[] = {
  R"(CREATE TABLE IF NOT EXISTS claves_cifrado (
  clave VARCHAR(32) NOT NULL PRIMARY KEY,
  prueba VARCHAR(255) NOT NULL,
  desde DATETIME(3) NOT NULL
)" SAGAS_TABLE_END,
};

constexpr std::array all{migration{1, version_1}, migration{2, version_2}, migration{3, version_3},
                         migration{4, version_4}};

} // namespace

std::span<const migration> migrations() { return all; }

} // namespace sagas::mysql_tables
