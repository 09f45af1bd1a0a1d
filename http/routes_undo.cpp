// Undoing a saga that ended well, by another one.
#include "http/api_input.hpp"
#include "http/api_order.hpp"
#include "http/api_parameters.hpp"
#include "http/codec_attention.hpp"
#include "http/codec_saga.hpp"
#include "saga/preview.hpp"
#include "saga/undo.hpp"

namespace sagas::http {
namespace {

constexpr milliseconds durable_within{30'000};

response begun(const started& undo, const std::string& campaign_id) {
  response answer{.status = 202};
  json_writer json{answer.body};
  write_started(json, undo.id, undo.status, campaign_id);
  answer.headers.emplace_back("Location", saga_path(undo.id));
  if (!undo.fresh)
    answer.headers.emplace_back("Idempotency-Replayed", "true");
  return answer;
}

// The start of the undo of a saga, from its rows.
result<start_request> read_undo(api& self, const saga_id& id, authorship who) {
  const auto stored = self.context.reads.stored(id);
  if (!stored)
    return stored.error();
  if (!*stored)
    return no_such_saga(id);
  const saga_header& of = (*stored)->header;
  const auto plan = self.context.definitions.find(of.type, of.version);
  if (!plan)
    return {errc::corrupt, "the definition of this saga is not known here"};
  return undo_start(plan, **stored, std::move(who), self.context.clock());
}

response look_ahead(api& self, const start_request& what) {
  saga_header header;
  header.id = what.undoes->of; // its own is not made yet
  header.origin = {what.undoes->of, saga_relation::undo, {}};
  header.started = self.context.clock();
  header.input = what.input;
  header.campaign_id = what.campaign_id;
  const saga_state before = new_saga(*what.plan, std::move(header));
  const auto shown = preview_of(
    what.plan, before, undo_begun{self.context.clock(), what.undoes->done, what.undoes->who});
  return shown ? response{.body = preview_body(*what.plan, *shown, self.context.hides)}
               : refuse(shown.error());
}

void undo(const std::shared_ptr<api>& self, const exchange_ptr& x) {
  const request& req = x->req();
  const auto id = saga_in_path(req);
  if (!id)
    return void(x->respond(refuse(id.error())));
  const body_result body = read_body(req.body, self->context.limits.body_max);
  if (!body.value)
    return void(x->respond(to_response(body.fault)));
  fault_list faults;
  const bool dry_run = query_reader{req, faults}.flag("simular");
  saga_command order;
  order.what = saga_command::kind::decide; // which needs a reason
  order.decided = decision::turn;
  order.who.by = operator_of(req, faults);
  object_reader members{*body.value, "", faults};
  read_order(members, order);
  members.done();
  if (!faults.empty())
    return void(x->respond(refuse(faults.as_failure("the order"))));
  auto start = read_undo(*self, *id, std::move(order.who));
  if (!start)
    return void(x->respond(refuse(start.error())));
  if (dry_run)
    return void(x->respond(look_ahead(*self, *start)));
  x->respond_within(durable_within, [] {
    return to_response({.type = problem_type::unknown_outcome,
                        .detail = "it is not durable yet: repeat it, which does no harm"});
  });
  const std::string campaign = start->campaign_id;
  self->context.engine.start(std::move(*start), [x, campaign](const result<started>& undo) {
    x->respond(undo ? begun(*undo, campaign) : refuse(undo.error()));
  });
}

} // namespace

void add_undo_endpoints(std::vector<endpoint>& to) {
  to.push_back({.method = "POST",
                .path = "/api/v1/sagas/{saga_id}/compensar",
                .id = "deshacerSaga",
                .needs = scope::operate,
                .tag = "Mando",
                .summary = "Undoes a saga that has ended well (COMPLETADA), within its "
                           "definition's `ventana_compensacion`: another saga does, with `origen`; "
                           "the first one never changes. What has no compensation stays. The same "
                           "order again gives the same saga.",
                .parameters = {operator_parameter(), dry_run_parameter()},
                .bodies = {{"Decision"}},
                .answers = {{202, "The undo has begun, durably.", "Inicio"},
                            {200, "With simular: what it would lead to.", "Simulacro"}},
                .problems = write_problems({problem_type::not_found, problem_type::conflict}),
                .handle = undo});
}

} // namespace sagas::http
