#include "app/demo/campaign.hpp"

#include <array>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "app/audit/client_log.hpp"
#include "saga/builtin.hpp"

namespace sagas::demo {
namespace {

using json = nlohmann::ordered_json;

constexpr std::array plans{
  campaign_plan{"nothing fails", 520, "COMPLETADA"},
  campaign_plan{"nobody is eligible", 60, "FALLIDA", {}, "ninguno"},
  campaign_plan{"comisiones refuses", 40, "COMPENSADA", R"({"comisiones":{"fallo":"negocio"}})"},
  campaign_plan{"tracking refuses", 40, "COMPENSADA", R"({"tracking":{"fallo":"negocio"}})"},
  campaign_plan{"notificaciones refuses", 40, "COMPENSADA",
                R"({"notificaciones":{"fallo":"negocio"}})"},
  campaign_plan{"afiliados is down", 20, "FALLIDA", R"({"afiliados":{"fallo":"tecnico"}})"},
  campaign_plan{"comisiones is down", 20, "COMPENSADA", R"({"comisiones":{"fallo":"tecnico"}})"},
  campaign_plan{"tracking is down", 20, "COMPENSADA", R"({"tracking":{"fallo":"tecnico"}})"},
  campaign_plan{"notificaciones is down", 20, "COMPENSADA",
                R"({"notificaciones":{"fallo":"tecnico"}})"},
  campaign_plan{"tracking fails twice", 40, "COMPLETADA",
                R"({"tracking":{"fallo":"tecnico","veces":2}})"},
  campaign_plan{"comisiones loses a reply", 30, "COMPLETADA",
                R"({"comisiones":{"fallo":"perdida","veces":1}})"},
  campaign_plan{"notificaciones misses a call", 20, "COMPLETADA",
                R"({"notificaciones":{"fallo":"silencio","veces":1}})"},
  campaign_plan{"tracking never gets a call", 5, "COMPENSADA",
                R"({"tracking":{"fallo":"silencio"}})"},
  campaign_plan{"tracking never replies", 5, "COMPENSADA", R"({"tracking":{"fallo":"perdida"}})"},
  campaign_plan{"afiliados answers twice", 30, "COMPLETADA",
                R"({"afiliados":{"fallo":"duplicada"}})"},
  campaign_plan{"cancelled while it runs", 60, "CANCELADA", R"({"tracking":{"latencia":"500ms"}})",
                "general", intervention::cancel},
  campaign_plan{"an undo fails for a while", 15, "COMPENSADA",
                R"({"tracking":{"fallo":"negocio"},"comisiones":{"fallo":"tecnico","veces":3,)"
                R"("operacion":"compensacion"}})",
                "general", intervention::retry},
  campaign_plan{"an undo fails for good", 15, "COMPENSADA",
                R"({"tracking":{"fallo":"negocio"},"comisiones":{"fallo":"tecnico",)"
                R"("operacion":"compensacion"}})",
                "general", intervention::complete},
};

constexpr std::array kinds{"promocional", "descuento", "cashback"};
constexpr std::array goals{"incrementar_ventas", "fidelizar_clientes", "captar_nuevos_clientes"};

// Each residue of 1,000 once, far from its neighbours.
const campaign_plan& plan_of(std::size_t number) {
  auto place = static_cast<int>(number * 617 % 1'000);
  for (const campaign_plan& plan : plans) {
    place -= plan.per_thousand;
    if (place < 0)
      return plan;
  }
  return plans.front();
}

json document_of(const campaign& of) {
  const std::size_t number = std::stoul(of.id.substr(of.id.find('-') + 1));
  return {{"campania",
           {{"campania_id", of.id},
            {"nombre", "Campaña " + std::to_string(number)},
            {"tipo", kinds[number % kinds.size()]},
            {"objetivo", goals[number / 3 % goals.size()]},
            {"segmento_audiencia", of.plan->segment},
            {"presupuesto", 1'000 + number % 50 * 100},
            {"fecha_inicio", "2030-01-01"},
            {"fecha_fin", "2030-01-31"}}},
          {"usuario_id", "demo"},
          {"metadatos", json::parse(of.metadata())}};
}

} // namespace

std::span<const campaign_plan> campaign_plans() { return plans; }

std::string campaign::metadata() const {
  json made{{"plan", plan->name}};
  if (!plan->injection.empty())
    made["inyeccion"] = json::parse(plan->injection);
  return made.dump();
}

std::string campaign::body() const { return document_of(*this).dump(); }

std::string campaign::other_body() const {
  json made = document_of(*this);
  made["campania"]["presupuesto"] = 1;
  return made.dump();
}

std::uint64_t campaign::digest() const { return audit::start_digest(id, metadata()); }

bool campaign::may_end_as(std::string_view status) const {
  if (cancelled == cancel::refused) // it had been faster
    return status == "COMPLETADA";
  return status == plan->end || (cancelled == cancel::unclear && status == "COMPLETADA");
}

std::string campaign::expected() const {
  return cancelled == cancel::refused ? "COMPLETADA" : std::string{plan->end};
}

std::vector<campaign> make_campaigns(std::size_t count) {
  std::vector<campaign> made(count);
  for (std::size_t i = 0; i < count; ++i) {
    char id[32];
    std::snprintf(id, sizeof id, "demo-%06zu", i + 1);
    made[i].id = id;
    made[i].plan = &plan_of(i);
    made[i].repeats = i % 10 == 3;
    made[i].misuses = i % 50 == 3;
  }
  return made;
}

namespace {

json impatient_plan() {
  json plan;
  for (const definition_ptr& each : builtin_definitions())
    if (each->type == "lanzar_campania_completa")
      plan = json::parse(each->source.text());
  plan["version"] = 2;
  plan["tiempo_maximo"] = "2s";
  plan["politica"] = {{"primera_espera", "50ms"}, {"intentos", 3}};
  plan["politica_compensacion"] = {{"primera_espera", "50ms"}, {"intentos", 3}};
  return plan;
}

} // namespace

std::string impatient_definition() { return impatient_plan().dump(); }

// The tracking moves into the child, which gets the step's input as its own.
std::vector<std::string> impatient_family() {
  json parent = impatient_plan();
  json child = parent;
  child["tipo"] = "seguir_campania";
  for (const char* key : {"plazo", "entrada", "pasos"})
    child.erase(key);
  for (json& step : parent["pasos"]) {
    if (step["microservicio"] != "tracking")
      continue;
    child["pasos"] = json::array({step});
    child["pasos"][0].erase("entrada");
    step.erase("microservicio");
    step.erase("compensacion");
    step["hija"] = {{"tipo", child["tipo"]}};
  }
  return {child.dump(), parent.dump()};
}

} // namespace sagas::demo
