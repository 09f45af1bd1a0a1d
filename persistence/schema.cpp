#include "persistence/schema.hpp"

#include <array>

namespace sagas::schema {
namespace {

// Small columns come first: a large document spills behind them and is read only when asked for.
// Ids rise with time, so every index that ends with saga_id lists the newest side by side.
constexpr const char* version_1[] = {
  R"(CREATE TABLE sagas (
  saga_id VARCHAR(36) NOT NULL PRIMARY KEY,
  tipo VARCHAR(100) NOT NULL,
  version INTEGER NOT NULL,
  estado VARCHAR(20) NOT NULL,
  sentido VARCHAR(10) NOT NULL,
  causa VARCHAR(20) NOT NULL,
  cancelacion_pendiente INTEGER NOT NULL,
  recuperaciones INTEGER NOT NULL,
  pasos_totales INTEGER NOT NULL,
  timestamp_inicio DATETIME NOT NULL,
  timestamp_fin DATETIME,
  duracion_total_segundos FLOAT,
  plazo DATETIME,
  campania_id VARCHAR(36),
  usuario_id VARCHAR(36),
  error_mensaje TEXT,
  metadatos LONGTEXT,
  entrada LONGTEXT))",
  "CREATE INDEX sagas_estado ON sagas (estado, saga_id)",
  "CREATE INDEX sagas_tipo ON sagas (tipo, estado, saga_id)",
  "CREATE INDEX sagas_inicio ON sagas (timestamp_inicio)",
  "CREATE INDEX sagas_campania ON sagas (campania_id, saga_id) WHERE campania_id IS NOT NULL",
  "CREATE INDEX sagas_usuario ON sagas (usuario_id, saga_id) WHERE usuario_id IS NOT NULL",
  "CREATE INDEX sagas_abiertas ON sagas (saga_id) WHERE timestamp_fin IS NULL",
  "CREATE INDEX sagas_recuperadas ON sagas (saga_id) WHERE recuperaciones > 0",

  R"(CREATE TABLE pasos_saga (
  id INTEGER PRIMARY KEY,
  saga_id VARCHAR(36) NOT NULL REFERENCES sagas (saga_id),
  orden INTEGER NOT NULL,
  indice INTEGER NOT NULL,
  paso_id VARCHAR(36) NOT NULL,
  nombre VARCHAR(255) NOT NULL,
  descripcion TEXT,
  microservicio VARCHAR(100) NOT NULL,
  tipo_operacion VARCHAR(20) NOT NULL,
  estado VARCHAR(20) NOT NULL,
  resultado VARCHAR(20),
  intento_numero INTEGER NOT NULL,
  intento_base INTEGER NOT NULL,
  timestamp_inicio DATETIME NOT NULL,
  timestamp_fin DATETIME,
  duracion_segundos FLOAT,
  proxima DATETIME,
  error_mensaje TEXT,
  datos_entrada LONGTEXT,
  datos_salida LONGTEXT,
  UNIQUE (saga_id, orden)))",
  "CREATE INDEX pasos_saga_microservicio ON pasos_saga (microservicio, saga_id)",
  "CREATE INDEX pasos_saga_estado ON pasos_saga (estado)",

  R"(CREATE TABLE eventos_saga (
  id INTEGER PRIMARY KEY,
  saga_id VARCHAR(36) NOT NULL REFERENCES sagas (saga_id),
  momento DATETIME NOT NULL,
  evento VARCHAR(50) NOT NULL,
  paso VARCHAR(255),
  por TEXT,
  razon TEXT))",
  "CREATE INDEX eventos_saga_saga ON eventos_saga (saga_id)",

  R"(CREATE TABLE claves_idempotencia (
  clave TEXT NOT NULL PRIMARY KEY,
  saga_id VARCHAR(36) NOT NULL,
  huella TEXT NOT NULL) WITHOUT ROWID)",
  R"(CREATE TABLE definiciones (
  tipo VARCHAR(100) NOT NULL,
  version INTEGER NOT NULL,
  documento LONGTEXT NOT NULL,
  registrada DATETIME NOT NULL,
  PRIMARY KEY (tipo, version)))",
  // The node with the highest epoch is the one that may write.
  R"(CREATE TABLE nodos (
  nombre VARCHAR(100) NOT NULL PRIMARY KEY,
  epoca BIGINT NOT NULL,
  latido DATETIME NOT NULL) WITHOUT ROWID)",
  // The feed: one row a commit; eventos as feed_text.hpp writes them.
  R"(CREATE TABLE lotes (
  lote INTEGER PRIMARY KEY,
  momento DATETIME NOT NULL,
  cuantos INTEGER NOT NULL,
  eventos LONGTEXT NOT NULL))",

  R"(CREATE TABLE estadisticas_sagas (
  periodo VARCHAR(13) NOT NULL,
  tipo VARCHAR(100) NOT NULL,
  estado VARCHAR(20) NOT NULL,
  cuenta BIGINT NOT NULL,
  PRIMARY KEY (periodo, tipo, estado)) WITHOUT ROWID)",
  R"(CREATE TABLE duraciones_sagas (
  periodo VARCHAR(13) NOT NULL,
  tipo VARCHAR(100) NOT NULL,
  cubo INTEGER NOT NULL,
  cuenta BIGINT NOT NULL,
  suma_ms BIGINT NOT NULL,
  PRIMARY KEY (periodo, tipo, cubo)) WITHOUT ROWID)",
  R"(CREATE TABLE estadisticas_pasos (
  periodo VARCHAR(13) NOT NULL,
  tipo VARCHAR(100) NOT NULL,
  paso VARCHAR(255) NOT NULL,
  tipo_operacion VARCHAR(20) NOT NULL,
  estado VARCHAR(20) NOT NULL,
  cuenta BIGINT NOT NULL,
  reintentos BIGINT NOT NULL,
  PRIMARY KEY (periodo, tipo, paso, tipo_operacion, estado)) WITHOUT ROWID)",
  R"(CREATE TABLE duraciones_pasos (
  periodo VARCHAR(13) NOT NULL,
  tipo VARCHAR(100) NOT NULL,
  paso VARCHAR(255) NOT NULL,
  tipo_operacion VARCHAR(20) NOT NULL,
  cubo INTEGER NOT NULL,
  cuenta BIGINT NOT NULL,
  suma_ms BIGINT NOT NULL,
  PRIMARY KEY (periodo, tipo, paso, tipo_operacion, cubo)) WITHOUT ROWID)",
  // Which types can have called a service: a search by both need not look at sagas of the others.
  R"(CREATE TABLE servicios_de_tipos (
  microservicio VARCHAR(100) NOT NULL,
  tipo VARCHAR(100) NOT NULL,
  PRIMARY KEY (microservicio, tipo)) WITHOUT ROWID)",
};

// What has been removed: by id, and counted, since the statistics go on counting it.
constexpr const char* version_2[] = {
  "CREATE INDEX claves_idempotencia_saga ON claves_idempotencia (saga_id)",
  "CREATE TABLE sagas_retiradas (saga_id VARCHAR(36) NOT NULL PRIMARY KEY) WITHOUT ROWID",
  // Of a saga itself paso and tipo_operacion are empty.
  R"(CREATE TABLE cuentas_retiradas (
  tipo VARCHAR(100) NOT NULL,
  paso VARCHAR(255) NOT NULL,
  tipo_operacion VARCHAR(20) NOT NULL,
  estado VARCHAR(20) NOT NULL,
  cuenta BIGINT NOT NULL,
  PRIMARY KEY (tipo, paso, tipo_operacion, estado)) WITHOUT ROWID)",
};

// Where sagas come from that others have begun; and what operators have set up.
constexpr const char* version_3[] = {
  "ALTER TABLE sagas ADD COLUMN origen VARCHAR(36)",
  "ALTER TABLE sagas ADD COLUMN relacion VARCHAR(20)",
  "ALTER TABLE sagas ADD COLUMN paso_origen VARCHAR(255)",
  R"(CREATE TABLE ajustes (
  clase VARCHAR(20) NOT NULL,
  nombre VARCHAR(255) NOT NULL,
  documento LONGTEXT NOT NULL,
  posicion BIGINT NOT NULL,
  actualizado DATETIME NOT NULL,
  PRIMARY KEY (clase, nombre)) WITHOUT ROWID)",
};

// Which keys payloads are encrypted with, by key_register.hpp.
constexpr const char* version_4[] = {
  R"(CREATE TABLE claves_cifrado (
  clave VARCHAR(32) NOT NULL PRIMARY KEY,
  prueba VARCHAR(255) NOT NULL,
  desde DATETIME NOT NULL) WITHOUT ROWID)",
};

constexpr std::array all{migration{1, version_1}, migration{2, version_2}, migration{3, version_3},
                         migration{4, version_4}};

} // namespace

std::span<const migration> migrations() { return all; }

std::uint32_t version() { return all.back().version; }

} // namespace sagas::schema
