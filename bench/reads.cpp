#include "bench/reads.hpp"

#include <thread>

#include "app/client.hpp"
#include "app/clock.hpp"
#include "bench/campaign.hpp"

namespace sagas::bench {
namespace {

using steady = std::chrono::steady_clock;
using pages = std::map<std::string, load::histogram>;

struct page {
  const char* name;
  std::string path; // behind /api/v1
  pages read_figures::*group;
};

std::string days_ago(int days) { return to_iso(now() - std::chrono::hours{24 * days}); }

std::vector<page> all_pages() {
  const std::string range = "desde=" + days_ago(20) + "&hasta=" + days_ago(19);
  const auto search = [](const char* name, const std::string& query) {
    return page{name, "/sagas?" + query, &read_figures::search};
  };
  return {
    {"activas", "/sagas/activas", &read_figures::active},
    {"activas, limite=50", "/sagas/activas?limite=50", &read_figures::active},
    search("newest", "limite=100"),
    search("estado", "estado=COMPENSADA"),
    search("estado, none", "estado=REQUIERE_ATENCION"),
    search("tipo", "tipo=lanzar_campania_completa"),
    search("campania_id", "campania_id=" + campaign_id_of(4'711)),
    search("usuario_id", "usuario_id=" + user_id_of(47)),
    search("microservicio", "microservicio=tracking"),
    search("range of time", range),
    search("estado and range of time", "estado=COMPENSADA&" + range),
    search("estado and microservicio", "estado=COMPENSADA&microservicio=tracking"),
    search("usuario_id and estado", "estado=COMPENSADA&usuario_id=" + user_id_of(40)),
    {"estado and microservicio that never meet",
     "/sagas?estado=COMPENSADA&microservicio=notificaciones", &read_figures::search_in_vain},
    {"statistics", "/sagas/estadisticas", &read_figures::statistics},
    {"statistics of a day", "/sagas/estadisticas?" + range, &read_figures::statistics},
    {"statistics of 30 days", "/sagas/estadisticas?desde=" + days_ago(30),
     &read_figures::statistics},
  };
}

// Asks once; the cursor of the answer, if it has one.
std::string ask_page(api_client& client, const std::string& path, load::histogram& to) {
  const auto began = steady::now();
  const auto answer = must(client.send({.path = "/api/v1" + path}), path);
  if (!answer.ok())
    throw failed{path + ": " + std::to_string(answer.status) + " " + answer.body};
  to.add(std::chrono::duration_cast<load::microseconds>(steady::now() - began));
  constexpr std::string_view key = "\"cursor\":\"";
  const auto at = answer.body.rfind(key);
  if (at == std::string::npos)
    return {};
  const auto begin = at + key.size();
  return answer.body.substr(begin, answer.body.find('"', begin) - begin);
}

} // namespace

read_figures measure_reads(const server& on, int rounds, milliseconds apart,
                           const std::atomic<bool>& stop) {
  auto client = must(api_client::to(on.url()), "a client");
  const std::vector<page> asked = all_pages();
  read_figures figures;
  std::string cursor; // goes on through the whole list, a page a round
  for (int round = 0; round < rounds && !stop; ++round) {
    for (const page& each : asked) {
      if (stop)
        return figures;
      std::this_thread::sleep_for(apart);
      const auto next = ask_page(client, each.path, (figures.*each.group)[each.name]);
      if (cursor.empty())
        cursor = next;
    }
    if (!cursor.empty())
      cursor = ask_page(client, "/sagas?limite=100&cursor=" + cursor,
                        figures.search["next page by cursor"]);
  }
  return figures;
}

double worst_p95_ms(const pages& of, json& to) {
  double worst = 0;
  for (const auto& [name, times] : of) {
    const double p95 = times.percentile_ms(0.95);
    to[name] = {{"p95_ms", rounded(p95)},
                {"p50_ms", rounded(times.percentile_ms(0.5))},
                {"asked", times.count()}};
    worst = std::max(worst, p95);
  }
  return worst;
}

} // namespace sagas::bench
