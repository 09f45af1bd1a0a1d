// The file of API keys: read, changed beside a running server, and watched by it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "http/access/keys.hpp"
#include "saga/log.hpp"

namespace sagas {

/// errc::not_found when there is no such file; invalid_input for one that is malformed, or that
/// others than its owner may write.
result<std::vector<http::api_key>> read_keys(const std::string& path);

/// Reads, changes and replaces the file, which is made when it is missing, mode 0600. One process
/// at a time; a reader sees the keys before or after, and a power cut leaves one of both.
status change_keys(const std::string& path,
                   const std::function<status(std::vector<http::api_key>&)>& change);

/// The keys of a file as they are now, within a second. Thread-safe.
class watched_keys {
public:
  /// Errors of read_keys. `log` must outlive it.
  static result<std::unique_ptr<watched_keys>> open(std::string path, logger& log);

  /// While the file can't be read, the keys that it held last: the log says so.
  std::shared_ptr<const http::key_ring> current();

private:
  watched_keys(std::string path, logger& log, std::vector<http::api_key> keys, std::string stamp);
  void look();

  const std::string path_;
  logger& log_;
  std::atomic<std::shared_ptr<const http::key_ring>> ring_;
  std::atomic<std::int64_t> next_look_; // steady, in milliseconds
  std::mutex guard_;                    // guards all below
  std::string stamp_;                   // of the file that was read last
};

} // namespace sagas
