#include "app/archiving.hpp"

#include <filesystem>
#include <memory>
#include <thread>

#include <nlohmann/json.hpp>

#include "app/payload_keys_file.hpp"
#include "app/storage.hpp"
#include "app/sweep.hpp"
#include "persistence/saga_archive.hpp"

namespace sagas {
namespace {

using nlohmann::json;
using steady = std::chrono::steady_clock;
using remover = std::function<result<std::size_t>(const std::vector<saga_id>&)>;

constexpr std::size_t bite = 100;       // when nobody waits
constexpr std::size_t server_bite = 25; // starts wait behind it
constexpr int server_rests = 4;         // times as long as a bite

result<std::unique_ptr<saga_archive>> open_archive(const archive_order& what) {
  return what.where.storage.type == storage_kind::mysql
           ? open_mysql_archive(what.to, server_of(what.where))
           : open_sqlite_archive(what.to, what.where.db.path);
}

// -- by the server --------------------------------------------------------------------------------

result<std::size_t> ask(api_client& server, const std::string& url,
                        const std::vector<saga_id>& ids) {
  json body{{"saga_ids", json::array()}};
  for (const saga_id& id : ids)
    body["saga_ids"].push_back(to_text(id));
  const auto answer = post_patiently(server, url,
                                     {.path = "/api/v1/sagas/retirar", .body = body.dump()});
  if (!answer)
    return answer.error();
  if (const auto removed = answer->find("retiradas");
      removed != answer->end() && removed->is_number_unsigned())
    return removed->get<std::size_t>();
  return {errc::unavailable, "the server at " + url + " does not say how many it has removed"};
}

result<remover> remover_of(const server_address& at, queries& reads) {
  auto opened = at.open();
  if (!opened)
    return opened.error();
  const auto server = std::make_shared<api_client>(std::move(*opened));
  return remover{[=, &reads](const std::vector<saga_id>& ids) -> result<std::size_t> {
    auto removed = ask(*server, at.url, ids);
    if (!removed)
      return removed;
    const auto still = reads.status_of(ids.front());
    if (!still)
      return still.error();
    if (*still)
      return {errc::conflict, "the server at " + at.url
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
  auto server = remover_of(what.server, reads);
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
  const auto reads = open_own_reads(what.where);
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
  if (const status present = check_database_present(what.where); !present)
    return present.error();
  sweep_terms terms{.ended_before = what.ended_before, .bite = bite};
  if (what.count)
    return run(what, nullptr, std::move(terms));
  const auto keys = payload_keys_of(what.where);
  if (!keys)
    return keys.error();
  auto own = open_own_store(what.where, *keys);
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
