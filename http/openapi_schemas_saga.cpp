// Schemas of starting and of sagas themselves.
#include "http/openapi_schemas.hpp"

namespace sagas::http {

const char* const start_schemas = R"json(
"LanzarCampania": {
  "description": "The campaign, wrapped in `campania` or flat. Without `campania_id` one is made.",
  "type": "object",
  "properties": {
    "campania": {"$ref": "#/components/schemas/EntradaDeCampania"},
    "usuario_id": {"$ref": "#/components/schemas/Id"},
    "metadatos": {"$ref": "#/components/schemas/Objeto"},
    "inyeccion": {"$ref": "#/components/schemas/Inyeccion"}},
  "example": {"campania": {"campania_id": "camp-001", "nombre": "Verano 2026",
    "tipo": "promocional",
    "canal_publicidad": "online", "objetivo": "incrementar_ventas", "segmento_audiencia": "general",
    "presupuesto": 5000, "moneda": "USD", "fecha_inicio": "2026-06-01", "fecha_fin": "2026-08-31",
    "descripcion": "Descuentos de verano"}}},
"EntradaDeCampania": {
  "type": "object",
  "required": ["nombre"],
  "properties": {
    "campania_id": {"$ref": "#/components/schemas/Id"},
    "nombre": {"type": "string", "minLength": 1, "maxLength": 255},
    "tipo": {"type": "string", "description": "promocional, descuento, cashback, ..."},
    "canal_publicidad": {"type": "string", "default": "online"},
    "objetivo": {"type": "string",
      "description": "incrementar_ventas, fidelizar_clientes, captar_nuevos_clientes, ..."},
    "segmento_audiencia": {"type": "string", "default": "general"},
    "presupuesto": {"type": "number", "exclusiveMinimum": 0, "default": 1000},
    "moneda": {"type": "string", "default": "USD"},
    "fecha_inicio": {"type": "string"},
    "fecha_fin": {"type": "string", "description": "Later than fecha_inicio."},
    "descripcion": {"type": "string"}},
  "example": {"nombre": "Verano 2026", "tipo": "promocional", "presupuesto": 5000}},
"IniciarSaga": {
  "type": "object",
  "required": ["tipo"],
  "additionalProperties": false,
  "properties": {
    "tipo": {"type": "string", "description": "A registered definition."},
    "version": {"type": "integer", "minimum": 1, "description": "Absent: the newest."},
    "campania_id": {"$ref": "#/components/schemas/Id"},
    "usuario_id": {"$ref": "#/components/schemas/Id"},
    "entrada": {"$ref": "#/components/schemas/Objeto"},
    "metadatos": {"$ref": "#/components/schemas/Objeto"},
    "inyeccion": {"$ref": "#/components/schemas/Inyeccion"}},
  "example": {"tipo": "lanzar_campania_completa", "campania_id": "camp-001", "usuario_id": "u-7",
    "entrada": {"nombre": "Verano 2026", "presupuesto": 5000}, "metadatos": {"origen": "panel"}}},
"IniciarSagaEnLote": {
  "description": "As IniciarSaga, with a key of its own.",
  "type": "object",
  "required": ["tipo"],
  "properties": {
    "tipo": {"type": "string"},
    "entrada": {"$ref": "#/components/schemas/Objeto"},
    "clave_idempotencia": {"type": "string", "minLength": 1, "maxLength": 200}},
  "example": {"tipo": "lanzar_campania_completa", "entrada": {"nombre": "Verano 2026"},
    "clave_idempotencia": "verano-2026"}},
"Inyeccion": {
  "description": "Failures to inject, where the configuration allows it.",
  "type": "object",
  "example": {"afiliados": {"fallo_negocio": 1.0}}},
"Inicio": {
  "type": "object",
  "required": ["saga_id", "campania_id", "estado", "urls_seguimiento"],
  "properties": {
    "saga_id": {"$ref": "#/components/schemas/SagaId"},
    "campania_id": {"type": ["string", "null"]},
    "estado": {"$ref": "#/components/schemas/EstadoDeSaga"},
    "urls_seguimiento": {
      "type": "object",
      "required": ["estado", "progreso", "cancelar"],
      "properties": {"estado": {"type": "string"}, "progreso": {"type": "string"},
        "cancelar": {"type": "string"}}}},
  "example": {"saga_id": "019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e", "campania_id": "camp-001",
    "estado": "EN_PROGRESO", "urls_seguimiento": {
      "estado": "/api/v1/sagas/019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e/estado",
      "progreso": "/api/v1/sagas/019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e/progreso",
      "cancelar": "/api/v1/sagas/019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e/cancelar"}}},
"ResultadoDeLote": {
  "description": "`saga` when it was started, `problema` when not.",
  "type": "object",
  "required": ["indice", "estado_http"],
  "properties": {
    "indice": {"type": "integer", "minimum": 0},
    "estado_http": {"type": "integer"},
    "repetida": {"type": "boolean", "description": "An earlier start with the same key answers."},
    "saga": {"$ref": "#/components/schemas/Inicio"},
    "problema": {"$ref": "#/components/schemas/Problema"}},
  "example": {"indice": 1, "estado_http": 422, "problema": {"type": "/problemas/entrada-invalida",
    "title": "Invalid input", "status": 422,
    "detail": "the start: 1 fault: correct what errores lists and send it again",
    "errores": [{"pointer": "/tipo", "mensaje": "is missing: name the definition to start"}]}}},
)json";

const char* const saga_schemas = R"json(
"Id": {"type": "string", "minLength": 1, "maxLength": 36, "pattern": "^[A-Za-z0-9_.:-]+$",
  "example": "camp-001"},
"SagaId": {"type": "string", "minLength": 36, "maxLength": 36,
  "example": "019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e"},
"Tiempo": {"type": "string", "description": "ISO 8601, UTC, milliseconds.",
  "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$",
  "example": "2026-01-31T09:08:07.123Z"},
"TiempoONulo": {"type": ["string", "null"], "example": null},
"Objeto": {"type": "object", "example": {"clave": "valor"}},
"EstadoDeSaga": {"type": "string", "enum": ["INICIADA", "EN_PROGRESO", "PAUSADA", "COMPENSANDO",
  "REQUIERE_ATENCION", "COMPLETADA", "COMPENSADA", "CANCELADA", "FALLIDA"],
  "example": "COMPLETADA"},
"EstadoDePaso": {"type": "string", "enum": ["PENDIENTE", "EJECUTANDO", "COMPLETADO", "FALLIDO",
  "COMPENSANDO", "COMPENSADO", "OMITIDO"], "example": "COMPLETADO"},
"Operacion": {"type": "string", "enum": ["ACCION", "COMPENSACION"], "example": "ACCION"},
"Progreso": {
  "type": "object",
  "required": ["pasos_totales", "pasos_completados", "porcentaje"],
  "properties": {
    "pasos_totales": {"type": "integer", "minimum": 0},
    "pasos_completados": {"type": "integer", "minimum": 0},
    "porcentaje": {"type": "number", "minimum": 0, "maximum": 100}},
  "example": {"pasos_totales": 4, "pasos_completados": 4, "porcentaje": 100}},
"Estado": {
  "type": "object",
  "required": ["saga_id", "estado", "finalizada"],
  "properties": {
    "saga_id": {"$ref": "#/components/schemas/SagaId"},
    "estado": {"$ref": "#/components/schemas/EstadoDeSaga"},
    "finalizada": {"type": "boolean"}},
  "example": {"saga_id": "019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e", "estado": "COMPLETADA",
    "finalizada": true}},
"Saga": {
  "type": "object",
  "required": ["saga_id", "tipo", "version", "estado", "finalizada", "timestamp_inicio",
    "timestamp_fin", "duracion_total_segundos", "campania_id", "usuario_id", "metadatos",
    "error_mensaje", "origen", "progreso"],
  "properties": {
    "saga_id": {"$ref": "#/components/schemas/SagaId"},
    "tipo": {"type": "string"},
    "version": {"type": "integer", "minimum": 1},
    "estado": {"$ref": "#/components/schemas/EstadoDeSaga"},
    "origen": {"type": ["object", "null"],
      "description": "the saga that this one undoes (deshace), or a step of which it is (hija)",
      "required": ["saga_id", "relacion", "paso"],
      "properties": {
        "saga_id": {"$ref": "#/components/schemas/SagaId"},
        "relacion": {"type": "string", "enum": ["deshace", "hija"]},
        "paso": {"type": ["string", "null"]}}},
    "finalizada": {"type": "boolean"},
    "timestamp_inicio": {"$ref": "#/components/schemas/Tiempo"},
    "timestamp_fin": {"$ref": "#/components/schemas/TiempoONulo"},
    "duracion_total_segundos": {"type": ["number", "null"], "description": "null until it ends"},
    "campania_id": {"type": ["string", "null"]},
    "usuario_id": {"type": ["string", "null"]},
    "metadatos": {"type": "object"},
    "error_mensaje": {"type": ["string", "null"]},
    "progreso": {"$ref": "#/components/schemas/Progreso"}},
  "example": {"saga_id": "019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e", "tipo": "lanzar_campania_completa",
    "version": 1, "estado": "COMPLETADA", "finalizada": true,
    "timestamp_inicio": "2026-01-31T09:08:07.123Z", "timestamp_fin": "2026-01-31T09:08:07.391Z",
    "duracion_total_segundos": 0.268, "campania_id": "camp-001", "usuario_id": null,
    "metadatos": {}, "error_mensaje": null, "origen": null,
    "progreso": {"pasos_totales": 4, "pasos_completados": 4, "porcentaje": 100}}},
"SagaConPasos": {
  "description": "A Saga with each step's summary.",
  "allOf": [{"$ref": "#/components/schemas/Saga"}],
  "required": ["deshecha_por", "pasos"],
  "properties": {
    "deshecha_por": {"type": ["string", "null"], "description": "the saga that undoes it"},
    "pasos": {"type": "array", "items": {
    "type": "object",
    "required": ["nombre", "microservicio", "estado", "intentos", "compensaciones", "hija"],
    "properties": {
      "nombre": {"type": "string"},
      "microservicio": {"type": "string"},
      "estado": {"$ref": "#/components/schemas/EstadoDePaso"},
      "intentos": {"type": "integer", "minimum": 0},
      "compensaciones": {"type": "integer", "minimum": 0},
      "hija": {"type": ["string", "null"], "description": "the saga that this step has begun"}}}}}},
"PaginaDeSagas": {
  "type": "object",
  "required": ["sagas", "cursor"],
  "properties": {
    "sagas": {"type": "array", "items": {"$ref": "#/components/schemas/Saga"}},
    "cursor": {"type": ["string", "null"], "description": "For the next page; null: no more."}}},
"Paso": {
  "description": "One attempt of a step's action or of its compensation.",
  "type": "object",
  "required": ["paso_id", "nombre", "descripcion", "microservicio", "estado", "tipo_operacion",
    "intento_numero", "resultado", "timestamp_inicio", "timestamp_fin", "duracion_segundos",
    "datos_entrada", "datos_salida", "error_mensaje"],
  "properties": {
    "paso_id": {"type": "string"},
    "nombre": {"type": "string"},
    "descripcion": {"type": "string"},
    "microservicio": {"type": "string"},
    "estado": {"$ref": "#/components/schemas/EstadoDePaso"},
    "tipo_operacion": {"$ref": "#/components/schemas/Operacion"},
    "intento_numero": {"type": "integer", "minimum": 0},
    "resultado": {"enum": ["HECHO", "NEGOCIO", "TECNICO", "DESCONOCIDO", "EN_CURSO", null]},
    "timestamp_inicio": {"$ref": "#/components/schemas/Tiempo"},
    "timestamp_fin": {"$ref": "#/components/schemas/TiempoONulo"},
    "duracion_segundos": {"type": ["number", "null"]},
    "datos_entrada": {"type": ["object", "null"]},
    "datos_salida": {"type": ["object", "null"]},
    "error_mensaje": {"type": ["string", "null"]}},
  "example": {"paso_id": "019c2f5e-7b3a-8c11-9d2e-0f6b8a4c1d2e",
    "nombre": "solicitar_afiliados_elegibles", "descripcion": "Busca los afiliados elegibles",
    "microservicio": "afiliados", "estado": "COMPLETADO", "tipo_operacion": "ACCION",
    "intento_numero": 1, "resultado": "HECHO", "timestamp_inicio": "2026-01-31T09:08:07.123Z",
    "timestamp_fin": "2026-01-31T09:08:07.150Z", "duracion_segundos": 0.027,
    "datos_entrada": {"campania_id": "camp-001"}, "datos_salida": {"encontrados": 3},
    "error_mensaje": null}},
"ProgresoDetallado": {
  "type": "object",
  "required": ["saga", "pasos", "progreso"],
  "properties": {
    "saga": {"$ref": "#/components/schemas/Saga"},
    "pasos": {"type": "array", "items": {"$ref": "#/components/schemas/Paso"}},
    "progreso": {"$ref": "#/components/schemas/Progreso"}}},
)json";

} // namespace sagas::http
