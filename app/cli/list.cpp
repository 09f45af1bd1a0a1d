// sagas list: many sagas, one line each.
#include <memory>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/table.hpp"
#include "app/cli/verbs.hpp"

namespace sagas::cli {
namespace {

using nlohmann::json;

constexpr std::size_t page_max = 1000; // of the server

struct list_options {
  std::string status = {};
  std::string type = {};
  std::string campaign = {};
  std::string user = {};
  std::string service = {};
  std::string since = {};
  std::string until = {};
  std::size_t limit = 50;
};

std::string query_of(const list_options& options, std::size_t limit, const std::string& cursor) {
  std::string query = "?limite=" + std::to_string(limit);
  const std::pair<const char*, const std::string&> parts[] = {
    {"estado", options.status},         {"tipo", options.type},
    {"campania_id", options.campaign},  {"usuario_id", options.user},
    {"microservicio", options.service}, {"desde", options.since},
    {"hasta", options.until},           {"cursor", cursor}};
  for (const auto& [name, value] : parts)
    if (!value.empty())
      query += std::string{"&"} + name + "=" + url_encoded(value);
  return query;
}

// Pages until the limit is reached or there are no more.
std::optional<json> fetch(session& with, const list_options& options) {
  json sagas = json::array();
  std::string cursor;
  while (sagas.size() < options.limit) {
    const std::size_t wanted = std::min(options.limit - sagas.size(), page_max);
    const auto page = ask(with, {.path = "/api/v1/sagas" + query_of(options, wanted, cursor)});
    if (!page)
      return std::nullopt;
    for (const json& saga : page->value("sagas", json::array()))
      sagas.push_back(saga);
    cursor = text_of(*page, "cursor");
    if (cursor.empty())
      break;
  }
  return sagas;
}

void list(session& with, const list_options& options) {
  const auto sagas = fetch(with, options);
  if (!sagas)
    return;
  if (with.json) {
    print(sagas->dump(2) + "\n");
    return;
  }
  std::vector<std::vector<std::string>> rows{{"SAGA", "ESTADO", "TIPO", "AGE", "CAMPAIGN"}};
  for (const json& saga : *sagas)
    rows.push_back({text_of(saga, "saga_id"), text_of(saga, "estado"), text_of(saga, "tipo"),
                    age_of(saga, "timestamp_inicio"), text_of(saga, "campania_id")});
  print(table(rows));
  if (rows.size() == 1)
    complain("no saga matches");
}

} // namespace

void add_list(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand("list", "List sagas, newest first");
  const auto options = std::make_shared<list_options>();
  verb.add_option("--status", options->status, "estado, such as EN_PROGRESO or COMPENSADA");
  verb.add_option("--type", options->type, "tipo");
  verb.add_option("--campaign", options->campaign, "campania_id");
  verb.add_option("--user", options->user, "usuario_id");
  verb.add_option("--service", options->service, "that have called this microservicio");
  verb.add_option("--since", options->since, "started at or after: 2026-01-31T09:00");
  verb.add_option("--until", options->until, "started before");
  verb.add_option("--limit", options->limit, "at most so many")
    ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}))
    ->capture_default_str();
  add_client_options(verb, with);
  verb.footer("Example:\n  sagas list --status COMPENSADA --type lanzar_campania_completa");
  verb.callback([&with, options] { list(with, *options); });
}

} // namespace sagas::cli
