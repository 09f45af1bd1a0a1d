// Webhooks in the API's description.
#include "http/openapi_schemas.hpp"

namespace sagas::http {

const char* const webhook_schemas = R"json(
"Suscripcion": {
  "type": "object",
  "description": "Where events go, which, and how: docs/events.md. A secret is a reference: ${env:SAGAS_SECRET_NAME}, or ${file:NAME} of a file in the folder participants.secrets.",
  "required": ["url"],
  "additionalProperties": false,
  "properties": {
    "url": {"type": "string", "description": "http or https; each event is a POST to it"},
    "headers": {"type": "object", "additionalProperties": {"type": "string"}},
    "firma": {"type": "string", "description": "a reference to the secret that Saga-Firma is made with"},
    "tls": {"type": "object", "properties": {
      "ca": {"type": "string"}, "certificate": {"type": "string"}, "key": {"type": "string"}}},
    "tipos": {"type": "array", "items": {"type": "string"}, "description": "only of sagas of these types"},
    "estados": {"type": "array", "items": {"type": "string"}, "description": "only these states, of sagas and steps"},
    "eventos": {"type": "array", "items": {"enum": ["saga", "paso", "atencion"]}, "default": ["saga", "paso"],
      "description": "only of sagas as a whole, of steps, or alerts of what waits for a person"},
    "atencion": {"type": "object", "additionalProperties": false, "description": "of alerts: when, besides the first that waits",
      "properties": {
        "cantidad": {"type": "integer", "minimum": 1, "description": "so many steps wait"},
        "edad": {"type": "string", "description": "the oldest has waited for so long"},
        "cada": {"type": "string", "default": "15m", "description": "no sooner after the last one of its type"}}},
    "activa": {"type": "boolean", "default": true},
    "concurrencia": {"type": "integer", "minimum": 1, "maximum": 256, "default": 32,
      "description": "sagas whose events are under way at once; those of one saga go one after the other"},
    "plazo": {"type": "string", "default": "10s", "description": "of one attempt, 60s at most"},
    "intentos": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
    "durante": {"type": "string", "default": "1h", "description": "an attempt that fails so long after the first is the last"}},
  "example": {"url": "https://avisos.example/sagas", "firma": "${env:SAGAS_SECRET_AVISOS}",
    "eventos": ["saga"], "estados": ["COMPLETADA", "FALLIDA"]}},
"SuscripcionPuesta": {
  "type": "object",
  "required": ["nombre"],
  "properties": {"nombre": {"type": "string"}},
  "example": {"nombre": "avisos"}},
"SuscripcionVista": {
  "type": "object",
  "required": ["nombre", "estado", "motivo", "cambiada", "posicion", "retraso_segundos", "entregados",
    "intentos_fallidos", "descartados", "huecos", "apartados", "cartas", "ultimo_fallo", "suscripcion"],
  "properties": {
    "nombre": {"type": "string"},
    "estado": {"enum": ["activa", "inactiva", "pausada", "averiada"]},
    "motivo": {"type": "string", "description": "of pausada and averiada, with the remedy"},
    "cambiada": {"type": "string", "format": "date-time"},
    "posicion": {"type": "string", "description": "all before it is delivered, set aside, or a dead letter"},
    "retraso_segundos": {"type": "number", "description": "age of the oldest event that is read and neither delivered nor set aside"},
    "entregados": {"type": "integer", "description": "since the server began, as the next three"},
    "intentos_fallidos": {"type": "integer"},
    "descartados": {"type": "integer", "description": "events given up"},
    "huecos": {"type": "integer", "description": "times that the feed did not hold any more what came next"},
    "apartados": {"type": "integer", "description": "events that fail now, and that those of other sagas have passed"},
    "cartas": {"type": "integer", "description": "dead letters that are there now"},
    "ultimo_fallo": {"type": "string", "description": "empty: the last attempt went well"},
    "suscripcion": {"$ref": "#/components/schemas/Suscripcion"}},
  "example": {"nombre": "avisos", "estado": "activa", "motivo": "", "cambiada": "2026-01-31T09:08:07.123Z",
    "posicion": "1207-0", "retraso_segundos": 0, "entregados": 4711, "intentos_fallidos": 3,
    "descartados": 0, "huecos": 0, "apartados": 0, "cartas": 0, "ultimo_fallo": "",
    "suscripcion": {"url": "https://avisos.example/sagas"}}},
"Suscripciones": {
  "type": "object",
  "required": ["suscripciones"],
  "properties": {"suscripciones": {"type": "array",
    "items": {"$ref": "#/components/schemas/SuscripcionVista"}}},
  "example": {"suscripciones": []}},
"Carta": {
  "type": "object",
  "required": ["reenviando", "posicion", "momento", "intentos", "codigo", "motivo", "evento"],
  "properties": {
    "reenviando": {"type": "boolean", "description": "it is being sent again"},
    "posicion": {"type": "string", "description": "of the event; of a gap, where it begins"},
    "hasta": {"type": "string", "description": "of a gap alone: the first event behind it"},
    "momento": {"type": "string", "format": "date-time", "description": "when it was given up"},
    "intentos": {"type": "integer"},
    "codigo": {"type": "string", "description": "of the last failure; of a gap: hueco"},
    "motivo": {"type": "string"},
    "evento": {"type": ["object", "null"], "description": "the CloudEvent as it was sent"}},
  "example": {"reenviando": false, "posicion": "12-3", "momento": "2026-01-31T10:08:07.123Z", "intentos": 20,
    "codigo": "http_500", "motivo": "it answered 500", "evento": {
      "specversion": "1.0", "id": "12-3", "source": "/sagas/nodo-1", "type": "sagas.saga",
      "subject": "019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e", "time": "2026-01-31T09:08:07.123Z",
      "sequence": "0000000000012582915", "datacontenttype": "application/json",
      "data": {"saga_id": "019c2f5e-7b3a-7c11-9d2e-0f6b8a4c1d2e", "tipo": "reservar_viaje",
        "timestamp": "2026-01-31T09:08:07.123Z", "estado": "COMPLETADA"}}}},
"PaginaDeCartas": {
  "type": "object",
  "required": ["cartas", "siguiente"],
  "properties": {
    "cartas": {"type": "array", "items": {"$ref": "#/components/schemas/Carta"}},
    "siguiente": {"type": ["string", "null"], "description": "for ?despues_de, when there are more"}},
  "example": {"cartas": [], "siguiente": null}},
"Reenvio": {
  "type": "object",
  "additionalProperties": false,
  "properties": {"posicion": {"type": "string", "description": "the one to send; absent: all"}},
  "example": {"posicion": "12-3"}},
"Reenviadas": {
  "type": "object",
  "required": ["cartas"],
  "properties": {"cartas": {"type": "integer", "description": "how many are to go"}},
  "example": {"cartas": 3}},
)json";

} // namespace sagas::http
