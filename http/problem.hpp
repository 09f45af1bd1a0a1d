// Errors as callers see them: RFC 9457 problems with a stable type, a status and a line that says
// what to do. The one place where an error of the house becomes an HTTP status.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/exchange.hpp"
#include "saga/log.hpp"
#include "saga/result.hpp"

namespace sagas::http {

/// Every kind of problem that this service can answer with.
enum class problem_type : std::uint8_t {
  malformed_request,
  invalid_json,
  unauthorized,
  forbidden,
  not_found,
  method_not_allowed,
  request_timeout,
  conflict,
  length_required,
  body_too_large,
  target_too_long,
  unsupported_media_type,
  misdirected,
  invalid_input,
  key_reused,
  too_many_requests,
  headers_too_large,
  internal,
  overloaded,
  unavailable,
  unknown_outcome,
};

/// What is fixed about a problem: part of the contract, documented in /docs.
struct problem_kind {
  problem_type type = problem_type::internal;
  const char* name = ""; ///< its `type` is "/problemas/<name>"
  int status = 500;
  const char* title = "";
  const char* advice = ""; ///< what a caller does about it
};

/// All of them, in the order of the enumerators.
std::span<const problem_kind> problem_kinds();
const problem_kind& kind_of(problem_type type);

/// One occurrence.
struct problem {
  problem_type type = problem_type::internal;
  std::string detail = {};                     ///< what is wrong here, and what to do
  std::vector<field_error> errors = {};        ///< every field at fault
  std::optional<std::string> correlation = {}; ///< to find it in the log
  std::optional<int> retry_after_s = {};       ///< of 429 and 503; by default 1 for 503
};

/// application/problem+json, with Retry-After where the status wants it.
response to_response(const problem& what);

/// The problem that tells of a failure inside the house.
problem problem_for(const failure& why);
response refuse(const failure& why);

/// A defect of ours: logs `what` under a fresh correlation id and tells the caller only the id.
response internal_error(logger& log, std::string_view what);

} // namespace sagas::http
