#include "app/config_print.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "app/config_keys.hpp"

namespace sagas {
namespace {

constexpr const char* mask = "********";

std::string shown(const config& values, const config_key& key) {
  std::string text = value_text(values, key);
  return key.secret && !text.empty() ? mask : text;
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

} // namespace

std::string config_as_text(const loaded_config& what) {
  std::size_t keys = 0;
  std::size_t values = 0;
  for (const config_key& key : config_keys()) {
    keys = std::max(keys, key.name.size());
    values = std::max(values, shown(what.values, key).size());
  }
  std::string text;
  for (const config_key& key : config_keys())
    text += padded(std::string{key.name}, keys) + "  " + padded(shown(what.values, key), values)
            + "  " + what.sources.at(std::string{key.name}) + "\n";
  return text;
}

std::string config_as_json(const loaded_config& what) {
  nlohmann::ordered_json root;
  for (const config_key& key : config_keys()) {
    const std::string name{key.name};
    const std::string form = form_of(key);
    const std::string text = shown(what.values, key);
    nlohmann::ordered_json& entry = root[name];
    if (form == "number" || form == "true|false")
      entry["value"] = nlohmann::ordered_json::parse(text);
    else
      entry["value"] = text;
    entry["source"] = what.sources.at(name);
  }
  return root.dump(2) + "\n";
}

} // namespace sagas
