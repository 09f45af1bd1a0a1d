// Answers as bytes for the wire.
#pragma once

#include <string>

#include "http/exchange.hpp"

namespace sagas::http {

struct answer_form {
  bool keep_alive = true;
  bool head_only = false; ///< what HEAD asks for
};

/// The whole answer. No header of it can begin a line of its own: control characters become spaces.
std::string answer_bytes(const response& what, answer_form form);

/// The beginning of an answer that goes on until the connection is closed.
std::string stream_head_bytes(const std::string& content_type);

} // namespace sagas::http
