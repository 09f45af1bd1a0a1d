// Definitions: listed, shown, checked, registered, simulated.
#include <utility>

#include "http/api_input.hpp"
#include "http/api_parameters.hpp"
#include "http/codec_definition.hpp"
#include "saga/definition_json.hpp"
#include "saga/simulate.hpp"

namespace sagas::http {
namespace {

constexpr std::size_t type_max = 100;
constexpr milliseconds durable_within{30'000};

response list_definitions(api& self, const request& req) {
  fault_list faults;
  const std::string type = query_reader{req, faults}.name("tipo", type_max);
  if (!faults.empty())
    return refuse(faults.as_failure("the query"));
  response answer;
  json_writer json{answer.body};
  json.begin_array();
  for (const definition_ptr& one : self.context.definitions.all())
    if (type.empty() || one->type == type)
      write_definition_summary(json, *one,
                               self.context.definitions.find(one->type)->version == one->version);
  json.end_array();
  return answer;
}

failure no_such_definition(const std::string& type) {
  return {errc::not_found, "there is no definition " + type
                             + "; GET /api/v1/definiciones lists "
                               "those that are"};
}

// The definition that a path, and a query with ?version=, name; the newest without a version.
struct named {
  definition_ptr plan;
  response fault = {};
};

named find_named(api& self, const request& req) {
  fault_list faults;
  const auto type = name_in_path(req, 0, "tipo", type_max);
  if (!type)
    faults.add("", type.error());
  const auto version = query_reader{req, faults}.version("version");
  if (!faults.empty())
    return {nullptr, refuse(faults.as_failure("the request"))};
  const definition_registry& known = self.context.definitions;
  auto plan = version ? known.find(*type, *version) : known.find(*type);
  if (!plan)
    return {nullptr, refuse(no_such_definition(
                       version ? *type + " of version " + std::to_string(*version) : *type))};
  return {std::move(plan)};
}

response source_of(const definition& plan) {
  response answer;
  json_writer{answer.body}.json(plan.source.text()); // no payload: nothing to hide
  return answer;
}

response show_newest(api& self, const request& req) {
  const named found = find_named(self, req);
  return found.plan ? source_of(*found.plan) : found.fault;
}

response show_version(api& self, const request& req) {
  const auto type = name_in_path(req, 0, "tipo", type_max);
  if (!type)
    return refuse(type.error());
  const std::string text = req.captures.size() > 1 ? req.captures[1] : std::string{};
  const auto version = parse_version(text);
  if (!version)
    return refuse({errc::invalid_input,
                   "the path holds no valid version",
                   {{"version", "must be a whole number from 1"}}});
  const auto plan = self.context.definitions.find(*type, *version);
  return plan ? source_of(*plan) : refuse(no_such_definition(*type + " of version " + text));
}

response simulate(api& self, const request& req) {
  const named found = find_named(self, req);
  if (!found.plan)
    return found.fault;
  const body_result body = read_body(req.body, definition_size_max);
  if (!body.value)
    return to_response(body.fault);
  const auto shown = simulate_json(found.plan, req.body);
  if (!shown)
    return refuse(shown.error());
  response answer;
  json_writer{answer.body}.json(shown->text()); // of data that the caller made up
  return answer;
}

// The definition in a body, or the answer that says why there is none.
struct parsed {
  definition_ptr plan;
  response fault = {};
};

parsed parse_body(const request& req) {
  const body_result body = read_body(req.body, definition_size_max);
  if (!body.value)
    return {nullptr, to_response(body.fault)};
  auto plan = parse_definition(req.body);
  if (!plan)
    return {nullptr, refuse(plan.error())};
  return {*plan};
}

response registered(const definition& plan) {
  const std::string path = "/api/v1/definiciones/" + plan.type + "/" + std::to_string(plan.version);
  response answer{.status = 201};
  json_writer json{answer.body};
  json.begin_object();
  json.member("tipo", plan.type);
  json.member("version", plan.version);
  json.member("url", path);
  json.end_object();
  answer.headers.emplace_back("Location", path);
  return answer;
}

void register_plan(const std::shared_ptr<api>& self, const exchange_ptr& x,
                   const definition_ptr& plan) {
  x->respond_within(durable_within, [] {
    return to_response({.type = problem_type::unknown_outcome,
                        .detail = "the definition is not durable yet: register it again, which "
                                  "does no harm"});
  });
  self->context.engine.register_definition(plan, [x, plan](const status& outcome) {
    x->respond(outcome ? registered(*plan) : refuse(outcome.error()));
  });
}

void register_any(const std::shared_ptr<api>& self, const exchange_ptr& x) {
  const parsed body = parse_body(x->req());
  body.plan ? register_plan(self, x, body.plan) : void(x->respond(body.fault));
}

void register_named(const std::shared_ptr<api>& self, const exchange_ptr& x) {
  const auto type = name_in_path(x->req(), 0, "tipo", type_max);
  if (!type)
    return void(x->respond(refuse(type.error())));
  const parsed body = parse_body(x->req());
  if (!body.plan)
    return void(x->respond(body.fault));
  if (body.plan->type != *type)
    return void(x->respond(refuse({errc::invalid_input,
                                   "the path is about another definition",
                                   {{"/tipo", "must be " + *type + ", as in the path"}}})));
  register_plan(self, x, body.plan);
}

// Says what is wrong without being a failure itself: to ask is no mistake.
response validate(api&, const request& req) {
  const body_result body = read_body(req.body, definition_size_max);
  if (!body.value)
    return to_response(body.fault);
  const auto plan = parse_definition(req.body);
  response answer;
  json_writer json{answer.body};
  json.begin_object();
  json.member("valida", static_cast<bool>(plan));
  if (plan) {
    json.key("definicion");
    write_definition_summary(json, **plan, false);
  }
  json.key("errores");
  json.begin_array();
  if (!plan)
    for (const field_error& field : plan.error().fields) {
      json.begin_object();
      json.member("pointer", field.pointer);
      json.member("mensaje", field.message);
      json.end_object();
    }
  json.end_array();
  json.end_object();
  return answer;
}

std::vector<problem_type> registering_problems() {
  return write_problems({problem_type::conflict});
}

void add_reads(std::vector<endpoint>& to) {
  to.push_back({.method = "GET",
                .path = "/api/v1/definiciones",
                .id = "listarDefiniciones",
                .needs = scope::read,
                .tag = "Definiciones",
                .summary = "Every version of every definition.",
                .parameters = {name_parameter("tipo", "Only versions of this one.")},
                .answers = {{.description = "The definitions.",
                             .schema = "ResumenDeDefinicion",
                             .many = true}},
                .problems = read_problems(),
                .handle = reading(list_definitions)});
  to.push_back({.method = "GET",
                .path = "/api/v1/definiciones/{tipo}",
                .id = "verDefinicion",
                .needs = scope::read,
                .tag = "Definiciones",
                .summary = "The newest version of a definition, or the one asked for, as it was "
                           "registered.",
                .parameters = {version_parameter()},
                .answers = {{200, "The definition.", "Definicion"}},
                .problems = read_problems({problem_type::not_found}),
                .handle = reading(show_newest)});
  to.push_back({.method = "GET",
                .path = "/api/v1/definiciones/{tipo}/{version}",
                .id = "verVersion",
                .needs = scope::read,
                .tag = "Definiciones",
                .summary = "One version of a definition, as it was registered.",
                .answers = {{200, "The definition.", "Definicion"}},
                .problems = read_problems({problem_type::not_found}),
                .handle = reading(show_version)});
}

} // namespace

void add_definition_endpoints(std::vector<endpoint>& to) {
  add_reads(to);
  to.push_back({.method = "POST",
                .path = "/api/v1/definiciones",
                .id = "registrarDefinicion",
                .needs = scope::admin,
                .tag = "Definiciones",
                .summary = "Registers a version for ever; the newest one is what starts without a "
                           "version get. The same text again does no harm, another text under the "
                           "same version is refused.",
                .bodies = {{"Definicion"}},
                .answers = {{201, "Registered, durably.", "DefinicionRegistrada"}},
                .problems = registering_problems(),
                .handle = register_any});
  to.push_back({.method = "PUT",
                .path = "/api/v1/definiciones/{tipo}",
                .id = "ponerDefinicion",
                .needs = scope::admin,
                .tag = "Definiciones",
                .summary = "The same for the type in the path.",
                .bodies = {{"Definicion"}},
                .answers = {{201, "Registered, durably.", "DefinicionRegistrada"}},
                .problems = registering_problems(),
                .handle = register_named});
  to.push_back({.method = "POST",
                .path = "/api/v1/definiciones/validar",
                .id = "validarDefinicion",
                .needs = scope::read,
                .tag = "Definiciones",
                .summary = "Checks a definition and names every fault, without registering it.",
                .bodies = {{"Definicion"}},
                .answers = {{200, "What was found.", "Validacion"}},
                .problems = write_problems(),
                .handle = reading(validate)});
  to.push_back({.method = "POST",
                .path = "/api/v1/definiciones/{tipo}/simular",
                .id = "simularDefinicion",
                .needs = scope::read,
                .tag = "Definiciones",
                .summary = "Runs a definition on virtual time against scripted participants: what "
                           "would happen if. Nothing is stored, nobody is called.",
                .parameters = {version_parameter()},
                .bodies = {{"Guion"}},
                .answers = {{200, "What would happen, event by event.", "Simulacion"}},
                .problems = write_problems({problem_type::not_found}),
                .handle = reading(simulate)});
}

} // namespace sagas::http
