// The real program with its participants behind HTTP, on the same machine.
#pragma once

#include <memory>
#include <vector>

#include "bench/database.hpp"
#include "bench/web_service.hpp"
#include "http/participant/settings.hpp"

namespace sagas::bench {

class web_participants {
public:
  explicit web_participants(const std::vector<std::string>& names);

  web_service& named(const std::string& name) const;
  /// What `sagas serve` must be told to call them; the file is written beside the database's.
  std::vector<std::string> flags(const database& of) const;
  /// Calls the service as `sagas serve` would, so many at once.
  http::web_participant_settings settings(const std::string& name, std::uint32_t calls) const;
  void behave(manner how);
  /// Processor time that all of them have used.
  std::chrono::duration<double> cpu_time() const;

private:
  std::vector<std::unique_ptr<web_service>> all_;
};

/// The four of the campaign.
std::vector<std::string> campaign_services();

} // namespace sagas::bench
