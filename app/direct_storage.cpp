#include "app/direct_storage.hpp"

#include <thread>

#include <nlohmann/json.hpp>

#include "app/storage.hpp"
#include "persistence/mysql_queries.hpp"
#include "persistence/mysql_store.hpp"
#include "persistence/sqlite_care.hpp"
#include "persistence/sqlite_queries.hpp"
#include "persistence/sqlite_store.hpp"

namespace sagas {
namespace {

using nlohmann::json;

constexpr int busy_patience = 60; // times that a busy server is asked again
constexpr std::chrono::seconds ask_again{1};

bool is_mysql(const config& values) { return values.storage.type == storage_kind::mysql; }

result<json> body_of(const std::string& url, const api_answer& answer) {
  json body = json::parse(answer.body, nullptr, false);
  if (answer.ok() && body.is_object())
    return body;
  if (answer.status == 503 || answer.status == 429)
    return {errc::overloaded, "the server at " + url + " is busy: try again"};
  if (answer.status == 404 || answer.status == 405)
    return {errc::conflict, "the server at " + url + " can't do that: run its newest version"};
  const std::string detail = body.is_object() ? body.value("detail", "") : "";
  return {errc::unavailable,
          "the server at " + url + " answered " + std::to_string(answer.status) + ": " + detail};
}

} // namespace

// Opening it for writing would make it.
status check_database_present(const config& values) {
  if (is_mysql(values)) {
    const auto reads = open_own_reads(values);
    return reads ? status{nothing{}} : status{reads.error()};
  }
  const auto present = upgrade_sqlite_file(values.db.path, true);
  return present ? status{nothing{}} : status{present.error()};
}

result<std::unique_ptr<queries>> open_own_reads(const config& values) {
  if (is_mysql(values))
    return open_mysql_queries({.server = server_of(values), .size = 1});
  return open_sqlite_queries(values.db.path, 1);
}

result<std::shared_ptr<store>> open_own_store(const config& values, const payload_keys_ptr& keys) {
  if (!is_mysql(values)) {
    auto opened = open_sqlite_store(
      {.path = values.db.path, .node = values.node.name, .keys = keys});
    if (!opened)
      return opened.error();
    return std::shared_ptr<store>{std::move(*opened)};
  }
  mysql_store_options options;
  options.server = server_of(values);
  options.node = values.node.name;
  options.writers = 1;
  options.owner_wait = milliseconds{0};
  options.keys = keys;
  auto opened = open_mysql_stores(options);
  if (!opened)
    return opened.error();
  return std::shared_ptr<store>{std::move(opened->front())};
}

result<json> post_patiently(api_client& server, const std::string& url, const api_request& what) {
  api_request post = what;
  post.method = "POST";
  for (int tries = 1;; ++tries) {
    const auto answer = server.send(post);
    if (!answer)
      return failure{answer.error().code,
                     answer.error().message + " (a server has the database: name it with --url)"};
    auto body = body_of(url, *answer);
    if (body || body.error().code != errc::overloaded || tries == busy_patience)
      return body;
    std::this_thread::sleep_for(ask_again);
  }
}

} // namespace sagas
