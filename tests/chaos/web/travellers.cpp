#include "chaos/web/travellers.hpp"

#include <nlohmann/json.hpp>

#include "app/client.hpp"
#include "chaos/web/services.hpp"

namespace sagas::chaos {
namespace {

using json = nlohmann::json;

constexpr milliseconds pace{40}; // of one client
constexpr milliseconds between_tries{100};
constexpr milliseconds between_rounds{500};
constexpr int tries_max = 600;
constexpr int many_rooms = 1'000'000'000; // more than a service has

// Which journey asks a service for more than it has; by the place of the service.
int refused_at(std::uint64_t number) { return number % 10 == 3 ? 1 : number % 10 == 7 ? 3 : -1; }

std::string body_of(std::uint64_t number) {
  json rooms = json::object();
  int place = 0;
  for (const char* service : travel_services)
    rooms[service] = place++ == refused_at(number) ? many_rooms : 1;
  return json{{"tipo", "viaje_por_la_red"}, {"entrada", rooms}}.dump();
}

} // namespace

std::string journey_definition() {
  json steps = json::array();
  for (const char* service : travel_services)
    steps.push_back({{"nombre", service},
                     {"microservicio", service},
                     {"entrada", {{"habitaciones", std::string{"${entrada."} + service + "}"}}},
                     {"compensacion", std::string{"anular_"} + service}});
  const json patient{{"primera_espera", "50ms"}, {"espera_maxima", "500ms"}, {"intentos", 12}};
  return json{{"tipo", "viaje_por_la_red"},
              {"tiempo_maximo", "2s"},
              {"politica", patient},
              {"politica_compensacion", patient},
              {"pasos", steps}}
    .dump();
}

bool travellers::is_refused(std::uint64_t number) { return refused_at(number) >= 0; }

travellers::travellers(std::string url, std::size_t clients) : url_(std::move(url)) {
  for (std::size_t i = 0; i < clients; ++i)
    clients_.emplace_back([this, i, clients] { book_all(i, clients); });
  operator_ = std::thread{[this] { attend(); }};
}

void travellers::stop_booking() {
  stopped_ = true;
  for (std::thread& each : clients_)
    if (each.joinable())
      each.join();
}

void travellers::stop() {
  stop_booking();
  dismissed_ = true;
  if (operator_.joinable())
    operator_.join();
}

std::map<std::uint64_t, std::string> travellers::journeys() const {
  const std::lock_guard lock{guard_};
  return journeys_;
}

std::string travellers::surprise() const {
  const std::lock_guard lock{guard_};
  return surprise_;
}

void travellers::wonder(const std::string& what) {
  const std::lock_guard lock{guard_};
  if (surprise_.empty())
    surprise_ = what;
}

void travellers::note(std::uint64_t number, const std::string& saga) {
  const std::lock_guard lock{guard_};
  journeys_[number] = saga;
}

// Repeats with the same key until there is an answer, as a good client does.
void travellers::book_all(std::size_t first, std::size_t step) {
  auto client = api_client::to(url_);
  if (!client)
    return wonder(client.error().message);
  const auto insist = [&](const api_request& what) -> std::optional<api_answer> {
    for (int tries = 0; tries < tries_max; ++tries) {
      auto said = client->send(what);
      if (said && said->status != 503)
        return std::move(*said);
      std::this_thread::sleep_for(between_tries);
    }
    wonder(what.path + ": no answer for a minute");
    return std::nullopt;
  };
  for (std::uint64_t number = first; !stopped_; number += step) {
    const auto started = insist({.method = "POST",
                                 .path = "/api/v1/sagas",
                                 .body = body_of(number),
                                 .headers = {{"Idempotency-Key", "v-" + std::to_string(number)}}});
    if (!started)
      return;
    const json body = json::parse(started->body, nullptr, false);
    if (!started->ok() || !body.contains("saga_id"))
      return wonder("a start was answered " + started->body);
    const std::string saga = body["saga_id"];
    note(number, saga);
    ++acknowledged_;
    if (number % 10 == 5) {
      const auto said = insist({.method = "POST",
                                .path = "/api/v1/sagas/" + saga + "/cancelar",
                                .body = R"({"razon":"ya no"})"});
      cancelled_ += said && said->ok() ? 1 : 0;
      if (said && !said->ok() && said->status != 409)
        wonder("a cancel was answered " + said->body);
    }
    std::this_thread::sleep_for(pace);
  }
}

void travellers::attend() {
  auto client = api_client::to(url_);
  while (client && !dismissed_) {
    const auto said = client->send(
      {.method = "POST",
       .path = "/api/v1/atencion/decidir",
       .body = R"({"filtro":{},"decision":"reintentar","razon":"otra vez"})"});
    if (said && said->status >= 400 && said->status < 500)
      wonder("the operator's order was answered " + said->body);
    std::this_thread::sleep_for(between_rounds);
  }
}

} // namespace sagas::chaos
