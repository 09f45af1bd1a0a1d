#include "app/demo/operator.hpp"

#include <nlohmann/json.hpp>

namespace sagas::demo {
namespace {

using nlohmann::json;

std::optional<json> read(api_client& server, const std::string& path) {
  const auto answer = server.send({.path = path});
  if (!answer || !answer->ok())
    return std::nullopt;
  json parsed = json::parse(answer->body, nullptr, false);
  return parsed.is_discarded() ? std::nullopt : std::optional{std::move(parsed)};
}

// The step whose undo has failed: the newest attempt that did.
std::string parked_at(const json& steps) {
  std::string name;
  for (const json& step : steps)
    if (step.value("estado", "") == "FALLIDO")
      name = step.value("nombre", "");
  return name;
}

std::size_t unfinished(const json& by_status) {
  std::size_t count = 0;
  for (const char* open :
       {"INICIADA", "EN_PROGRESO", "PAUSADA", "COMPENSANDO", "REQUIERE_ATENCION"})
    count += by_status.value(open, std::size_t{0});
  return count;
}

} // namespace

operator_desk::operator_desk(const std::vector<campaign>& orders) {
  for (const campaign& each : orders)
    if (each.plan->then != intervention::none)
      planned_.emplace(each.id, each.plan->then);
}

std::optional<std::size_t> operator_desk::round(api_client& server) {
  const auto parked = read(server, "/api/v1/sagas?estado=REQUIERE_ATENCION&limite=500");
  if (!parked)
    return std::nullopt;
  for (const json& saga : parked->value("sagas", json::array()))
    if (!decide(server, saga.value("saga_id", ""), saga.value("campania_id", "")))
      return std::nullopt;
  const auto figures = read(server, "/api/v1/sagas/estadisticas");
  if (!figures)
    return std::nullopt;
  return unfinished(figures->value("por_estado", json::object()));
}

// False when there was no answer. A refusal is fine: the decision before had no answer, but came.
bool operator_desk::decide(api_client& server, const std::string& saga,
                           const std::string& campaign_id) {
  const auto steps = read(server, "/api/v1/sagas/" + saga + "/pasos");
  if (!steps)
    return false;
  const auto plan = planned_.find(campaign_id);
  const bool by_hand = plan != planned_.end() && plan->second == intervention::complete;
  const auto answer = server.send(
    {.method = "POST",
     .path = "/api/v1/sagas/" + saga + "/pasos/" + url_encoded(parked_at(*steps))
             + (by_hand ? "/completar" : "/reintentar"),
     .body = by_hand ? R"({"razon":"deshecho a mano"})" : R"({"razon":"el servicio ha vuelto"})"});
  decisions_ += answer && answer->ok() ? 1 : 0;
  return answer.operator bool();
}

} // namespace sagas::demo
