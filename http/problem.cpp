#include "http/problem.hpp"

#include <array>
#include <cstdio>
#include <random>

#include <nlohmann/json.hpp>

#include "saga/assert.hpp"

namespace sagas::http {
namespace {

using enum problem_type;

constexpr std::array<problem_kind, 21> kinds{{
  {malformed_request, "peticion-invalida", 400, "Malformed request",
   "Send a well-formed HTTP/1.1 request."},
  {invalid_json, "json-invalido", 400, "The body is not JSON",
   "Send one JSON value in UTF-8, nested at most 64 deep, without a key twice in an object."},
  {unauthorized, "no-autenticado", 401, "Authentication needed",
   "Send a valid API key: Authorization: Bearer <key>."},
  {forbidden, "no-autorizado", 403, "Not allowed", "Use a key that has the scope named."},
  {not_found, "no-encontrado", 404, "Not found", "Check the identifier or the path."},
  {method_not_allowed, "metodo-no-permitido", 405, "Method not allowed",
   "Use one of the methods in the header Allow."},
  {request_timeout, "peticion-lenta", 408, "The request took too long",
   "Send the whole request without pauses."},
  {conflict, "transicion-no-permitida", 409, "The state forbids it",
   "Read the present state and decide again."},
  {length_required, "longitud-requerida", 411, "Content-Length needed",
   "Send Content-Length instead of Transfer-Encoding."},
  {body_too_large, "cuerpo-demasiado-grande", 413, "The body is too large",
   "Keep to the limit named; split batches."},
  {target_too_long, "ruta-demasiado-larga", 414, "The path is too long",
   "Keep path and query to the limit named."},
  {unsupported_media_type, "tipo-de-contenido", 415, "Unsupported media type",
   "Send application/json, or application/x-ndjson to /sagas/lote, without an encoding."},
  {misdirected, "host-no-admitido", 421, "This server does not go by that name",
   "Use a name that the service knows; http.hosts of its configuration adds one."},
  {invalid_input, "entrada-invalida", 422, "Invalid input",
   "Correct every field listed in errores and send it again."},
  {key_reused, "clave-reutilizada", 422, "Idempotency-Key used with another body",
   "Use a new key for a new request; repeat a request with its body unchanged."},
  {too_many_requests, "demasiadas-peticiones", 429, "Too many requests",
   "Wait for Retry-After seconds, then slow down."},
  {headers_too_large, "cabeceras-demasiado-grandes", 431, "The headers are too large",
   "Send fewer or shorter headers."},
  {internal, "error-interno", 500, "Internal error",
   "Report the correlation id; the log of the service has the cause under it."},
  {overloaded, "sobrecarga", 503, "Too much work in flight",
   "Nothing was started. Try again after Retry-After seconds."},
  {unavailable, "no-disponible", 503, "The service cannot do it now",
   "Nothing was changed. Try again after Retry-After seconds."},
  {unknown_outcome, "resultado-desconocido", 503, "The outcome is not known yet",
   "It may or may not have happened: read the state, or repeat a start with its Idempotency-Key."},
}};

// Which problem a failure is told as.
problem_type type_of(errc code) {
  switch (code) {
  case errc::invalid_input: return invalid_input;
  case errc::not_found: return not_found;
  case errc::conflict: return conflict;
  case errc::stale: return conflict;
  case errc::overloaded: return overloaded;
  case errc::unavailable: return unavailable;
  case errc::fenced: return unavailable; // its owner is another node; this one learns it shortly
  case errc::fatal: return unavailable;
  case errc::unknown_outcome: return unknown_outcome;
  case errc::corrupt: return internal;
  case errc::internal: return internal;
  }
  SAGAS_ASSERT(false);
}

} // namespace

std::span<const problem_kind> problem_kinds() { return kinds; }

const problem_kind& kind_of(problem_type type) {
  const auto index = static_cast<std::size_t>(type);
  SAGAS_ASSERT(index < kinds.size() && kinds[index].type == type);
  return kinds[index];
}

response to_response(const problem& what) {
  const problem_kind& kind = kind_of(what.type);
  nlohmann::ordered_json body{{"type", std::string{"/problemas/"} + kind.name},
                              {"title", kind.title},
                              {"status", kind.status},
                              {"detail", what.detail.empty() ? kind.advice : what.detail}};
  for (const field_error& field : what.errors)
    body["errores"].push_back({{"pointer", field.pointer}, {"mensaje", field.message}});
  if (what.correlation)
    body["correlacion"] = *what.correlation;

  response answer;
  answer.status = kind.status;
  answer.content_type = "application/problem+json";
  answer.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (what.retry_after_s || kind.status == 503)
    answer.headers.emplace_back("Retry-After", std::to_string(what.retry_after_s.value_or(1)));
  return answer;
}

problem problem_for(const failure& why) {
  const problem_type type = type_of(why.code);
  if (type == internal) // its text may tell of our inside
    return {.type = type};
  std::string detail = why.message;
  if (!why.fields.empty())
    detail += ": correct what errores lists and send it again";
  return {.type = type, .detail = std::move(detail), .errors = why.fields};
}

response refuse(const failure& why) { return to_response(problem_for(why)); }

response internal_error(logger& log, std::string_view what) {
  std::random_device random;
  std::array<char, 17> id{};
  std::snprintf(id.data(), id.size(), "%08x%08x", random(), random());
  log.write(log_level::error, "internal error",
            {{"correlation", std::string_view{id.data()}}, {"cause", what}});
  return to_response({.type = internal, .correlation = id.data()});
}

} // namespace sagas::http
