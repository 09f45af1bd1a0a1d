// What is fuzzed: each takes any bytes, and throws when a property does not hold of them. Built
// twice: as fuzzers (./dev fuzz), and into test_fuzz, which replays what they have found so far.
#pragma once

#include <string_view>
#include <vector>

#include "tests/support/expect.hpp"

namespace sagas::fuzz {

using test::expect;

void http(std::string_view bytes);        ///< what a client sends, up to the routes' own readers
void json(std::string_view bytes);        ///< a body, or any other JSON text from outside
void definition(std::string_view bytes);  ///< DEFINITION, a simulation's script, numbers
void templates(std::string_view bytes);   ///< TEMPLATE, entrada, an output
void participant(std::string_view bytes); ///< an answer as it comes from the socket
void cron(std::string_view bytes);        ///< a cron expression

/// Inputs of several parts are cut at this byte, which no JSON text holds.
inline constexpr char separator = '\x1e';

/// The first `count` parts; those that are missing are empty. The last one has all the rest.
inline std::vector<std::string_view> parts_of(std::string_view bytes, std::size_t count) {
  std::vector<std::string_view> parts;
  while (parts.size() + 1 < count) {
    const std::size_t end = bytes.find(separator);
    parts.push_back(bytes.substr(0, end));
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  }
  parts.push_back(bytes);
  return parts;
}

} // namespace sagas::fuzz
