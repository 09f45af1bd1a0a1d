// The operator of the demo: decides about what is parked, over HTTP, as the campaign's plan says.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/client.hpp"
#include "app/demo/campaign.hpp"

namespace sagas::demo {

class operator_desk {
public:
  explicit operator_desk(const std::vector<campaign>& orders);

  /// Decides about each saga that is parked now.
  /// @returns how many sagas have not ended; nothing when the server did not answer
  std::optional<std::size_t> round(api_client& server);

  std::size_t decisions() const { return decisions_; }

private:
  bool decide(api_client& server, const std::string& saga, const std::string& campaign_id);

  std::map<std::string, intervention, std::less<>> planned_;
  std::size_t decisions_ = 0;
};

} // namespace sagas::demo
