// Where services said that the outcome of a call that still runs can be asked for. Kept in memory
// alone: who is not known here is called again, and says it again.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace sagas::http {

/// Thread-safe, bounded.
class status_pages {
public:
  explicit status_pages(std::size_t pages_max) : pages_max_(pages_max) {}

  /// The page of a call, by its idempotency key.
  std::optional<std::string> of(const std::string& key) const;

  /// A call of `url` was answered "still running" with this Location; empty or elsewhere: no page.
  void note(const std::string& key, const std::string& url, const std::string& location);
  void forget(const std::string& key);

private:
  const std::size_t pages_max_;
  mutable std::mutex guard_;
  std::unordered_map<std::string, std::string> pages_; ///< by key
};

/// `location` made whole, when it is http(s) and of the same scheme, host and port as `url`.
std::optional<std::string> page_of(const std::string& url, const std::string& location);

} // namespace sagas::http
