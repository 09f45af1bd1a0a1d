// The whole configuration: read once in main, its parts passed by value to whoever needs them.
//
// A default stands here and nowhere else; config_keys.cpp has one line for every key, which drives
// reading, printing and --help.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/quantity.hpp"
#include "saga/log.hpp"
#include "saga/result.hpp"

namespace sagas {

enum class storage_kind : std::uint8_t { sqlite, mysql };
enum class log_format : std::uint8_t { automatic, text, json };

struct config {
  struct storage_part {
    storage_kind type = storage_kind::sqlite;
  } storage;
  struct db_part {
    std::string path = "sagas.db";
    std::uint32_t readers = 4;
    std::string host = "sagas-db";
    std::uint16_t port = 3306;
    std::string name = "sagas";
    std::string user = "sagas";
    std::string password = "sagas123";
    std::uint32_t pool_size = 20;
    std::uint32_t pool_overflow = 30;
    std::uint32_t writers = 4;
    milliseconds retention{0};
    std::string payload_keys;
  } db;
  struct http_part {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8003;
    std::uint32_t threads = 4;
    std::uint32_t connections_max = 4096;
    byte_count body_max{1ULL << 20};
    byte_count batch_max{16ULL << 20};
    milliseconds request_timeout{30'000};
    milliseconds idle_timeout{5'000};
    bool insecure_bind = false;
    std::string keys_file;
    std::string redact;
    std::string hosts;
    std::string cors_origins;
    std::string tls_certificate;
    std::string tls_key;
    std::string tls_client_ca;
  } http;
  struct engine_part {
    std::uint32_t threads = 0;
    std::uint32_t sagas_max = 100'000;
    std::uint32_t commits_max = 20'000;
    std::uint32_t batch_max = 1'000;
    std::uint32_t resident = 10'000;
    milliseconds rest_after{5'000};
    std::uint32_t recovery_page = 256;
  } engine;
  struct participants_part {
    std::string stand_ins = "afiliados,comisiones,tracking,notificaciones,pagos";
    std::string ledger;
    std::string file;
    std::string targets;
    std::string secrets;
  } participants;
  struct webhooks_part {
    std::string source;
  } webhooks;
  struct injection_part {
    std::string file;
    bool allow = false;
  } injection;
  struct log_part {
    log_level level = log_level::info;
    log_format format = log_format::automatic;
  } log;
  struct drain_part {
    milliseconds timeout{30'000};
  } drain;
  struct node_part {
    std::string name;
  } node;
};

/// Where values come from, strongest first. Tests pass them in; the program takes its own.
struct config_inputs {
  std::map<std::string, std::string> flags;       ///< by key ("http.port"), as given
  std::optional<std::string> file;                ///< of --config; else SAGAS_CONFIG
  std::map<std::string, std::string> environment; ///< every variable that begins with SAGAS_
};

/// The configuration, and where each value came from.
struct loaded_config {
  config values;
  std::map<std::string, std::string>
    sources; ///< by key: "default", "config.json", "SAGAS_X", "--x"
};

/// The SAGAS_ variables of this process.
std::map<std::string, std::string> sagas_environment();

/// Reads and checks everything. errc::invalid_input with *every* fault, each naming its key, flag,
/// variable or file, and the remedy.
result<loaded_config> load_config(const config_inputs& from);

/// What a person should know before this configuration runs; empty when nothing.
std::vector<std::string> warnings_about(const config& values);

/// Whether only this machine can reach an address.
bool is_loopback(const std::string& host);

/// Where the participants keep their ledger: a path, or "memory".
std::string ledger_path(const config& values);

/// The words of a list with commas; none for "".
std::vector<std::string> list_of(const std::string& text);

/// The names in Host that are served; none: any.
std::vector<std::string> served_hosts(const config& values);

/// The microservicios that the built-in participants serve.
std::vector<std::string> stand_in_services(const config& values);

} // namespace sagas
