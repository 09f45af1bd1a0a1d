// sagas keys: who may use a server. Works on the file alone; a running server takes notice.
#include <algorithm>
#include <memory>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/session.hpp"
#include "app/cli/table.hpp"
#include "app/cli/verbs.hpp"
#include "app/clock.hpp"
#include "app/keys_file.hpp"
#include "saga/text.hpp"

namespace sagas::cli {
namespace {

using nlohmann::ordered_json;

struct key_flags {
  std::string file = "sagas.keys.json";
  std::string name;
  std::vector<std::string> scopes;
  http::start_quota starts;
};
using flags_ptr = std::shared_ptr<key_flags>;

void add_file_option(CLI::App& verb, const flags_ptr& flags) {
  put_flags_first(verb);
  verb.add_option("--file", flags->file, "the file of keys, as in the server's http.keys_file")
    ->envname("SAGAS_HTTP_KEYS_FILE")
    ->capture_default_str();
}

status add_key(std::vector<http::api_key>& to, const key_flags& flags, const std::string& key) {
  http::api_key made;
  made.digest = http::digest_of(key);
  made.created = now();
  made.starts = flags.starts;
  made.name = flags.name.empty() ? "key-" + http::to_hex(made.digest).substr(0, 8) : flags.name;
  for (const std::string& word : flags.scopes)
    made.scopes.add(*http::parse_scope(word)); // the command line takes no other words
  if (!is_name(made.name))
    return failure{errc::invalid_input, "--name takes 1 to 100 of the characters A-Z a-z 0-9 _ . "
                                        ": -"};
  if (std::any_of(to.begin(), to.end(), [&](const auto& one) { return one.name == made.name; }))
    return failure{errc::conflict, "there is a key " + made.name
                                     + " already: choose another name, or revoke that one"};
  if (to.size() >= http::keys_max)
    return failure{errc::conflict, "the file holds " + std::to_string(http::keys_max)
                                     + " keys already: revoke those that nobody uses"};
  to.push_back(std::move(made));
  return nothing{};
}

// "50/s, burst 100, 20 at once"
std::string text_of(const http::start_quota& quota) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (quota.rate > 0)
    add(ordered_json(quota.rate).dump() + "/s");
  if (quota.burst > 0)
    add("burst " + std::to_string(quota.burst));
  if (quota.at_once > 0)
    add(std::to_string(quota.at_once) + " at once");
  return text;
}

void create(session& with, const key_flags& flags) {
  const auto key = http::fresh_key();
  if (!key) {
    with.code = report_failure(with, key.error());
    return;
  }
  ordered_json facts;
  const status done = change_keys(flags.file, [&](std::vector<http::api_key>& keys) {
    const status added = add_key(keys, flags, *key);
    if (added)
      facts = {{"name", keys.back().name}, {"scopes", keys.back().scopes.text()}, {"key", *key}};
    return added;
  });
  if (!done) {
    with.code = report_failure(with, done.error());
    return;
  }
  if (!with.json)
    complain("keep this key now, it is not shown again: " + facts["name"].get<std::string>() + ", "
             + facts["scopes"].get<std::string>());
  tell(with, facts, *key);
}

void list(session& with, const key_flags& flags) {
  const auto keys = read_keys(flags.file);
  if (!keys) {
    with.code = report_failure(with, keys.error());
    return;
  }
  ordered_json all = ordered_json::array();
  std::vector<std::vector<std::string>> rows{{"NAME", "SCOPES", "STARTS", "CREATED"}};
  for (const http::api_key& key : *keys) {
    rows.push_back({key.name, key.scopes.text(), text_of(key.starts), to_iso(key.created)});
    all.push_back({{"name", key.name},
                   {"scopes", key.scopes.text()},
                   {"starts", text_of(key.starts)},
                   {"created", to_iso(key.created)}});
  }
  print(with.json ? all.dump(2) + "\n" : table(rows));
}

void revoke(session& with, const key_flags& flags) {
  const status done = change_keys(flags.file, [&](std::vector<http::api_key>& keys) -> status {
    const auto removed = std::erase_if(
      keys, [&](const http::api_key& one) { return one.name == flags.name; });
    if (removed == 0)
      return failure{errc::not_found, "there is no key " + flags.name + " in " + flags.file};
    return nothing{};
  });
  if (!done)
    with.code = report_failure(with, done.error());
  else
    tell(with, {{"revoked", flags.name}}, "revoked " + flags.name);
}

void add_create_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("create", "Make a key, and show it this once");
  const auto flags = std::make_shared<key_flags>();
  verb.add_option("--scope", flags->scopes, "read, start, operate or admin; may be repeated")
    ->required()
    ->check(CLI::IsMember({"read", "start", "operate", "admin"}));
  verb.add_option("--rate", flags->starts.rate, "sagas a second that it may start; 0: any")
    ->check(CLI::Range(0.0, double{http::quota_max}));
  verb.add_option("--burst", flags->starts.burst, "sagas at once beyond the rate; 0: a second's")
    ->check(CLI::Range(0U, http::quota_max));
  verb.add_option("--at-once", flags->starts.at_once, "starts in flight that it may have; 0: any")
    ->check(CLI::Range(0U, http::quota_max));
  verb.add_option("--name", flags->name, "who uses it; made up unless given");
  add_file_option(verb, flags);
  add_json_option(verb, with);
  verb.footer("Every scope includes read; start and operate don't include each other; admin "
              "includes all.\nThe key alone goes to standard output.\n\n"
              "Example:\n  sagas keys create --scope start --name tienda > tienda.key");
  verb.callback([&with, flags] { create(with, *flags); });
}

void add_list_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("list", "List the keys: names, scopes and age");
  const auto flags = std::make_shared<key_flags>();
  add_file_option(verb, flags);
  add_json_option(verb, with);
  verb.footer("Example:\n  sagas keys list --file /etc/sagas/keys.json");
  verb.callback([&with, flags] { list(with, *flags); });
}

void add_revoke_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("revoke", "Take a key's rights away");
  const auto flags = std::make_shared<key_flags>();
  verb.add_option("name", flags->name, "the key's name")->required();
  add_file_option(verb, flags);
  add_json_option(verb, with);
  verb.footer("A running server refuses it within two seconds.\n\n"
              "Example:\n  sagas keys revoke tienda");
  verb.callback([&with, flags] { revoke(with, *flags); });
}

} // namespace

void add_keys(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand("keys", "Make, list and revoke the keys of a server");
  verb.require_subcommand(1);
  verb.footer("Example:\n  sagas keys create --scope admin --name yo > yo.key\n"
              "  sagas serve --keys sagas.keys.json\n"
              "  sagas list --key-file yo.key");
  add_create_verb(verb, with);
  add_list_verb(verb, with);
  add_revoke_verb(verb, with);
}

} // namespace sagas::cli
