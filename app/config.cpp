#include "app/config.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <sstream>

#include <arpa/inet.h>
#include <unistd.h>

#include "app/config_keys.hpp"
#include "app/config_layers.hpp"
#include "app/nearest.hpp"
#include "http/redaction.hpp"
#include "saga/store.hpp"

namespace sagas {
namespace {

void apply_flags(config_draft& draft, const std::map<std::string, std::string>& flags) {
  for (const auto& [name, text] : flags) {
    const config_key* key = find_config_key(name);
    SAGAS_ASSERT(key != nullptr); // the command line offers the table's flags and no others
    draft.set(*key, text, flag_of(*key));
  }
}

std::string host_name() {
  char name[65]{};
  if (::gethostname(name, sizeof name - 1) != 0 || name[0] == '\0')
    return "sagas";
  return name;
}

bool is_service_name(const std::string& name) {
  const auto fits = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '.' || c == ':' || c == '-';
  };
  return !name.empty() && name.size() <= 100 && std::all_of(name.begin(), name.end(), fits);
}

bool is_host_name(const std::string& name) {
  const auto fits = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
  };
  const bool v6 = name.starts_with('[') && name.ends_with(']');
  return v6 || (!name.empty() && std::all_of(name.begin(), name.end(), fits));
}

bool is_origin(const std::string& text) {
  const auto scheme = text.find("://");
  if (scheme == std::string::npos
      || (text.substr(0, scheme) != "https" && text.substr(0, scheme) != "http"))
    return false;
  const std::string rest = text.substr(scheme + 3);
  const auto colon = rest.rfind(':');
  const bool port = colon != std::string::npos && !rest.ends_with(']');
  const std::string digits = port ? rest.substr(colon + 1) : "1";
  return is_host_name(rest.substr(0, port ? colon : rest.size()))
         && parse_whole(digits).has_value();
}

// Whether callers have to show who they are.
bool authenticates(const config& values) {
  return !values.http.keys_file.empty() || !values.http.tls_client_ca.empty();
}

// What no single key can tell.
void check_together(config_draft& draft) {
  const config& values = draft.loaded.values;
  if (!is_loopback(values.http.host) && !values.http.insecure_bind && !authenticates(values))
    draft.fault("http.host",
                values.http.host
                  + " can be reached from other machines and nothing authenticates "
                    "callers: listen on 127.0.0.1, ask for keys with --keys FILE or for "
                    "certificates with --tls-client-ca FILE, or accept the risk with "
                    "--insecure-bind (SAGAS_HTTP_INSECURE_BIND=true)");
  if (values.db.retention.count() != 0 && values.db.retention < kept_at_least)
    draft.fault("db.retention", "is shorter than 1d, for which every idempotency key is kept: "
                                "raise it, or keep all with 0s");
  if (values.http.batch_max < values.http.body_max)
    draft.fault("http.batch_max", "is smaller than http.body_max: raise it");
  for (const std::string& name : stand_in_services(values))
    if (!is_service_name(name))
      draft.fault("participants.stand_ins", "'" + name
                                              + "' is no microservicio's name: 1 to 100 "
                                                "of the characters A-Z a-z 0-9 _ . : -");
  if (values.http.tls_certificate.empty() != values.http.tls_key.empty())
    draft.fault("http.tls_key", "and http.tls_certificate belong together: name both, or neither");
  if (!values.http.tls_client_ca.empty() && values.http.tls_certificate.empty())
    draft.fault("http.tls_client_ca", "needs http.tls_certificate and http.tls_key beside it");
  for (const std::string& entry : list_of(values.http.redact))
    if (const std::string wrong = http::redaction_fault(entry); !wrong.empty())
      draft.fault("http.redact", "'" + entry + "' " + wrong);
  for (const std::string& name : list_of(values.http.hosts))
    if (!is_host_name(name))
      draft.fault("http.hosts",
                  "'" + name + "' is no name in Host: write it without port and path");
  for (const std::string& origin : list_of(values.http.cors_origins))
    if (!is_origin(origin))
      draft.fault("http.cors_origins",
                  "'" + origin + "' is no origin: write https://name or https://name:port");
  if (ledger_path(values) == values.db.path)
    draft.fault("participants.ledger", "is the database's own file: name another one");
}

failure fault_of(config_draft& draft) {
  std::string message = "the configuration is wrong:";
  for (const field_error& fault : draft.faults)
    message += "\n  " + fault.pointer + ": " + fault.message;
  return {errc::invalid_input, std::move(message), std::move(draft.faults)};
}

} // namespace

std::map<std::string, std::string> sagas_environment() {
  std::map<std::string, std::string> found;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text{*entry};
    const auto equals = text.find('=');
    if (text.starts_with("SAGAS_") && equals != std::string_view::npos)
      found.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return found;
}

result<loaded_config> load_config(const config_inputs& from) {
  config_draft draft;
  for (const config_key& key : config_keys())
    draft.loaded.sources[std::string{key.name}] = "default";
  draft.loaded.values.node.name = host_name();
  if (from.file)
    apply_file(draft, *from.file);
  else if (const auto named = from.environment.find("SAGAS_CONFIG");
           named != from.environment.end() && !named->second.empty())
    apply_file(draft, named->second);
  apply_environment(draft, from.environment);
  apply_flags(draft, from.flags);
  if (draft.loaded.values.node.name.empty())
    draft.loaded.values.node.name = host_name();
  if (draft.faults.empty())
    check_together(draft);
  if (!draft.faults.empty())
    return fault_of(draft);
  return std::move(draft.loaded);
}

std::vector<std::string> warnings_about(const config& values) {
  std::vector<std::string> warnings;
  if (values.storage.type == storage_kind::mysql && values.db.password == config{}.db.password)
    warnings.push_back("db.password is the well-known default: set SAGAS_DB_PASSWORD or "
                       "SAGAS_DB_PASSWORD_FILE");
  if (!is_loopback(values.http.host) && !authenticates(values))
    warnings.push_back("listening on " + values.http.host
                       + " although nothing authenticates callers: whoever reaches the port may "
                         "start and cancel sagas");
  if (!is_loopback(values.http.host) && !values.http.keys_file.empty()
      && values.http.tls_certificate.empty())
    warnings.push_back(
      "keys cross the network in the clear: serve HTTPS (http.tls_certificate), or "
      "put a proxy that does before "
      + values.http.host);
  if (!values.db.payload_keys.empty() && !values.participants.stand_ins.empty()
      && ledger_path(values) != "memory")
    warnings.push_back("the built-in participants keep what they are sent unencrypted in "
                       + ledger_path(values)
                       + ": serve none with --stand-ins '', or set --ledger memory");
  if (values.injection.allow || !values.injection.file.empty())
    warnings.push_back("failures are injected into the built-in participants: not for production");
  return warnings;
}

bool is_loopback(const std::string& host) {
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1)
    return (ntohl(v4.s_addr) >> 24) == 127;
  return host == "localhost" || host == "::1";
}

std::string ledger_path(const config& values) {
  if (!values.participants.ledger.empty())
    return values.participants.ledger;
  std::filesystem::path path{values.db.path};
  path.replace_extension(".participants.db");
  return path.string();
}

std::vector<std::string> list_of(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream all{text};
  for (std::string word; std::getline(all, word, ',');)
    words.push_back(word);
  return words;
}

std::vector<std::string> served_hosts(const config& values) {
  std::vector<std::string> names = list_of(values.http.hosts);
  if (names.empty() && !is_loopback(values.http.host))
    return {};
  const bool bare_v6 = values.http.host.find(':') != std::string::npos;
  names.push_back(bare_v6 ? "[" + values.http.host + "]" : values.http.host);
  names.insert(names.end(), {"localhost", "127.0.0.1", "[::1]"});
  return names;
}

std::vector<std::string> stand_in_services(const config& values) {
  return list_of(values.participants.stand_ins);
}

} // namespace sagas
