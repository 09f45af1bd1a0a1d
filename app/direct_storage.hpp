// The database that the configuration names, for commands that work on it by themselves: opened in
// this process when nobody else has it, else through the server that does.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "app/client.hpp"
#include "app/config.hpp"
#include "persistence/payload_keys.hpp"
#include "saga/queries.hpp"
#include "saga/store.hpp"

namespace sagas {

/// How a command reaches the server: made when it is needed.
struct server_address {
  std::string url; ///< for messages
  std::function<result<api_client>()> open;
};

/// errc::not_found when there is no such database.
status check_database_present(const config& values);

/// Opens it for writing. errc::conflict when a server has it.
result<std::shared_ptr<store>> open_own_store(const config& values, const payload_keys_ptr& keys);

/// For reading what is not encrypted. Open it behind the store: what that does to a file must not
/// meet another session of this process.
result<std::unique_ptr<queries>> open_own_reads(const config& values);

/// POSTs to a server and gives the body of its answer; one that is busy is asked again for a
/// minute. errc::conflict when it does not know the path, errc::unavailable.
result<nlohmann::json> post_patiently(api_client& server, const std::string& url,
                                      const api_request& what);

} // namespace sagas
