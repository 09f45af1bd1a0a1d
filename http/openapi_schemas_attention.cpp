// Schemas of what waits for an operator, and of decisions.
#include "http/openapi_schemas.hpp"

namespace sagas::http {

const char* const attention_schemas = R"json(
"Decision": {
  "description": "Why; written to the saga's history, which nothing changes.",
  "type": "object",
  "required": ["razon"],
  "additionalProperties": false,
  "properties": {"razon": {"type": "string", "minLength": 1, "maxLength": 1000}},
  "example": {"razon": "el lote no se va a pagar"}},
"OrdenReintentar": {
  "type": "object",
  "required": ["razon"],
  "additionalProperties": false,
  "properties": {
    "razon": {"type": "string", "minLength": 1, "maxLength": 1000},
    "entrada": {"type": "object", "description": "What the step is sent with from now on, instead of what its template gives. The idempotency key stays the same: a participant that had done it already answers as before."}},
  "example": {"razon": "la cuenta estaba mal", "entrada": {"cuenta": "ES12"}}},
"OrdenCompletar": {
  "type": "object",
  "required": ["razon"],
  "additionalProperties": false,
  "properties": {
    "razon": {"type": "string", "minLength": 1, "maxLength": 1000},
    "salida": {"type": "object", "description": "The step's output, as if it had answered it."}},
  "example": {"razon": "hecho a mano", "salida": {"configuracion_id": "cfg-1"}}},
"LlamadaPrevista": {
  "type": "object",
  "required": ["paso", "microservicio", "operacion", "intento"],
  "properties": {
    "paso": {"type": "string"},
    "microservicio": {"type": "string"},
    "operacion": {"$ref": "#/components/schemas/Operacion"},
    "intento": {"type": "integer"},
    "entrada": {}},
  "example": {"paso": "procesar_transferencias", "microservicio": "pagos", "operacion": "ACCION",
    "intento": 4, "entrada": {"lote_id": "b-7"}}},
"Simulacro": {
  "description": "What a command would lead to. `llamadas` would be sent at once; `espera` is what it would wait for then; `si_todo_va_bien`: what would still follow if every participant answered that it is done, and the state in the end.",
  "type": "object",
  "required": ["saga_id", "simulado", "estado", "finalizada", "llamadas", "historia", "espera", "si_todo_va_bien"],
  "properties": {
    "saga_id": {"$ref": "#/components/schemas/SagaId"},
    "simulado": {"const": true},
    "estado": {"type": "string"},
    "finalizada": {"type": "boolean"},
    "llamadas": {"type": "array", "items": {"$ref": "#/components/schemas/LlamadaPrevista"}},
    "historia": {"type": "array", "items": {"type": "object", "required": ["evento"],
      "properties": {"evento": {"type": "string"}, "paso": {"type": "string"}}}},
    "espera": {"type": "object", "required": ["respuestas", "hasta"], "properties": {
      "respuestas": {"type": "array", "items": {"$ref": "#/components/schemas/LlamadaPrevista"}},
      "hasta": {"type": ["string", "null"]}}},
    "si_todo_va_bien": {"type": "object", "required": ["estado", "llamadas"], "properties": {
      "estado": {"type": "string"},
      "llamadas": {"type": "array", "items": {"$ref": "#/components/schemas/LlamadaPrevista"}}}}},
  "example": {"saga_id": "019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e", "simulado": true,
    "estado": "EN_PROGRESO", "finalizada": false,
    "llamadas": [{"paso": "procesar_transferencias", "microservicio": "pagos",
      "operacion": "ACCION", "intento": 4, "entrada": {"lote_id": "b-7"}}],
    "historia": [{"evento": "reintentar", "paso": "procesar_transferencias"}],
    "espera": {"respuestas": [{"paso": "procesar_transferencias", "microservicio": "pagos",
      "operacion": "ACCION", "intento": 4}], "hasta": "2026-01-31T09:08:37.391Z"},
    "si_todo_va_bien": {"estado": "COMPLETADA", "llamadas": []}}},
)json";

} // namespace sagas::http
