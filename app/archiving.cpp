#include "app/archiving.hpp"

#include <filesystem>
#include <memory>
#include <thread>

#include <nlohmann/json.hpp>

#include "app/client.hpp"
#include "app/storage.hpp"
#include "app/sweep.hpp"
#include "persistence/mysql_queries.hpp"
#include "persistence/mysql_store.hpp"
#include "persistence/saga_archive.hpp"
#include "persistence/sqlite_care.hpp"
#include "persistence/sqlite_queries.hpp"
#include "persistence/sqlite_store.hpp"

namespace sagas {
namespace {

using nlohmann::json;
using steady = std::chrono::steady_clock;
using remover = std::function<result<std::size_t>(const std::vector<saga_id>&)>;

constexpr std::size_t bite = 100;       // when nobody waits
constexpr std::size_t server_bite = 25; // starts wait behind it
constexpr int server_rests = 4;         // times as long as a bite
constexpr int busy_patience = 60;       // times that a busy server is asked again
constexpr std::chrono::seconds ask_again{1};

bool is_mysql(const config& values) { return values.storage.type == storage_kind::mysql; }

result<std::unique_ptr<queries>> open_reads(const config& values) {
  if (is_mysql(values))
    return open_mysql_queries({.server = server_of(values), .size = 1});
  return open_sqlite_queries(values.db.path, 1);
}

// Opening it for writing would make it.
status check_present(const config& values) {
  if (is_mysql(values)) {
    const auto reads = open_reads(values);
    return reads ? status{nothing{}} : status{reads.error()};
  }
  const auto present = upgrade_sqlite_file(values.db.path, true);
  return present ? status{nothing{}} : status{present.error()};
}

// errc::conflict when a server has the database.
result<std::shared_ptr<store>> open_writer(const config& values) {
  if (!is_mysql(values)) {
    auto opened = open_sqlite_store({.path = values.db.path, .node = values.node.name});
    if (!opened)
      return opened.error();
    return std::shared_ptr<store>{std::move(*opened)};
  }
  mysql_store_options options;
  options.server = server_of(values);
  options.node = values.node.name;
  options.writers = 1;
  options.owner_wait = milliseconds{0};
  auto opened = open_mysql_stores(options);
  if (!opened)
    return opened.error();
  return std::shared_ptr<store>{std::move(opened->front())};
}

result<std::unique_ptr<saga_archive>> open_archive(const archive_order& what) {
  return is_mysql(what.where) ? open_mysql_archive(what.to, server_of(what.where))
                              : open_sqlite_archive(what.to, what.where.db.path);
}

// -- by the server --------------------------------------------------------------------------------

result<std::size_t> removed_by(const std::string& url, const api_answer& answer) {
  const json body = json::parse(answer.body, nullptr, false);
  if (answer.ok() && body.is_object() && body.value("retiradas", json{}).is_number_unsigned())
    return body["retiradas"].get<std::size_t>();
  if (answer.status == 503 || answer.status == 429)
    return {errc::overloaded, "the server at " + url + " is busy: try again"};
  if (answer.status == 404 || answer.status == 405)
    return {errc::conflict, "the server at " + url + " knows no removal: run its newest version"};
  const std::string detail = body.is_object() ? body.value("detail", "") : "";
  return {errc::unavailable,
          "the server at " + url + " answered " + std::to_string(answer.status) + ": " + detail};
}

result<std::size_t> ask(api_client& server, const std::string& url,
                        const std::vector<saga_id>& ids) {
  json body{{"saga_ids", json::array()}};
  for (const saga_id& id : ids)
    body["saga_ids"].push_back(to_text(id));
  for (int tries = 1;; ++tries) {
    auto answer = server.send(
      {.method = "POST", .path = "/api/v1/sagas/retirar", .body = body.dump()});
    if (!answer)
      return failure{answer.error().code,
                     answer.error().message + " (a server has the database: name it with --url)"};
    auto removed = removed_by(url, *answer);
    if (removed || removed.error().code != errc::overloaded || tries == busy_patience)
      return removed;
    std::this_thread::sleep_for(ask_again);
  }
}

result<remover> remover_of(const std::string& url, queries& reads) {
  auto opened = api_client::to(url);
  if (!opened)
    return opened.error();
  const auto server = std::make_shared<api_client>(std::move(*opened));
  return remover{[=, &reads](const std::vector<saga_id>& ids) -> result<std::size_t> {
    auto removed = ask(*server, url, ids);
    if (!removed)
      return removed;
    const auto still = reads.status_of(ids.front());
    if (!still)
      return still.error();
    if (*still)
      return {errc::conflict, "the server at " + url
                                + " has another database: name the one that has this with --url"};
    return removed;
  }};
}

// -- a run ----------------------------------------------------------------------------------------

status set_remover(const archive_order& what, const std::shared_ptr<store>& own, queries& reads,
                   sweep_terms& to) {
  if (own) {
    to.remove = [own, before = what.ended_before](const std::vector<saga_id>& ids) {
      return own->remove(ids, before);
    };
    return nothing{};
  }
  auto server = remover_of(what.url, reads);
  if (!server)
    return server.error();
  to.remove = std::move(*server);
  to.bite = server_bite;
  return nothing{};
}

std::function<bool(std::size_t, steady::duration)> rest_of(const archive_order& what,
                                                           bool by_server) {
  return
    [&what, by_server, told = std::size_t{0}](std::size_t went, steady::duration took) mutable {
      told += went;
      if (what.progress)
        what.progress(told);
      if (by_server)
        std::this_thread::sleep_for(server_rests * took);
      return true;
    };
}

result<archive_outcome> run(const archive_order& what, const std::shared_ptr<store>& own,
                            sweep_terms terms) {
  // Behind the store: what that does to a file must not meet another session of this process.
  const auto reads = open_reads(what.where);
  if (!reads)
    return reads.error();
  if (!what.count)
    if (const status set = set_remover(what, own, **reads, terms); !set)
      return set.error();
  const auto count = sweep(**reads, terms);
  if (!count)
    return count.error();
  return archive_outcome{*count, !what.count && !own};
}

} // namespace

std::string archive_path(const config& values) {
  std::filesystem::path path{values.db.path};
  path.replace_extension(".archive.db");
  return path.string();
}

result<archive_outcome> archive_old(const archive_order& what) {
  if (const status present = check_present(what.where); !present)
    return present.error();
  sweep_terms terms{.ended_before = what.ended_before, .bite = bite};
  if (what.count)
    return run(what, nullptr, std::move(terms));
  auto own = open_writer(what.where);
  if (!own && own.error().code != errc::conflict)
    return own.error();
  terms.rest = rest_of(what, !own);
  std::unique_ptr<saga_archive> archive;
  if (!what.to.empty()) {
    auto opened = open_archive(what);
    if (!opened)
      return opened.error();
    archive = std::move(*opened);
    terms.archive = [&archive](const std::vector<saga_id>& ids) -> status {
      const auto added = archive->add(ids);
      return added ? status{nothing{}} : status{added.error()};
    };
  }
  return run(what, own ? *own : nullptr, std::move(terms));
}

} // namespace sagas
