// Schemas of events, commands, figures, definitions and problems.
#include "http/openapi_schemas.hpp"

namespace sagas::http {

const char* const event_schemas = R"json(
"Suceso": {
  "description": "What happened: to the saga, to an attempt, or what an operator decided.",
  "type": "object",
  "required": ["timestamp", "saga_id", "evento"],
  "properties": {
    "timestamp": {"$ref": "#/components/schemas/Tiempo"},
    "saga_id": {"$ref": "#/components/schemas/SagaId"},
    "evento": {"type": "string", "examples": ["saga_iniciada", "intento_enviado",
      "intento_terminado", "aparcada", "saga_terminada"]},
    "estado": {"type": "string"},
    "paso": {"type": "string"},
    "microservicio": {"type": "string"},
    "tipo_operacion": {"$ref": "#/components/schemas/Operacion"},
    "intento_numero": {"type": "integer"},
    "resultado": {"type": "string"},
    "por": {"type": ["string", "null"]},
    "razon": {"type": ["string", "null"]},
    "error_mensaje": {"type": "string"}},
  "example": {"timestamp": "2026-01-31T09:08:07.123Z",
    "saga_id": "019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e", "evento": "saga_iniciada",
    "estado": "INICIADA"}},
"Cambio": {
  "description": "The data of an event: of an attempt when `paso` is there, else of the saga.",
  "type": "object",
  "required": ["saga_id", "tipo", "timestamp", "estado"],
  "properties": {
    "saga_id": {"$ref": "#/components/schemas/SagaId"},
    "tipo": {"type": "string"},
    "timestamp": {"$ref": "#/components/schemas/Tiempo"},
    "estado": {"type": "string"},
    "paso": {"type": "string"},
    "tipo_operacion": {"$ref": "#/components/schemas/Operacion"},
    "intento_numero": {"type": "integer"}},
  "example": {"saga_id": "019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e", "tipo": "lanzar_campania_completa",
    "timestamp": "2026-01-31T09:08:07.391Z", "estado": "COMPLETADA"}},
"Orden": {
  "description": "Why; written to the saga's history.",
  "type": "object",
  "additionalProperties": false,
  "properties": {"razon": {"type": "string", "maxLength": 1000}},
  "example": {"razon": "pedido del cliente"}},
"Resultado": {
  "type": "object",
  "required": ["resultado"],
  "additionalProperties": false,
  "properties": {
    "resultado": {"enum": ["hecho", "negocio"],
      "description": "negocio: refused for good, without an effect."},
    "salida": {"type": "object", "description": "Of what is hecho: the step's output."},
    "codigo": {"type": "string", "maxLength": 100},
    "motivo": {"type": "string", "maxLength": 1000}},
  "example": {"resultado": "hecho", "salida": {"reserva": "r-7"}}},
"Senal": {
  "type": "object",
  "description": "What the signal says: the output of the step that waits for it.",
  "example": {"aprobada": true, "por": "maria"}},
"Retiro": {
  "type": "object",
  "required": ["saga_ids"],
  "additionalProperties": false,
  "properties": {
    "saga_ids": {"type": "array", "maxItems": 500,
      "items": {"$ref": "#/components/schemas/SagaId"}}},
  "example": {"saga_ids": ["019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e"]}},
"Retiradas": {
  "type": "object",
  "required": ["retiradas"],
  "properties": {
    "retiradas": {"type": "integer", "description": "How many of them are gone by this."}},
  "example": {"retiradas": 1}},
"Recifrado": {
  "type": "object",
  "required": ["clave", "sagas", "recifradas", "ilegibles", "causa", "terminada", "claves_en_uso"],
  "properties": {
    "clave": {"type": ["string", "null"],
      "description": "The name of the key that encrypts now; null: payloads are stored plain."},
    "sagas": {"type": "integer", "description": "How many of them this call has looked at."},
    "recifradas": {"type": "integer", "description": "Payloads that this call has stored anew."},
    "ilegibles": {"type": "integer",
      "description": "Payloads of the whole pass that could not be opened, and were left."},
    "causa": {"type": ["string", "null"], "description": "Why the first of those did not open."},
    "terminada": {"type": "boolean", "description": "Nothing is left to be looked at."},
    "claves_en_uso": {"type": "array", "items": {"type": "string"},
      "description": "Once `terminada`: the keys that payloads are still encrypted with."}},
  "example": {"clave": "2026-11-26", "sagas": 25, "recifradas": 210, "ilegibles": 0, "causa": null,
    "terminada": false, "claves_en_uso": []}},
)json";

const char* const figure_schemas = R"json(
"Estadisticas": {
  "type": "object",
  "required": ["total_sagas", "por_estado", "por_tipo", "promedio_duracion_segundos", "p50", "p95",
    "p99", "tasa_exito", "sagas_ultimo_dia", "pasos"],
  "properties": {
    "total_sagas": {"type": "integer"},
    "por_estado": {"$ref": "#/components/schemas/Cuentas"},
    "por_tipo": {"$ref": "#/components/schemas/Cuentas"},
    "promedio_duracion_segundos": {"type": ["number", "null"]},
    "p50": {"type": ["number", "null"], "description": "seconds, of ended sagas"},
    "p95": {"type": ["number", "null"]},
    "p99": {"type": ["number", "null"]},
    "tasa_exito": {"type": ["number", "null"],
      "description": "COMPLETADA among the ended, in percent; null while none has ended"},
    "sagas_ultimo_dia": {"type": "integer"},
    "pasos": {"type": "array", "items": {
      "type": "object",
      "required": ["tipo", "paso", "tipo_operacion", "total", "por_estado", "reintentos",
        "promedio_duracion_segundos", "p50", "p95", "p99"],
      "properties": {
        "tipo": {"type": "string"},
        "paso": {"type": "string"},
        "tipo_operacion": {"$ref": "#/components/schemas/Operacion"},
        "total": {"type": "integer"},
        "por_estado": {"$ref": "#/components/schemas/Cuentas"},
        "reintentos": {"type": "integer"}}}}}},
"Cuentas": {"type": "object", "additionalProperties": {"type": "integer"},
  "example": {"COMPLETADA": 120, "COMPENSADA": 15}},
"Campania": {
  "description": "What was asked for, and how far its newest saga got.",
  "type": "object",
  "required": ["campania_id", "nombre", "estado", "saga", "afiliados_encontrados", "comision",
    "metas", "notificaciones"],
  "properties": {
    "campania_id": {"type": "string"},
    "nombre": {"type": ["string", "null"]},
    "presupuesto": {"type": ["number", "null"]},
    "moneda": {"type": ["string", "null"]},
    "estado": {"$ref": "#/components/schemas/EstadoDeSaga"},
    "saga": {"$ref": "#/components/schemas/Saga"},
    "afiliados_encontrados": {"type": ["number", "null"]},
    "afiliados": {"type": ["array", "null"]},
    "comision": {"type": ["object", "null"]},
    "metas": {"type": ["object", "null"]},
    "notificaciones": {"type": ["object", "null"]}}},
"PaginaDeCampanias": {
  "type": "object",
  "required": ["campanias", "resumen", "cursor"],
  "properties": {
    "campanias": {"type": "array", "items": {"$ref": "#/components/schemas/Campania"}},
    "resumen": {
      "description": "Totals over the campaigns in this answer.",
      "type": "object",
      "required": ["campanias", "por_estado", "presupuesto_por_moneda", "afiliados_encontrados",
        "total_notificaciones"],
      "properties": {
        "campanias": {"type": "integer"},
        "por_estado": {"$ref": "#/components/schemas/Cuentas"},
        "presupuesto_por_moneda": {"type": "object", "additionalProperties": {"type": "number"}},
        "afiliados_encontrados": {"type": "number"},
        "total_notificaciones": {"type": "number"}}},
    "cursor": {"type": ["string", "null"]}}},
)json";

const char* const other_schemas = R"json(
"Definicion": {
  "description": "Steps with their compensations, policies and input templates.",
  "type": "object",
  "required": ["tipo", "pasos"],
  "properties": {
    "tipo": {"type": "string"},
    "version": {"type": "integer", "minimum": 1, "default": 1},
    "descripcion": {"type": "string"},
    "plazo": {"type": ["string", "number"]},
    "pasos": {"type": "array", "minItems": 1, "items": {"type": "object"}}},
  "example": {"tipo": "reservar_viaje", "version": 1, "plazo": "10m", "pasos": [
    {"nombre": "reservar_vuelo", "microservicio": "vuelos", "compensacion": "cancelar_vuelo",
     "entrada": {"destino": "${entrada.destino}"}},
    {"nombre": "cobrar", "microservicio": "pagos", "pivote": true,
     "entrada": {"reserva": "${pasos.reservar_vuelo.salida.reserva}"}}]}},
"ResumenDeDefinicion": {
  "type": "object",
  "required": ["tipo", "version", "vigente", "descripcion", "plazo_segundos", "pasos"],
  "properties": {
    "tipo": {"type": "string"},
    "version": {"type": "integer"},
    "vigente": {"type": "boolean", "description": "What starts without a version get."},
    "descripcion": {"type": "string"},
    "plazo_segundos": {"type": ["number", "null"]},
    "pasos": {"type": "array", "items": {
      "type": "object",
      "required": ["nombre", "microservicio", "compensacion", "depende_de", "opcional", "pivote"],
      "properties": {
        "nombre": {"type": "string"},
        "microservicio": {"type": "string"},
        "compensacion": {"type": ["string", "null"]},
        "depende_de": {"type": "array", "items": {"type": "string"}},
        "opcional": {"type": "boolean"},
        "pivote": {"type": "boolean"},
        "senal": {"type": ["string", "null"], "description": "What a step that calls nobody waits for."},
        "hija": {"type": ["object", "null"], "description": "Of a step that is a saga of its own.",
          "required": ["tipo", "version", "al_retroceder"],
          "properties": {
            "tipo": {"type": "string"},
            "version": {"type": ["integer", "null"], "description": "null: the newest when it begins"},
            "al_retroceder": {"type": "string", "enum": ["deshacer", "dejar"]}}}}}}}},
"DefinicionRegistrada": {
  "type": "object",
  "required": ["tipo", "version", "url"],
  "properties": {"tipo": {"type": "string"}, "version": {"type": "integer"},
    "url": {"type": "string"}},
  "example": {"tipo": "reservar_viaje", "version": 1,
    "url": "/api/v1/definiciones/reservar_viaje/1"}},
"Validacion": {
  "type": "object",
  "required": ["valida", "errores"],
  "properties": {
    "valida": {"type": "boolean"},
    "definicion": {"$ref": "#/components/schemas/ResumenDeDefinicion"},
    "errores": {"type": "array", "items": {"$ref": "#/components/schemas/CampoErrado"}}},
  "example": {"valida": false, "errores": [{"pointer": "/pasos", "mensaje": "missing"}]}},
"Guion": {
  "description": "What participants answer and what people do, on virtual time. All is optional.",
  "type": "object",
  "properties": {
    "entrada": {"$ref": "#/components/schemas/Objeto"},
    "campania_id": {"$ref": "#/components/schemas/Id"},
    "inicio": {"type": "string"},
    "semilla": {"type": "integer"},
    "tiempo_maximo": {"type": ["string", "number"]},
    "guion": {"type": "object", "additionalProperties": {"type": "object", "properties": {
      "accion": {"type": "array", "items": {"type": "object"}},
      "compensacion": {"type": "array", "items": {"type": "object"}}}}},
    "decisiones": {"type": "array", "items": {"type": "object"}}},
  "example": {"entrada": {"nombre": "Verano 2026"}, "guion": {
    "configurar_comisiones_campania": {"accion": [{"resultado": "tecnico", "codigo": "503"},
      {"resultado": "negocio", "motivo": "sin presupuesto"}]}}}},
"Simulacion": {
  "type": "object",
  "required": ["estado", "finalizada", "duracion_ms", "pasos", "traza"],
  "properties": {
    "estado": {"$ref": "#/components/schemas/EstadoDeSaga"},
    "finalizada": {"type": "boolean"},
    "duracion_ms": {"type": "integer"},
    "pasos": {"type": "array", "items": {"type": "object"}},
    "traza": {"type": "array", "items": {"type": "object"}}}},
"Nodos": {
  "type": "object",
  "required": ["nodos"],
  "properties": {"nodos": {"type": "array", "items": {
    "type": "object",
    "required": ["nombre", "epoca", "sagas_activas", "escrituras_en_cola", "acepta", "motivo"],
    "properties": {
      "nombre": {"type": "string"},
      "epoca": {"type": "integer"},
      "sagas_activas": {"type": "integer"},
      "escrituras_en_cola": {"type": "integer"},
      "acepta": {"type": "boolean"},
      "motivo": {"type": ["string", "null"], "description": "why it accepts no starts"}}}}},
  "example": {"nodos": [{"nombre": "nodo-1", "epoca": 3, "sagas_activas": 120,
    "escrituras_en_cola": 4, "acepta": true, "motivo": null}]}},
"Participante": {
  "type": "object",
  "required": ["microservicio", "clase", "sano", "llamadas", "fallos", "en_curso"],
  "properties": {
    "microservicio": {"type": "string"},
    "clase": {"type": "string", "description": "actor, node or http"},
    "sano": {"type": "boolean"},
    "llamadas": {"type": "integer"},
    "fallos": {"type": "integer", "description": "technical failures and unknown outcomes"},
    "en_curso": {"type": "integer"},
    "registro": {"description": "how it is called, when it was registered here; of one alone",
      "oneOf": [{"$ref": "#/components/schemas/ServicioWeb"}, {"type": "null"}]}},
  "example": {"microservicio": "afiliados", "clase": "actor", "sano": true,
    "llamadas": 5000, "fallos": 3, "en_curso": 12}},
"Participantes": {
  "type": "object",
  "required": ["participantes"],
  "properties": {"participantes": {"type": "array",
    "items": {"$ref": "#/components/schemas/Participante"}}},
  "example": {"participantes": [{"microservicio": "afiliados", "clase": "actor", "sano": true,
    "llamadas": 5000, "fallos": 3, "en_curso": 12}]}},
"ServicioWeb": {
  "type": "object",
  "description": "How a web service is called, as in a file of participants: docs/participants.md. A secret is a reference: ${env:SAGAS_SECRET_NAME}, or ${file:NAME} of a file in the folder participants.secrets, where the files of tls are looked for, too.",
  "required": ["url"],
  "additionalProperties": false,
  "properties": {
    "url": {"type": "string", "description": "http or https; {microservicio}, {paso}, {operacion} and {saga_id} stand for the call's own in its path and query"},
    "headers": {"type": "object", "additionalProperties": {"type": "string"}},
    "sign": {"type": "string", "description": "a reference to the secret that calls are signed with"},
    "connect_timeout": {"type": "string", "description": "2s unless given"},
    "concurrency": {"type": "integer", "minimum": 1, "maximum": 10000},
    "queue": {"type": "integer", "minimum": 1, "maximum": 1000000},
    "rate": {"type": "number", "minimum": 0.1, "maximum": 1000000},
    "circuit": {"type": "object", "properties": {
      "failures": {"type": "integer", "minimum": 0}, "open": {"type": "string"}}},
    "tls": {"type": "object", "properties": {
      "ca": {"type": "string"}, "certificate": {"type": "string"}, "key": {"type": "string"}}}},
  "example": {"url": "https://pagos.example/{paso}/{operacion}",
    "headers": {"Authorization": "Bearer ${env:SAGAS_SECRET_PAGOS}"}, "concurrency": 32}},
"ParticipantePuesto": {
  "type": "object",
  "required": ["microservicio", "clase"],
  "properties": {"microservicio": {"type": "string"}, "clase": {"type": "string"}},
  "example": {"microservicio": "pagos", "clase": "http"}},
"Salud": {"type": "object", "required": ["estado"], "properties": {"estado": {"type": "string"}},
  "example": {"estado": "listo"}},
"CampoErrado": {
  "type": "object",
  "required": ["pointer", "mensaje"],
  "properties": {
    "pointer": {"type": "string",
      "description": "JSON pointer into the body, `?name` of a parameter, or a header's name."},
    "mensaje": {"type": "string"}},
  "example": {"pointer": "/campania/presupuesto", "mensaje": "must be greater than 0"}},
"Problema": {
  "description": "RFC 9457.",
  "type": "object",
  "required": ["type", "title", "status", "detail"],
  "properties": {
    "type": {"type": "string", "description": "Stable; leads to its explanation."},
    "title": {"type": "string"},
    "status": {"type": "integer"},
    "detail": {"type": "string", "description": "What is wrong here, and what to do."},
    "errores": {"type": "array", "items": {"$ref": "#/components/schemas/CampoErrado"}},
    "correlacion": {"type": "string", "description": "Of 500: finds the cause in the log."}},
  "example": {"type": "/problemas/no-encontrado", "title": "Not found", "status": 404,
    "detail": "there is no saga 019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e"}}
)json";

} // namespace sagas::http
