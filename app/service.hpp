// One running server: the store, the engine, the participants and the HTTP interface, wired.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/config.hpp"
#include "saga/log.hpp"
#include "saga/result.hpp"

namespace sagas {

class service {
public:
  /// Opens everything by its configuration; serves reads from then on, and starts as soon as the
  /// unfinished sagas are loaded. Each error is one line with its remedy. `log` must outlive it.
  static result<std::unique_ptr<service>> open(const config& values, logger& log);
  service(const service&) = delete;
  service& operator=(const service&) = delete;
  ~service(); ///< stops at once, as a crash would, and loses nothing acknowledged

  /// "http://127.0.0.1:8003"
  std::string url() const;
  /// Whether starts are accepted now.
  bool accepting() const;
  /// Why the process must stop, if it must. Any thread.
  std::optional<failure> lost() const;

  /// Refuses new starts, lets what is being written be stored, and ends. Once.
  /// @returns whether nothing was left waiting at the end of `limit`
  bool drain(milliseconds limit);

private:
  struct parts;
  explicit service(std::unique_ptr<parts> from);
  std::unique_ptr<parts> parts_;
};

} // namespace sagas
