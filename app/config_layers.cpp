#include "app/config_layers.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

#include <nlohmann/json.hpp>

#include "app/nearest.hpp"
#include "app/secret_reference.hpp"
#include "saga/planted.hpp"

namespace sagas {
namespace {

using nlohmann::json;

constexpr std::size_t file_max = 1 << 20;
constexpr std::string_view file_suffix = "_FILE";

std::vector<std::string> names_in_files() {
  std::vector<std::string> names;
  for (const config_key& key : config_keys())
    names.emplace_back(key.name);
  return names;
}

// Whether `name` is a group of keys: "http" of "http.port".
bool is_group(const std::string& name) {
  for (const config_key& key : config_keys())
    if (key.name.substr(0, key.name.find('.')) == name)
      return true;
  return false;
}

// The text of a JSON scalar of the type that the key wants, or nothing.
std::optional<std::string> scalar_text(const config_key& key, const json& value) {
  const std::string form = form_of(key);
  if (form == "number")
    return value.is_number_unsigned() ? std::optional{value.dump()} : std::nullopt;
  if (form == "true|false")
    return value.is_boolean() ? std::optional{value.dump()} : std::nullopt;
  return value.is_string() ? std::optional{value.get<std::string>()} : std::nullopt;
}

void apply_member(config_draft& draft, const std::string& path, const std::string& name,
                  const json& value) {
  const config_key* key = find_config_key(name);
  if (!key) {
    draft.fault(path, "unknown key " + name + suggestion(name, names_in_files()));
    return;
  }
  const auto text = scalar_text(*key, value);
  if (!text) {
    const std::string form = form_of(*key);
    draft.fault(path,
                name + " wants a "
                  + (form == "number" || form == "true|false" ? form + " without quotes"
                                                              : "text in quotes (" + form + ")"));
    return;
  }
  draft.set(*key, *text, path);
}

void apply_groups(config_draft& draft, const std::string& path, const json& root) {
  for (const auto& [group, members] : root.items()) {
    if (!is_group(group)) {
      draft.fault(path, "unknown key " + group + suggestion(group, names_in_files()));
      continue;
    }
    if (!members.is_object()) {
      draft.fault(path, group + " must be an object of keys");
      continue;
    }
    for (const auto& [name, value] : members.items())
      apply_member(draft, path, group + "." + name, value);
  }
}

// SAGAS_DB_PASSWORD_FILE: where a container's secret lies.
void apply_secret_file(config_draft& draft, const config_key& key, const std::string& variable,
                       const std::string& path) {
  auto secret = read_small_file(path, file_max);
  if (!secret) {
    draft.fault(variable, "can't read " + path + ": " + std::generic_category().message(errno));
    return;
  }
  while (!secret->empty() && (secret->back() == '\n' || secret->back() == '\r'))
    secret->pop_back();
  draft.set(key, *secret, variable);
}

} // namespace

void config_draft::set(const config_key& key, std::string_view text, const std::string& source) {
  if (const auto wrong = set_value(loaded.values, key, text)) {
    fault(source, std::string{key.name} + " " + (key.secret ? "is malformed" : *wrong));
    return;
  }
  loaded.sources[std::string{key.name}] = source;
}

std::optional<std::string> read_small_file(const std::string& path, std::size_t bytes_max) {
  std::ifstream file{path, std::ios::binary};
  if (!file)
    return std::nullopt;
  std::string text(bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad())
    return std::nullopt;
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > bytes_max) {
    errno = EFBIG;
    return std::nullopt;
  }
  return text;
}

void apply_file(config_draft& draft, const std::string& path) {
  errno = 0;
  const auto text = read_small_file(path, file_max);
  if (!text) {
    draft.fault(path, std::string{"can't read this configuration file: "}
                        + std::generic_category().message(errno));
    return;
  }
  try {
    const json root = json::parse(*text);
    if (!root.is_object())
      draft.fault(path, "must hold a JSON object such as {\"http\": {\"port\": 8003}}");
    else
      apply_groups(draft, path, root);
  } catch (const json::parse_error& wrong) {
    draft.fault(path, "is not JSON: byte " + std::to_string(wrong.byte) + " is wrong");
  }
}

void apply_environment(config_draft& draft, const std::map<std::string, std::string>& variables) {
  std::map<std::string, const config_key*> known;
  std::vector<std::string> names{"SAGAS_CONFIG",       "SAGAS_URL", "SAGAS_API_KEY",
                                 "SAGAS_API_KEY_FILE", "SAGAS_CA",  "SAGAS_CERT",
                                 "SAGAS_CERT_KEY"};
  for (const config_key& key : config_keys()) {
    known[variable_of(key)] = &key;
    names.push_back(variable_of(key));
  }
  for (const auto& [variable, value] : variables) {
    if (variable == "SAGAS_CONFIG" || variable == "SAGAS_URL"
        || variable.starts_with(registered_secrets) || (can_plant && variable == bug_variable))
      continue;
    if (const auto found = known.find(variable); found != known.end()) {
      draft.set(*found->second, value, variable);
      continue;
    }
    const bool may_be_file = variable.ends_with(file_suffix);
    const auto secret = known.find(
      may_be_file ? variable.substr(0, variable.size() - file_suffix.size()) : std::string{});
    if (secret == known.end() || !secret->second->secret)
      draft.fault(variable, "unknown variable" + suggestion(variable, names));
    else if (variables.contains(secret->first))
      draft.fault(variable, "is set together with " + secret->first + ": unset one of them");
    else
      apply_secret_file(draft, *secret->second, variable, value);
  }
}

} // namespace sagas
