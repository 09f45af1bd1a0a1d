#include "bench/http_loop.hpp"

#include "bench/campaign.hpp"

namespace sagas::bench {
namespace {

using steady = std::chrono::steady_clock;

constexpr const char* path = "/api/v1/comandos/lanzar-campania-completa?esperar=30s";

} // namespace

http_figures run_http_loop(const server& on, std::size_t clients, milliseconds warm_up,
                           milliseconds window, std::uint64_t first) {
  http_figures figures;
  std::uint64_t next = first;
  std::uint64_t in_window = 0;
  const auto warm = steady::now() + warm_up;
  const auto until = warm + window;
  const auto cpu_before = on.cpu_time();
  load::plan plan;
  plan.host = on.at().host;
  plan.port = on.at().port;
  plan.clients = clients;
  plan.next = [&](std::size_t, std::string& to) {
    if (steady::now() >= until)
      return false;
    load::write_request(to, "POST", path, campaign_maker::command_body(next++));
    return true;
  };
  plan.done = [&](const load::answer& got) {
    if (got.status == 503)
      return void(++figures.refused);
    if (got.status != 200 || got.body.find(R"("estado":"COMPLETADA")") == std::string_view::npos)
      throw failed{"an answer of " + std::to_string(got.status) + ": " + std::string{got.body}};
    ++figures.ended;
    const auto now = steady::now();
    if (now < warm || now >= until)
      return;
    ++in_window;
    figures.latency.add(got.took);
  };
  const auto totals = must(load::run(plan), "the load");
  const auto requests = static_cast<double>(totals.answers);
  figures.sagas_per_second = static_cast<double>(in_window)
                             / std::chrono::duration<double>(window).count();
  figures.client_us_per_request = static_cast<double>(totals.cpu_time.count()) / requests;
  figures.server_us_per_request = (on.cpu_time() - cpu_before).count() * 1e6 / requests;
  return figures;
}

} // namespace sagas::bench
