// The certificate in use: read anew when its files change, so that a renewed one needs no restart.
#pragma once

#include <memory>
#include <string>

#include "http/server/tls.hpp"
#include "http/server/time_limits.hpp"
#include "saga/log.hpp"

namespace sagas::http {

/// Used by one thread.
class tls_source {
public:
  static result<std::unique_ptr<tls_source>> open(tls_files files, logger& log);

  /// For the next client. Looks at the files every ten seconds at most; files that can't be used
  /// are told of in the log, and the certificate before stays.
  const tls_context& current(steady::time_point now);

private:
  tls_source(tls_files files, logger& log) : files_(std::move(files)), log_(log) {}
  std::string stamp() const;

  const tls_files files_;
  logger& log_;
  std::shared_ptr<const tls_context> context_;
  std::string stamp_; // of the files that were read last
  steady::time_point next_look_{};
};

} // namespace sagas::http
