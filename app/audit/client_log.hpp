// What clients saw, line by line: the witness that stands outside of the server.
//
//   EVENT <tab> CLIENT <tab> KEY <tab> DIGEST <tab> SAGA <tab> STATE       "-" for what it has not
//
//   started  before a start is sent, each time          key, digest
//   ok       a start was acknowledged                   key, digest, saga, state
//   refused  a start was refused for certain            key, digest, state: the HTTP status
//   unknown  a start had no answer                      key, digest
//   read     a state was read                           saga, state: an estado, or 404
#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "saga/result.hpp"

namespace sagas::audit {

/// A digest of what a client asks a saga to be: the witness compares it with what is stored.
std::uint64_t start_digest(std::string_view campaign_id, std::string_view metadata);

struct client_event {
  std::string_view what;
  std::size_t client = 0;
  std::string_view key = {};
  std::uint64_t digest = 0;
  std::string_view saga = {};
  std::string_view state = {};
};

/// Writes the log. One thread at a time.
class client_log {
public:
  static result<client_log> create(const std::string& path);
  void add(const client_event& line);
  /// Whether all was written.
  status close();

private:
  struct closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, closer> file_;
  bool failed_ = false;
};

/// What clients saw of one saga.
struct client_view {
  std::vector<std::uint64_t> acknowledged; ///< digests of the starts that it answered
  struct reading {
    std::size_t client = 0;
    std::string state;
  };
  std::vector<reading> readings; ///< as they came in
};

/// What clients did with one key.
struct key_view {
  std::set<std::uint64_t> sent;         ///< digests of the starts
  std::set<std::uint64_t> acknowledged; ///< those that were answered with a saga
  std::set<std::string> sagas;          ///< that answered
  bool refused = false;
  bool unknown = false;
};

struct client_history {
  std::unordered_map<std::string, client_view> sagas;
  std::unordered_map<std::string, key_view> keys;
};

/// errc::corrupt names the first line that is none.
result<client_history> read_client_log(const std::string& path);

} // namespace sagas::audit
