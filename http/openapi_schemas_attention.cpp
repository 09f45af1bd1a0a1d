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
"PasoDetenido": {
  "description": "A step that a saga is parked at: of `operacion`, what the participant said, how often it was tried, and since when it is so.",
  "type": "object",
  "required": ["nombre", "microservicio", "operacion", "causa", "resultado", "error_mensaje", "intentos", "intentos_de_esta_ronda", "desde", "segundos"],
  "properties": {
    "nombre": {"type": "string"},
    "microservicio": {"type": "string"},
    "operacion": {"$ref": "#/components/schemas/Operacion"},
    "causa": {"type": "string"},
    "resultado": {"type": ["string", "null"]},
    "error_mensaje": {"type": ["string", "null"]},
    "intentos": {"type": "integer"},
    "intentos_de_esta_ronda": {"type": "integer"},
    "desde": {"$ref": "#/components/schemas/Tiempo"},
    "segundos": {"type": "number"}},
  "example": {"nombre": "procesar_transferencias", "microservicio": "pagos", "operacion": "ACCION",
    "causa": "procesar_transferencias:ACCION:DESCONOCIDO:1f0c9a2b", "resultado": "DESCONOCIDO",
    "error_mensaje": "sin respuesta", "intentos": 3, "intentos_de_esta_ronda": 3,
    "desde": "2026-01-31T09:08:07.391Z", "segundos": 61.5}},
"Detenida": {
  "description": "A saga that waits for a person. Without `pasos` it is parked because loading it failed.",
  "type": "object",
  "required": ["saga", "pasos", "decisiones"],
  "properties": {
    "saga": {"$ref": "#/components/schemas/Saga"},
    "pasos": {"type": "array", "items": {"$ref": "#/components/schemas/PasoDetenido"}},
    "decisiones": {"type": "array", "items": {"type": "object", "required": ["decision", "efecto"],
      "properties": {"decision": {"type": "string"}, "efecto": {"type": "string"}}}}},
  "example": {"saga": {"saga_id": "019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e",
      "tipo": "procesar_pago_comisiones", "version": 1, "estado": "REQUIERE_ATENCION",
      "finalizada": false, "timestamp_inicio": "2026-01-31T09:08:07.123Z", "timestamp_fin": null,
      "duracion_total_segundos": null, "campania_id": null, "usuario_id": null, "metadatos": {},
      "error_mensaje": null, "origen": null,
      "progreso": {"pasos_totales": 5, "pasos_completados": 2, "porcentaje": 40.0}},
    "pasos": [], "decisiones": [{"decision": "reanudar", "efecto": "vuelve a cargarla y sigue donde estaba"}]}},
"PaginaDeAtencion": {
  "type": "object",
  "required": ["detenidas", "cursor"],
  "properties": {
    "detenidas": {"type": "array", "items": {"$ref": "#/components/schemas/Detenida"}},
    "cursor": {"type": ["string", "null"]}},
  "example": {"detenidas": [], "cursor": null}},
"Causas": {
  "description": "`completo` is false when there is more than was counted.",
  "type": "object",
  "required": ["calculado_en", "sagas", "completo", "causas"],
  "properties": {
    "calculado_en": {"$ref": "#/components/schemas/Tiempo"},
    "sagas": {"type": "integer"},
    "completo": {"type": "boolean"},
    "causas": {"type": "array", "items": {"type": "object",
      "required": ["causa", "tipo", "paso", "microservicio", "operacion", "resultado", "error_mensaje", "cuantas", "desde", "segundos", "ejemplo"],
      "properties": {
        "causa": {"type": "string"},
        "tipo": {"type": "string"},
        "paso": {"type": ["string", "null"]},
        "microservicio": {"type": ["string", "null"]},
        "operacion": {"type": ["string", "null"]},
        "resultado": {"type": ["string", "null"]},
        "error_mensaje": {"type": ["string", "null"], "description": "Of one of them."},
        "cuantas": {"type": "integer"},
        "desde": {"$ref": "#/components/schemas/Tiempo"},
        "segundos": {"type": "number"},
        "ejemplo": {"$ref": "#/components/schemas/SagaId"}}}}},
  "example": {"calculado_en": "2026-01-31T09:08:07.391Z", "sagas": 0, "completo": true, "causas": []}},
"Explicacion": {
  "type": "object",
  "required": ["saga_id", "estado", "idioma", "texto"],
  "properties": {
    "saga_id": {"$ref": "#/components/schemas/SagaId"},
    "estado": {"type": "string"},
    "idioma": {"enum": ["es", "en"]},
    "texto": {"type": "string"}},
  "example": {"saga_id": "019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e", "estado": "PAUSADA",
    "idioma": "es", "texto": "La saga está en pausa."}},
"DecisionMultiple": {
  "description": "One decision about all parked sagas that match `filtro`; {} is all of them.",
  "type": "object",
  "required": ["filtro", "decision", "razon"],
  "additionalProperties": false,
  "properties": {
    "filtro": {"type": "object", "additionalProperties": false, "properties": {
      "tipo": {"type": "string"},
      "microservicio": {"type": "string"},
      "paso": {"type": "string"},
      "causa": {"type": "string"},
      "mas_de": {"type": "string", "examples": ["10m"]}}},
    "decision": {"enum": ["reintentar", "omitir", "completar", "fallar", "compensar"]},
    "razon": {"type": "string", "minLength": 1, "maxLength": 1000},
    "entrada": {"type": "object", "description": "Of reintentar."},
    "salida": {"type": "object", "description": "Of completar."},
    "simular": {"type": "boolean", "default": false},
    "limite": {"type": "integer", "minimum": 1, "maximum": 10000, "default": 1000},
    "por_segundo": {"type": "integer", "minimum": 1, "maximum": 500, "default": 50}},
  "example": {"filtro": {"microservicio": "pagos", "mas_de": "10m"}, "decision": "reintentar",
    "razon": "el banco ha vuelto"}},
"TrabajoAceptado": {
  "type": "object",
  "required": ["trabajo_id", "url"],
  "properties": {"trabajo_id": {"type": "string"}, "url": {"type": "string"}},
  "example": {"trabajo_id": "019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2f",
    "url": "/api/v1/atencion/decisiones/019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2f"}},
"Trabajo": {
  "type": "object",
  "required": ["trabajo_id", "estado", "simulado", "motivo", "decididas", "rechazadas", "resultados", "siguiente"],
  "properties": {
    "trabajo_id": {"type": "string"},
    "estado": {"enum": ["EN_ESPERA", "EN_CURSO", "TERMINADO", "DETENIDO"]},
    "simulado": {"type": "boolean"},
    "motivo": {"type": ["string", "null"], "description": "Why it was ended early."},
    "decididas": {"type": "integer"},
    "rechazadas": {"type": "integer"},
    "resultados": {"type": "array", "items": {"type": "object",
      "required": ["saga_id", "paso", "estado", "rechazo"],
      "properties": {
        "saga_id": {"$ref": "#/components/schemas/SagaId"},
        "paso": {"type": ["string", "null"]},
        "estado": {"type": ["string", "null"]},
        "rechazo": {"type": ["string", "null"]}}}},
    "siguiente": {"type": ["integer", "null"]}},
  "example": {"trabajo_id": "019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2f", "estado": "TERMINADO",
    "simulado": false, "motivo": null, "decididas": 1, "rechazadas": 0,
    "resultados": [{"saga_id": "019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e",
      "paso": "procesar_transferencias", "estado": "EN_PROGRESO", "rechazo": null}],
    "siguiente": null}},
)json";

} // namespace sagas::http
