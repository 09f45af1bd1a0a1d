#include "app/cli/config_flags.hpp"

#include <algorithm>
#include <array>

#include <CLI/App.hpp>

#include "app/config_keys.hpp"

namespace sagas::cli {
namespace {

bool names_database(const config_key& key) {
  constexpr std::array names{"storage.type", "db.path", "db.host",        "db.port",
                             "db.name",      "db.user", "db.payload_keys"};
  return std::find(names.begin(), names.end(), key.name) != names.end();
}

} // namespace

config_inputs config_flags::inputs() const {
  config_inputs from;
  from.flags = values;
  if (!file.empty())
    from.file = file;
  from.environment = sagas_environment();
  return from;
}

std::optional<config> configured_database(session& with, const config_flags& flags) {
  auto loaded = load_config(flags.inputs());
  if (!loaded) {
    with.code = report_failure(with, loaded.error());
    return std::nullopt;
  }
  config& values = loaded->values;
  if (flags.values.contains("db.path") && !flags.values.contains("storage.type"))
    values.storage.type = storage_kind::sqlite;
  return values;
}

std::shared_ptr<config_flags> add_config_flags(CLI::App& verb, config_part which) {
  auto flags = std::make_shared<config_flags>();
  verb.add_option("--config", flags->file, "a JSON file of these keys (SAGAS_CONFIG)");
  const config defaults;
  for (const config_key& key : config_keys()) {
    if (which == config_part::database && !names_database(key))
      continue;
    std::string names = flag_of(key);
    if (!key.short_flag.empty())
      names += "," + std::string{key.short_flag};
    const std::string fallback = value_text(defaults, key);
    const std::string doc = std::string{key.doc} + " [" + variable_of(key)
                            + (fallback.empty() || key.secret ? "" : "; " + fallback) + "]";
    const std::string name{key.name};
    const auto take = [flags, name](const std::string& text) { flags->values[name] = text; };
    if (form_of(key) == "true|false")
      verb.add_flag_function(
        names, [take](std::int64_t times) { take(times > 0 ? "true" : "false"); }, doc);
    else
      verb.add_option_function<std::string>(names, take, doc)->type_name(form_of(key));
  }
  return flags;
}

} // namespace sagas::cli
