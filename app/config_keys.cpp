#include "app/config_keys.hpp"

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>
#include <vector>

#include "saga/json_reader.hpp"

namespace sagas {
namespace {

// The words of an enumeration, in the order of its values.
template <class E>
constexpr auto words_of() {
  if constexpr (std::is_same_v<E, storage_kind>)
    return std::array<std::string_view, 2>{"sqlite", "mysql"};
  else if constexpr (std::is_same_v<E, log_level>)
    return std::array<std::string_view, 4>{"debug", "info", "warning", "error"};
  else
    return std::array<std::string_view, 3>{"auto", "text", "json"};
}

template <class Words>
std::string alternatives(const Words& words) {
  std::string text;
  for (std::string_view word : words) {
    text += text.empty() ? "" : "|";
    text += word;
  }
  return text;
}

#define SAGAS_FIELD(member) [](config& c) -> config_field { return &c.member; }

constexpr std::uint64_t day = 86'400'000;
constexpr std::uint64_t mib = 1ULL << 20;

constexpr config_key keys[] = {
  {"storage.type", SAGAS_FIELD(storage.type), "which database keeps the sagas"},
  {"db.path", SAGAS_FIELD(db.path), "the SQLite file; created at the first start", "--db", 1, 4096},
  {"db.readers", SAGAS_FIELD(db.readers), "read sessions, beside the one writer", {}, 1, 64},
  {"db.host", SAGAS_FIELD(db.host), "MySQL server", {}, 1, 253},
  {"db.port", SAGAS_FIELD(db.port), "MySQL port", {}, 1, 65535},
  {"db.name", SAGAS_FIELD(db.name), "MySQL database", {}, 1, 64},
  {"db.user", SAGAS_FIELD(db.user), "MySQL user", {}, 1, 80},
  {"db.password",
   SAGAS_FIELD(db.password),
   "MySQL password; better from a file: SAGAS_DB_PASSWORD_FILE",
   {},
   0,
   1024,
   true},
  {"db.pool_size", SAGAS_FIELD(db.pool_size), "MySQL connections kept open", {}, 1, 1000},
  {"db.pool_overflow",
   SAGAS_FIELD(db.pool_overflow),
   "MySQL connections beyond, under load",
   {},
   0,
   1000},
  {"db.writers",
   SAGAS_FIELD(db.writers),
   "MySQL connections that write, each for its own sagas",
   {},
   1,
   64},
  {"db.retention",
   SAGAS_FIELD(db.retention),
   "remove sagas for good so long after their end, 1d at least; 0s keeps them for ever",
   {},
   0,
   36'500 * day},
  {"db.payload_keys", SAGAS_FIELD(db.payload_keys),
   "file of the keys that payloads are encrypted with in the database (sagas db new-key); empty: "
   "they are stored as they are",
   "--payload-keys", 0, 4096},
  {"http.host", SAGAS_FIELD(http.host), "address to listen on", "--host", 1, 253},
  {"http.port", SAGAS_FIELD(http.port), "port to listen on; 0 takes any free one", "--port", 0,
   65535},
  {"http.threads", SAGAS_FIELD(http.threads), "threads that handle requests", {}, 1, 256},
  {"http.connections_max",
   SAGAS_FIELD(http.connections_max),
   "open connections at once",
   {},
   8,
   1'000'000},
  {"http.body_max", SAGAS_FIELD(http.body_max), "largest request body", {}, 1024, 1024 * mib},
  {"http.batch_max",
   SAGAS_FIELD(http.batch_max),
   "largest body of /sagas/lote",
   {},
   1024,
   1024 * mib},
  {"http.request_timeout",
   SAGAS_FIELD(http.request_timeout),
   "for a request to arrive whole",
   {},
   100,
   day},
  {"http.idle_timeout",
   SAGAS_FIELD(http.idle_timeout),
   "before an idle connection is closed",
   {},
   100,
   day},
  {"http.insecure_bind", SAGAS_FIELD(http.insecure_bind),
   "listen beyond this machine although nothing authenticates callers", "--insecure-bind"},
  {"http.keys_file", SAGAS_FIELD(http.keys_file),
   "file of the keys that callers need (sagas keys create); empty: whoever comes may do everything",
   "--keys", 0, 4096},
  {"http.redact",
   SAGAS_FIELD(http.redact),
   "fields of payloads that no answer shows, with commas: names at any depth, or JSON pointers "
   "(tarjeta,/cliente/nif)",
   {},
   0,
   4096},
  {"http.hosts",
   SAGAS_FIELD(http.hosts),
   "names that callers may use for this server, with commas, beside the loopback ones; empty: "
   "those "
   "alone on a loopback address, any on others",
   {},
   0,
   4096},
  {"http.cors_origins",
   SAGAS_FIELD(http.cors_origins),
   "sites whose pages may read answers, with commas (https://panel.example); empty: none",
   {},
   0,
   4096},
  {"http.tls_certificate", SAGAS_FIELD(http.tls_certificate),
   "certificate to serve HTTPS with, its chain behind it (PEM); empty: HTTP", "--tls-certificate",
   0, 4096},
  {"http.tls_key", SAGAS_FIELD(http.tls_key), "its private key (PEM)", "--tls-key", 0, 4096},
  {"http.tls_client_ca", SAGAS_FIELD(http.tls_client_ca),
   "who signed the certificates that callers must show (PEM); empty: none need one",
   "--tls-client-ca", 0, 4096},
  {"engine.threads",
   SAGAS_FIELD(engine.threads),
   "threads that run sagas; 0: one a core",
   {},
   0,
   256},
  {"engine.sagas_max",
   SAGAS_FIELD(engine.sagas_max),
   "sagas running at once; starts beyond are refused with 503",
   {},
   1,
   10'000'000},
  {"engine.commits_max",
   SAGAS_FIELD(engine.commits_max),
   "transitions waiting to be committed; starts beyond are refused with 503",
   {},
   16,
   10'000'000},
  {"engine.batch_max",
   SAGAS_FIELD(engine.batch_max),
   "transitions in one transaction",
   {},
   1,
   100'000},
  {"engine.resident",
   SAGAS_FIELD(engine.resident),
   "sagas that stay in memory however long an answer takes",
   {},
   0,
   10'000'000},
  {"engine.rest_after",
   SAGAS_FIELD(engine.rest_after),
   "a wait for which a saga leaves memory, and is loaded again afterwards",
   {},
   1,
   day},
  {"engine.recovery_page",
   SAGAS_FIELD(engine.recovery_page),
   "unfinished sagas loaded at once after a start",
   {},
   1,
   100'000},
  {"participants.stand_ins", SAGAS_FIELD(participants.stand_ins),
   "microservicios that the built-in participants serve, with commas; a name of your own does "
   "every "
   "step by keeping its input",
   "--stand-ins", 0, 4096},
  {"participants.ledger", SAGAS_FIELD(participants.ledger),
   "file in which the built-in participants remember what they did; \"memory\" keeps none; empty: "
   "beside the database",
   "--ledger", 0, 4096},
  {"participants.file", SAGAS_FIELD(participants.file),
   "web services that serve microservicios (JSON, see docs/participants.md)", "--participants", 0,
   4096},
  {"participants.targets",
   SAGAS_FIELD(participants.targets),
   "hosts of this machine or link that registered services may be at, as host:port, with commas",
   {},
   0,
   4096},
  {"participants.secrets",
   SAGAS_FIELD(participants.secrets),
   "folder of the secrets and TLS files that registered services may refer to",
   {},
   0,
   4096},
  {"webhooks.source",
   SAGAS_FIELD(webhooks.source),
   "source of the CloudEvents sent to subscribers, a URI or a path; empty: /sagas/NODE",
   {},
   0,
   1024},
  {"injection.file", SAGAS_FIELD(injection.file),
   "failures to inject into the built-in participants (JSON), for tests", "--injection", 0, 4096},
  {"injection.allow", SAGAS_FIELD(injection.allow),
   "let a start ask for injected failures in its metadatos, for tests", "--allow-injection"},
  {"log.level", SAGAS_FIELD(log.level), "least level that is written", "--log"},
  {"log.format", SAGAS_FIELD(log.format), "auto: text on a terminal, JSON lines otherwise"},
  {"drain.timeout",
   SAGAS_FIELD(drain.timeout),
   "for running sagas to end after SIGTERM; what is left goes on at the next start",
   {},
   0,
   day},
  {"node.name", SAGAS_FIELD(node.name), "name of this process; empty: the host's", {}, 0, 64},
};

#undef SAGAS_FIELD

std::optional<std::string> assign(std::string& to, const config_key& key, std::string_view text) {
  if (text.size() < key.min)
    return "must not be empty";
  if (text.size() > key.max)
    return "is longer than " + std::to_string(key.max) + " characters";
  if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; }))
    return "holds a control character";
  to = text;
  return std::nullopt;
}

std::optional<std::string> assign(bool& to, const config_key&, std::string_view text) {
  if (text != "true" && text != "false")
    return "'" + std::string{text} + "' is neither true nor false";
  to = text == "true";
  return std::nullopt;
}

std::string limits(const config_key& key, const std::string& low, const std::string& high) {
  return key.max == std::numeric_limits<std::uint64_t>::max() ? "at least " + low
                                                              : "from " + low + " to " + high;
}

template <class Number>
std::optional<std::string> assign_number(Number& to, const config_key& key, std::string_view text) {
  const auto number = parse_whole(text);
  if (!number || *number < key.min || *number > key.max)
    return "'" + std::string{text} + "' is no whole number "
           + limits(key, std::to_string(key.min), std::to_string(key.max));
  to = static_cast<Number>(*number);
  return std::nullopt;
}

std::optional<std::string> assign(std::uint16_t& to, const config_key& key, std::string_view text) {
  return assign_number(to, key, text);
}

std::optional<std::string> assign(std::uint32_t& to, const config_key& key, std::string_view text) {
  return assign_number(to, key, text);
}

std::optional<std::string> assign(milliseconds& to, const config_key& key, std::string_view text) {
  const auto read = parse_duration(text);
  const auto value = read ? static_cast<std::uint64_t>(read->count()) : 0;
  if (!read || value < key.min || value > key.max) {
    const auto in_text = [](std::uint64_t ms) {
      return to_text(milliseconds{static_cast<milliseconds::rep>(ms)});
    };
    return "'" + std::string{text} + "' is no duration "
           + limits(key, in_text(key.min), in_text(key.max))
           + "; write it with its unit: 500ms, 30s, 5m, 2h, 90d";
  }
  to = *read;
  return std::nullopt;
}

std::optional<std::string> assign(byte_count& to, const config_key& key, std::string_view text) {
  const auto read = parse_size(text);
  if (!read || read->value < key.min || read->value > key.max)
    return "'" + std::string{text} + "' is no size "
           + limits(key, to_text(byte_count{key.min}), to_text(byte_count{key.max}))
           + "; write it with its unit: 512B, 64KiB, 16MiB, 1GiB";
  to = *read;
  return std::nullopt;
}

template <class E>
requires std::is_enum_v<E> std::optional<std::string> assign(E& to, const config_key&,
                                                             std::string_view text) {
  constexpr auto words = words_of<E>();
  const auto found = std::find(words.begin(), words.end(), text);
  if (found == words.end())
    return "'" + std::string{text} + "' is none of " + alternatives(words);
  to = static_cast<E>(found - words.begin());
  return std::nullopt;
}

template <class T>
std::string print(const T& value) {
  if constexpr (std::is_same_v<T, std::string>)
    return value;
  else if constexpr (std::is_same_v<T, bool>)
    return value ? "true" : "false";
  else if constexpr (std::is_enum_v<T>)
    return std::string{words_of<T>()[static_cast<std::size_t>(value)]};
  else if constexpr (std::is_integral_v<T>)
    return std::to_string(value);
  else
    return to_text(value);
}

template <class T>
std::string form(const T&) {
  if constexpr (std::is_same_v<T, std::string>)
    return "text";
  else if constexpr (std::is_same_v<T, bool>)
    return "true|false";
  else if constexpr (std::is_enum_v<T>)
    return alternatives(words_of<T>());
  else if constexpr (std::is_same_v<T, milliseconds>)
    return "duration";
  else if constexpr (std::is_same_v<T, byte_count>)
    return "size";
  else
    return "number";
}

} // namespace

std::span<const config_key> config_keys() { return keys; }

const config_key* find_config_key(std::string_view name) {
  const auto found = std::find_if(std::begin(keys), std::end(keys),
                                  [&](const auto& key) { return key.name == name; });
  return found == std::end(keys) ? nullptr : found;
}

std::string variable_of(const config_key& key) {
  std::string text = "SAGAS_";
  for (char c : key.name)
    text += c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return text;
}

std::string flag_of(const config_key& key) {
  std::string text = "--";
  for (char c : key.name)
    text += c == '.' || c == '_' ? '-' : c;
  return text;
}

std::string form_of(const config_key& key) {
  config defaults;
  return std::visit([](auto* at) { return form(*at); }, key.field(defaults));
}

std::optional<std::string> set_value(config& values, const config_key& key, std::string_view text) {
  return std::visit([&](auto* at) { return assign(*at, key, text); }, key.field(values));
}

std::string value_text(const config& values, const config_key& key) {
  config copy = values; // field() gives a pointer to change; reading works on a copy
  return std::visit([](auto* at) { return print(*at); }, key.field(copy));
}

} // namespace sagas
