// Web services that take part in the campaign, each a process of its own on this machine, on the
// project's own HTTP server: they remember every key, answer it again as they did, and can be told
// to fail. Events of webhooks they count.
#pragma once

#include <cstdint>
#include <string>

#include "app/child_process.hpp"
#include "app/client.hpp"

namespace sagas::bench {

/// What such a service does with calls from now on.
enum class manner : std::uint8_t {
  good,   ///< does them
  broken, ///< answers 503 at once
  mute,   ///< never answers
  slow,   ///< does them, and answers slow_answer later
};

inline constexpr milliseconds slow_answer{200};

class web_service {
public:
  explicit web_service(const std::string& name);

  const std::string& name() const { return name_; }
  /// "127.0.0.1:PORT"
  std::string target() const { return url_.substr(url_.rfind('/') + 1); }
  const std::string& url() const { return url_; }

  void behave(manner how);
  /// How many calls have reached it.
  std::uint64_t calls();
  std::chrono::duration<double> cpu_time() const;

private:
  std::string name_;
  child_process process_;
  std::string url_;
  std::unique_ptr<api_client> client_;
};

/// The process of one: prints its URL and serves until it is killed.
int run_web_service(const std::string& name);

} // namespace sagas::bench
