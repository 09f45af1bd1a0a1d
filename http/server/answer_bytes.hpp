// Answers as bytes for the wire.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "http/exchange.hpp"

namespace sagas::http {

using answer_headers = std::vector<std::pair<std::string, std::string>>;

struct answer_form {
  bool keep_alive = true;
  bool head_only = false; ///< what HEAD asks for
};

/// The whole answer. No header of it can begin a line of its own: control characters become spaces.
std::string answer_bytes(const response& what, answer_form form);

/// The beginning of an answer that goes on until the connection is closed.
std::string stream_head_bytes(const std::string& content_type, const answer_headers& more = {});

} // namespace sagas::http
