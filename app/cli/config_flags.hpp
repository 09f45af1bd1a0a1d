// The configuration's flags, for the verbs that run by it.
#pragma once

#include <cstdint>
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

/// Adds --config and one flag for every key, or for those only that name the database.
enum class config_part : std::uint8_t { everything, database };
std::shared_ptr<config_flags> add_config_flags(CLI::App& verb,
                                               config_part which = config_part::everything);

/// The configuration, for a verb about the database: --db FILE on the line means that file,
/// whatever kind of storage the configuration names. Nothing when it is wrong; the user has been
/// told then.
std::optional<config> configured_database(session& with, const config_flags& flags);

} // namespace sagas::cli
