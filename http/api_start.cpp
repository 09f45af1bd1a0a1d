#include "http/api_start.hpp"

#include <limits>
#include <random>
#include <utility>

#include "http/api_input.hpp"
#include "saga/definition_json.hpp"
#include "saga/json_text.hpp"
#include "saga/text.hpp"

namespace sagas::http {
namespace {

// Clients that write every optional member send null for those they have not.
json_value without_nulls(const json_value& body) {
  if (!body.is_object())
    return body;
  json_value kept = json_value::object();
  for (const auto& [key, value] : body.items())
    if (!value.is_null())
      kept[key] = value;
  return kept;
}

std::string fresh_uuid(timestamp now) {
  thread_local id_maker ids{std::random_device{}()};
  return to_text(ids.make(now));
}

definition_ptr find_plan(const start_terms& with, const std::string& type,
                         std::optional<std::int64_t> version, fault_list& faults) {
  const definition_registry& known = with.definitions;
  auto plan = version ? known.find(type, static_cast<int>(*version)) : known.find(type);
  if (plan)
    return plan;
  if (known.find(type)) {
    faults.add("/version", "is not registered for tipo " + type);
    return nullptr;
  }
  std::string names;
  std::string last;
  for (const definition_ptr& one : known.all())
    if (one->type != last) {
      last = one->type;
      names += (names.empty() ? "" : ", ") + last;
    }
  faults.add("/tipo", "is not registered; known are: " + (names.empty() ? "none" : names));
  return nullptr;
}

// metadatos with the injection that the start asks for, if this service allows it.
document read_metadata(const start_terms& with, object_reader& reader) {
  const json_value* given = reader.object("metadatos");
  const json_value* injection = reader.object("inyeccion");
  const bool hidden = given && given->contains("inyeccion");
  if ((injection || hidden) && !with.injection_allowed)
    reader.fault(injection ? "inyeccion" : "metadatos",
                 "failure injection is not allowed by this service's configuration");
  if (!given && !injection)
    return {};
  json_value metadata = given ? *given : json_value::object();
  if (injection)
    metadata["inyeccion"] = *injection;
  return metadata.dump();
}

// The campaign that a checked entrada is about; empty when it names none.
std::string campaign_in(const document& input) {
  const json_lookup lookup{input.text()};
  const std::string id = unquoted(lookup.find({"campania_id"}));
  return is_name(id, id_max) ? id : std::string{};
}

// A checked entrada, an object without campania_id, with one.
document with_campaign(const document& input, const std::string& id) {
  const std::string_view rest = input.text().substr(1);
  std::string text = "{\"campania_id\":" + json_quoted(id);
  if (rest != "}")
    text += ',';
  return text.append(rest);
}

// The request itself, once its parts are read; an input that is no object is a fault already. Every
// launch is of some campaign: one without an id gets one here.
result<start_request> finish(const start_terms& with, start_request order, const json_value& input,
                             const char* where, fault_list& faults) {
  if (order.plan && input.is_object()) {
    auto ready = prepare_input(*order.plan, input.dump());
    if (ready)
      order.input = std::move(*ready);
    else
      faults.add(where, ready.error());
  }
  const std::string own = order.input.empty() ? std::string{} : campaign_in(order.input);
  if (!own.empty() && !order.campaign_id.empty() && own != order.campaign_id)
    faults.add("/campania_id", "says something else than entrada");
  if (!faults.empty())
    return faults.as_failure("the start");

  if (order.campaign_id.empty())
    order.campaign_id = own;
  if (order.plan->type == campaign_saga && own.empty()) {
    if (order.campaign_id.empty())
      order.campaign_id = fresh_uuid(with.now);
    order.input = with_campaign(order.input, order.campaign_id);
  }
  return order;
}

} // namespace

start_terms terms_of(const api& self) {
  return {self.context.definitions, self.context.injection_allowed, self.context.clock()};
}

result<start_request> read_start(const start_terms& with, const json_value& body) {
  const json_value given = without_nulls(body);
  fault_list faults;
  object_reader reader{given, "", faults};
  start_request order;
  const auto type = reader.name("tipo");
  const auto version = reader.integer("version", 1, std::numeric_limits<int>::max());
  order.campaign_id = reader.name("campania_id", id_max).value_or("");
  order.user_id = reader.name("usuario_id", id_max).value_or("");
  const json_value* input = reader.member("entrada");
  if (input && !input->is_object())
    reader.fault("entrada", "must be an object");
  order.metadata = read_metadata(with, reader);
  reader.done();
  if (type)
    order.plan = find_plan(with, *type, version, faults);
  else if (given.is_object() && !given.contains("tipo"))
    faults.add("/tipo", "is missing: name the definition to start");
  return finish(with, std::move(order), without_nulls(input ? *input : json_value::object()),
                "/entrada", faults);
}

result<start_request> read_campaign_start(const start_terms& with, const json_value& body) {
  const json_value given = without_nulls(body);
  fault_list faults;
  const bool wrapped = given.is_object() && given.contains("campania");
  json_value envelope = wrapped ? given : json_value::object();
  json_value campaign = wrapped ? without_nulls(given["campania"]) : given;
  if (!wrapped && campaign.is_object())
    for (const char* name : {"usuario_id", "metadatos", "inyeccion"})
      if (const auto at = campaign.find(name); at != campaign.end()) {
        envelope[name] = *at;
        campaign.erase(at);
      }
  if (!campaign.is_object())
    faults.add(wrapped ? "/campania" : "", "must be an object: the campaign");

  object_reader reader{envelope, "", faults};
  start_request order;
  reader.member("campania");
  order.user_id = reader.name("usuario_id", id_max).value_or("");
  order.metadata = read_metadata(with, reader);
  reader.done();
  order.plan = find_plan(with, campaign_saga, std::nullopt, faults);
  return finish(with, std::move(order), campaign, wrapped ? "/campania" : "", faults);
}

problem start_problem(const failure& why, bool keyed) {
  problem told = problem_for(why);
  if (keyed && why.code == errc::invalid_input)
    told.type = problem_type::key_reused;
  return told;
}

} // namespace sagas::http
