// Which sites' pages may ask: the names in Host, against DNS rebinding, and CORS. Pure.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/exchange.hpp"
#include "http/server.hpp"

namespace sagas::http {

/// The answer to a request for a name that this server does not go by.
std::optional<response> check_host(const request& req, const server_options& options);

/// The answer to a page's question whether it may ask; nothing when the request is none.
std::optional<response> answer_preflight(const request& req, const server_options& options);

/// What lets the page that asked read the answer.
std::vector<std::pair<std::string, std::string>> cors_headers(const request& req,
                                                              const server_options& options);

} // namespace sagas::http
