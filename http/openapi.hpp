// The OpenAPI 3.1 document of the route table, and the page that people read.
#pragma once

#include <string>
#include <vector>

#include "http/api_endpoint.hpp"

namespace sagas::http {

/// The document as JSON text.
std::string openapi_document(const std::vector<endpoint>& endpoints, const api_context& context);

/// The same for people: one self-contained HTML page made of an openapi_document. Its style carries
/// the nonce.
std::string docs_page(const std::string& document, const std::string& nonce);

} // namespace sagas::http
