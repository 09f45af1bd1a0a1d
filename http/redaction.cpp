#include "http/redaction.hpp"

#include <algorithm>
#include <sstream>

#include <nlohmann/json.hpp>

#include "saga/json_text.hpp"

namespace sagas::http {
namespace {

using nlohmann::ordered_json;
using segments = std::vector<std::string>;

constexpr const char* mask = "***";

// "/a~1b/0" as RFC 6901 has it.
segments segments_of(const std::string& pointer) {
  segments all;
  std::istringstream parts{pointer.substr(1)};
  for (std::string part; std::getline(parts, part, '/');) {
    for (auto at = part.find("~1"); at != std::string::npos; at = part.find("~1", at + 1))
      part.replace(at, 2, "/");
    for (auto at = part.find("~0"); at != std::string::npos; at = part.find("~0", at + 1))
      part.replace(at, 2, "~");
    all.push_back(part);
  }
  return all;
}

void hide_names(ordered_json& in, const std::vector<std::string>& names) {
  for (auto& [key, value] : in.items())
    if (in.is_object() && std::find(names.begin(), names.end(), key) != names.end())
      value = mask;
    else if (value.is_structured())
      hide_names(value, names);
}

void hide_path(ordered_json& in, const segments& path, std::size_t depth) {
  if (depth == path.size()) {
    in = mask;
    return;
  }
  if (!in.is_structured())
    return;
  for (auto& [key, value] : in.items()) // an array's keys are its indexes
    if (path[depth] == "*" || path[depth] == key)
      hide_path(value, path, depth + 1);
}

} // namespace

redaction::redaction(const std::vector<std::string>& what) {
  for (const std::string& entry : what)
    entry.starts_with('/') ? paths_.push_back(segments_of(entry)) : names_.push_back(entry);
}

document redaction::of(const document& whole) const {
  if (whole.empty() || (names_.empty() && paths_.empty()))
    return whole;
  // The depth is bounded before anything recurses.
  ordered_json read = check_json(whole.text(), built_depth_max)
                        ? ordered_json::parse(whole.text(), nullptr, false)
                        : ordered_json(ordered_json::value_t::discarded);
  if (read.is_discarded())
    return document{"\"***\""};
  hide_names(read, names_);
  for (const segments& path : paths_)
    hide_path(read, path, 0);
  return document{read.dump(-1, ' ', false, ordered_json::error_handler_t::replace)};
}

std::string redaction_fault(std::string_view entry) {
  if (entry.empty() || entry == "/")
    return "names nothing: write a member's name, or a JSON pointer such as /cliente/nif";
  if (entry.find("//") != std::string_view::npos || (entry.size() > 1 && entry.ends_with('/')))
    return "has an empty part: write /cliente/nif, with * for any";
  if (!entry.starts_with('/') && entry.find('/') != std::string_view::npos)
    return "is neither a name nor a JSON pointer, which begins with /";
  return {};
}

} // namespace sagas::http
