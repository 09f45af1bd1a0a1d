// The layers that a configuration is read from, weakest first: defaults, file, environment, flags.
//
// Inside app/config*.cpp; others call load_config().
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "app/config_keys.hpp"

namespace sagas {

/// A configuration being put together, with every fault found so far.
struct config_draft {
  loaded_config loaded;
  std::vector<field_error> faults;

  void set(const config_key& key, std::string_view text, const std::string& source);
  void fault(std::string where, std::string what) {
    faults.push_back({std::move(where), std::move(what)});
  }
};

/// Reads the JSON file at `path`; unknown keys and wrong types are faults.
void apply_file(config_draft& draft, const std::string& path);
/// Reads the SAGAS_ variables; an unknown one is a fault, SAGAS_X_FILE names a file with a secret.
void apply_environment(config_draft& draft, const std::map<std::string, std::string>& variables);

/// The whole of a small file, or nothing when it can't be read or is larger.
std::optional<std::string> read_small_file(const std::string& path, std::size_t bytes_max);

} // namespace sagas
