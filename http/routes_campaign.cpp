// The campaign dashboard.
#include "http/api_input.hpp"
#include "http/api_parameters.hpp"
#include "http/codec_campaign.hpp"

namespace sagas::http {
namespace {

constexpr std::size_t campaign_limit = 100;

void hide(const redaction& hides, campaign_view& of) {
  of.input = hides.of(of.input);
  for (auto& [step, output] : of.outputs)
    output = hides.of(output);
}

response list_campaigns(api& self, const request& req) {
  fault_list faults;
  query_reader query{req, faults};
  const std::size_t limit = query.limit("limite", campaign_limit);
  const auto before = query.cursor("cursor");
  if (!faults.empty())
    return refuse(faults.as_failure("the query"));
  auto found = self.context.reads.campaigns(before, limit + 1);
  if (!found)
    return refuse(found.error());
  const bool more = found->size() > limit;
  if (more)
    found->resize(limit);
  response answer;
  payload_writer json{answer.body, self.context.hides};
  json.begin_object();
  json.key("campanias");
  json.begin_array();
  for (campaign_view& one : *found) {
    hide(self.context.hides, one);
    write_campaign(json, one);
  }
  json.end_array();
  json.key("resumen");
  write_campaign_totals(json, *found);
  json.key("cursor");
  more ? json.value(make_cursor(found->back().saga.header.id)) : json.null();
  json.end_object();
  return answer;
}

response show_campaign(api& self, const request& req) {
  const auto id = name_in_path(req, 0, "campania_id", id_max);
  if (!id)
    return refuse(id.error());
  auto found = self.context.reads.campaign(*id);
  if (!found)
    return refuse(found.error());
  if (!*found)
    return refuse({errc::not_found, "there is no campaign " + *id});
  response answer;
  payload_writer json{answer.body, self.context.hides};
  hide(self.context.hides, **found);
  write_campaign(json, **found);
  return answer;
}

} // namespace

void add_campaign_endpoints(std::vector<endpoint>& to) {
  to.push_back({.method = "GET",
                .path = "/api/v1/campanias",
                .id = "listarCampanias",
                .needs = scope::read,
                .tag = "Campañas",
                .summary = "Campaigns by their newest saga, newest first, with a summary of "
                           "totals over those in the answer.",
                .parameters = {limit_parameter(campaign_limit), cursor_parameter()},
                .answers = {{200, "One page.", "PaginaDeCampanias"}},
                .problems = read_problems(),
                .handle = reading(list_campaigns)});
  to.push_back({.method = "GET",
                .path = "/api/v1/campanias/{campania_id}",
                .id = "verCampania",
                .needs = scope::read,
                .tag = "Campañas",
                .summary = "One campaign: its newest saga's state, the affiliates found, the "
                           "commission, the goals.",
                .answers = {{200, "The campaign.", "Campania"}},
                .problems = read_problems({problem_type::not_found}),
                .handle = reading(show_campaign)});
}

} // namespace sagas::http
