// The guard's view of a request's line and headers: what is refused, and what framing needs. Pure.
//
// It is stricter than RFC 9112 wherever two readers of the same bytes could disagree about where a
// request ends; everything behind it may rely on that.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "http/problem.hpp"
#include "http/server.hpp"

namespace sagas::http {

struct head_facts {
  std::size_t body_size = 0;
  bool keep_alive = true;
  bool expects_continue = false;
  bool head_only = false; ///< the answer is wanted without its body
};

struct checked_head {
  head_facts facts = {};
  std::optional<problem> refused = {};
};

/// Checks a whole head, its empty line included, whose lines all end in CRLF.
checked_head check_head(std::string_view head, const server_options& limits);

/// Views into a head that has passed.
struct request_line {
  std::string_view method;
  std::string_view target;
};
request_line line_of(std::string_view head);

struct header_field {
  std::string_view name;
  std::string_view value;
};
std::vector<header_field> fields_of(std::string_view head);

/// Whether two texts are the same but for the case of ASCII letters.
bool same_word(std::string_view a, std::string_view b);

/// What is wrong with a target (path and query); nothing when it is good.
std::optional<problem> check_target(std::string_view target, std::size_t size_max);

} // namespace sagas::http
