// Looks into JSON text without building a tree: templates copy values from one document into
// another many thousand times a second, and nearly always as they are.
//
// Everything here checks the text as strictly as a parser would (grammar, UTF-8, escapes, depth):
// what is copied out of a checked text is valid JSON by itself.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sagas {

/// Nesting that texts from outside may have.
inline constexpr int json_depth_max = 64;
/// Nesting of documents that were built from such texts by templates.
inline constexpr int built_depth_max = 512;

/// `text` without the white space around it; nothing when it is not exactly one JSON value or is
/// nested deeper than `depth_max`.
std::optional<std::string_view> check_json(std::string_view text, int depth_max = json_depth_max);

/// Whether `text` is JSON at first sight but nested deeper than `depth_max`; for better messages.
bool nested_deeper(std::string_view text, int depth_max = json_depth_max);

/// Appends `text` with JSON's escapes and without the quotes; malformed UTF-8 becomes U+FFFD.
void append_escaped(std::string& out, std::string_view text);

/// `text` as a JSON string, with its quotes.
std::string json_quoted(std::string_view text);

/// What a raw JSON string, quotes included, says.
std::string unquoted(std::string_view raw);

/// A document opened for look-ups. Views the text, which must outlive it.
class json_lookup {
public:
  json_lookup() = default; ///< finds nothing
  explicit json_lookup(std::string_view text);

  /// The raw value at `path` (keys of objects, numbers in arrays); empty when there is none.
  std::string_view find(const std::vector<std::string>& path) const;

  struct member {
    std::string_view key; ///< raw, without the quotes
    std::string_view value;
  };

private:
  std::string_view whole_;
  std::vector<member> members_; // of the outermost object
};

} // namespace sagas
