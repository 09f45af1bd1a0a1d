#include "http/router.hpp"

#include <algorithm>

namespace sagas::http {
namespace {

// Takes the next segment, and the slash before it, from the front of `rest`.
std::string_view next_segment(std::string_view& rest) {
  rest.remove_prefix(1);
  const std::string_view segment = rest.substr(0, rest.find('/'));
  rest.remove_prefix(segment.size());
  return segment;
}

void add_method(std::string& list, std::string_view method) {
  if (list.find(method) == std::string::npos)
    list.append(list.empty() ? "" : ", ").append(method);
}

} // namespace

std::optional<std::vector<std::string>> match_path(std::string_view pattern,
                                                   std::string_view path) {
  std::vector<std::string> captures;
  while (pattern.starts_with('/') && path.starts_with('/')) {
    const std::string_view wanted = next_segment(pattern);
    const std::string_view given = next_segment(path);
    if (wanted.starts_with('{') && !given.empty())
      captures.emplace_back(given);
    else if (wanted != given)
      return std::nullopt;
  }
  if (!pattern.empty() || !path.empty())
    return std::nullopt;
  return captures;
}

router::match router::find(std::string_view method, std::string_view path) const {
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  match result;
  for (const route& one : routes_) {
    auto captures = match_path(one.path, path);
    if (!captures)
      continue;
    if (one.method == wanted)
      return {&one, std::move(*captures), {}};
    add_method(result.allowed, one.method);
    if (one.method == "GET")
      add_method(result.allowed, "HEAD");
  }
  return result;
}

} // namespace sagas::http
