// The configuration's flags, for the verbs that run by it.
#pragma once

#include <memory>

#include "app/cli/session.hpp"
#include "app/config.hpp"

namespace sagas::cli {

/// What of the configuration stood on the command line.
struct config_flags {
  std::string file;
  std::map<std::string, std::string> values; ///< by key

  config_inputs inputs() const;
};

/// Adds --config and one flag for every key.
std::shared_ptr<config_flags> add_config_flags(CLI::App& verb);

} // namespace sagas::cli
