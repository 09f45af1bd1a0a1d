// The real program, `sagas serve`, as a child.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/child_process.hpp"
#include "app/load/generator.hpp"
#include "bench/database.hpp"

namespace sagas::bench {

class server {
public:
  /// Serves a database on a free port; returns once it accepts starts. Its log is appended to
  /// `<file>.log` beside it.
  explicit server(const database& of, const std::vector<std::string>& more_flags = {});

  const load::target& at() const { return at_; }
  const std::string& url() const { return url_; }

  /// Memory in MiB: what it holds now, or held at most ("VmRSS", "VmHWM").
  double memory_mib(const std::string& kind = "VmRSS") const;
  /// Processor time that it has used.
  std::chrono::duration<double> cpu_time() const;

  void kill9();
  /// SIGTERM, and its exit with code 0.
  void stop();

private:
  child_process process_;
  std::string url_;
  load::target at_;
};

/// Sends one request to it and gives the body of a 2xx answer.
std::string ask(const server& which, const std::string& method, const std::string& path,
                const std::string& body = {});

/// Starts so many sagas, 5,000 at once: `body_of` gives the body of each, by its number, and
/// `begun` is told its id. Throws when one is refused.
void start_sagas(
  const server& which, std::size_t sagas, const std::function<std::string(std::size_t)>& body_of,
  const std::function<void(std::size_t, const std::string&)>& begun = [](auto, const auto&) {});

} // namespace sagas::bench
