#include "http/server/origin_rules.hpp"

#include <algorithm>

#include "http/problem.hpp"
#include "http/server/request_head.hpp"

namespace sagas::http {
namespace {

// "[::1]:8003" and "localhost:8003" without their port.
std::string_view name_in(std::string_view host) {
  const auto end = host.starts_with('[') ? host.find(']') : std::string_view::npos;
  const auto colon = host.find(':', end == std::string_view::npos ? 0 : end);
  return host.substr(0, colon);
}

const std::string* allowed_origin(const request& req, const server_options& options) {
  const std::string* origin = req.header("origin");
  const auto& known = options.origins;
  return origin && std::find(known.begin(), known.end(), *origin) != known.end() ? origin : nullptr;
}

} // namespace

std::optional<response> check_host(const request& req, const server_options& options) {
  const std::string* host = req.header("host");
  const auto is_ours = [&](const std::string& name) { return same_word(name, name_in(*host)); };
  if (!host || options.hosts.empty()
      || std::any_of(options.hosts.begin(), options.hosts.end(), is_ours))
    return std::nullopt;
  return to_response({.type = problem_type::misdirected});
}

std::optional<response> answer_preflight(const request& req, const server_options& options) {
  if (req.method != "OPTIONS" || !req.header("access-control-request-method")
      || !allowed_origin(req, options))
    return std::nullopt;
  return response{
    .status = 204,
    .headers = {{"Access-Control-Allow-Methods", "GET, HEAD, POST, PUT"},
                {"Access-Control-Allow-Headers",
                 "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Saga-Operador"},
                {"Access-Control-Max-Age", "600"}}};
}

std::vector<std::pair<std::string, std::string>> cors_headers(const request& req,
                                                              const server_options& options) {
  if (options.origins.empty())
    return {};
  std::vector<std::pair<std::string, std::string>> headers{{"Vary", "Origin"}};
  if (const std::string* origin = allowed_origin(req, options)) {
    headers.emplace_back("Access-Control-Allow-Origin", *origin);
    headers.emplace_back("Access-Control-Expose-Headers",
                         "Location, Retry-After, X-Total, Idempotency-Replayed");
  }
  return headers;
}

} // namespace sagas::http
