// Schedules in the API's description.
#include "http/openapi_schemas.hpp"

namespace sagas::http {

const char* const schedule_schemas = R"json(
"Programa": {
  "type": "object",
  "description": "Which saga starts at which times, and what becomes of runs that were missed: docs/schedules.md.",
  "required": ["cron", "inicio"],
  "additionalProperties": false,
  "properties": {
    "cron": {"type": "string", "maxLength": 200,
      "description": "minute hour day-of-month month weekday, or @hourly, @daily, @weekly, @monthly, @yearly"},
    "zona": {"type": "string", "default": "UTC", "description": "of the clocks that cron is about, such as Europe/Madrid"},
    "perdidas": {"enum": ["omitir", "una", "todas"], "default": "omitir",
      "description": "of the runs that were missed: start none, the newest one, or all, at most the newest 1000"},
    "tolerancia": {"type": "string", "default": "5m", "description": "a run that is later was missed; 10s to 7d"},
    "pausado": {"type": "boolean", "default": false},
    "instante_en": {"type": "string", "description": "the member of entrada that tells the instant of the run"},
    "inicio": {"$ref": "#/components/schemas/IniciarSaga"}},
  "example": {"cron": "0 9 * * MON-FRI", "zona": "Europe/Madrid", "perdidas": "una", "instante_en": "fecha",
    "inicio": {"tipo": "cierre_diario", "entrada": {"oficina": "centro"}}}},
"ProgramaPuesto": {
  "type": "object",
  "required": ["nombre"],
  "properties": {"nombre": {"type": "string"}},
  "example": {"nombre": "cierre"}},
"ProgramaVisto": {
  "type": "object",
  "required": ["nombre", "estado", "motivo", "cambiado", "siguiente", "ultima", "ultimo_saga_id",
    "iniciadas", "perdidas", "fallidas", "ultimo_fallo", "programa"],
  "properties": {
    "nombre": {"type": "string"},
    "estado": {"enum": ["activo", "pausado", "averiado"],
      "description": "averiado: its last run could not be started, or it can't be read; it goes on with the next"},
    "motivo": {"type": "string", "description": "of averiado"},
    "cambiado": {"type": "string", "format": "date-time"},
    "siguiente": {"type": ["string", "null"], "description": "the next run"},
    "ultima": {"type": ["string", "null"],
      "description": "the last run that was started; since the server began, as the next four"},
    "ultimo_saga_id": {"type": ["string", "null"]},
    "iniciadas": {"type": "integer"},
    "perdidas": {"type": "integer", "description": "given up, for they were missed"},
    "fallidas": {"type": "integer", "description": "could not be started, whenever"},
    "ultimo_fallo": {"type": "string", "description": "empty: the last start went well"},
    "programa": {"type": ["object", "null"], "description": "as it was set up; null: it can't be read"}},
  "example": {"nombre": "cierre", "estado": "activo", "motivo": "", "cambiado": "2026-01-31T09:08:07.123Z",
    "siguiente": "2026-02-02T08:00:00.000Z", "ultima": "2026-01-30T08:00:00.000Z",
    "ultimo_saga_id": "019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e", "iniciadas": 12, "perdidas": 0, "fallidas": 0,
    "ultimo_fallo": "", "programa": {"cron": "0 9 * * MON-FRI", "zona": "Europe/Madrid",
      "inicio": {"tipo": "cierre_diario"}}}},
"PaginaDeProgramas": {
  "type": "object",
  "required": ["programas", "siguiente"],
  "properties": {
    "programas": {"type": "array", "items": {"$ref": "#/components/schemas/ProgramaVisto"}},
    "siguiente": {"type": ["string", "null"], "description": "for ?despues_de, when there are more"}},
  "example": {"programas": [], "siguiente": null}},
"Siguientes": {
  "type": "object",
  "required": ["siguientes"],
  "properties": {"siguientes": {"type": "array", "items": {"type": "string", "format": "date-time"}}},
  "example": {"siguientes": ["2026-02-02T08:00:00.000Z", "2026-02-03T08:00:00.000Z"]}},
)json";

} // namespace sagas::http
