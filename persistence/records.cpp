#include "persistence/records.hpp"

namespace sagas {
namespace {

template <class Enum>
Enum word(const text_field& column, std::optional<Enum> (*parse)(std::string_view)) {
  const auto value = parse(column.as_text());
  if (!value)
    throw damaged_row{"the word \"" + column.as_text() + "\" is unknown"};
  return *value;
}

std::optional<milliseconds> duration_of(timestamp started, const std::optional<timestamp>& ended) {
  return ended ? std::optional{*ended - started} : std::nullopt;
}

} // namespace

void saga_record::fill(soci::statement& from) {
  fill_fields(from, id, type, version, status, way, cause, cancel_pending, recoveries, steps_total,
              started, ended, deadline, campaign, user, error, origin, relation, origin_step,
              metadata, input);
}

void saga_record::set(const saga_header& what, bool insert, payload_codec& payloads) {
  id.set(what.id);
  type.set(what.type);
  version.value = what.version;
  status.set(to_text(what.status));
  way.set(to_text(what.way));
  cause.set(to_text(what.cause));
  cancel_pending.value = what.cancel_pending ? 1 : 0;
  recoveries.value = what.recoveries;
  steps_total.value = what.steps_total;
  started.set(what.started);
  ended.set(what.ended);
  duration.set(duration_of(what.started, what.ended));
  deadline.set(what.deadline);
  campaign.set_or_null(what.campaign_id);
  user.set_or_null(what.user_id);
  if (what.origin) {
    origin.set(what.origin->saga);
    relation.set(to_text(what.origin->relation));
    origin_step.set_or_null(what.origin->step);
  } else {
    for (text_field* each : {&origin, &relation, &origin_step})
      each->clear();
  }
  payloads.set_or_null(error, {payload_column::saga_error, id.text}, what.error);
  if (!insert)
    return;
  payloads.set_document(metadata, {payload_column::saga_metadata, id.text}, what.metadata);
  payloads.set_document(input, {payload_column::saga_input, id.text}, what.input);
}

saga_header saga_record::header(payload_codec& payloads) const {
  saga_header made;
  made.id = id.as_id();
  made.type = type.as_text();
  made.version = version.as<int>();
  made.status = word(status, parse_saga_status);
  made.way = word(way, parse_direction);
  made.cause = word(cause, parse_turn_cause);
  made.cancel_pending = cancel_pending.value != 0;
  made.recoveries = recoveries.as<std::uint32_t>();
  made.steps_total = steps_total.as<std::uint32_t>();
  made.started = started.as_time();
  made.ended = ended.as_time_or_null();
  made.deadline = deadline.as_time_or_null();
  made.campaign_id = campaign.as_text();
  made.user_id = user.as_text();
  made.error = payloads.text_of(error, {payload_column::saga_error, id.text});
  if (!origin.is_null())
    made.origin = {origin.as_id(), word(relation, parse_saga_relation), origin_step.as_text()};
  made.metadata = payloads.document_of(metadata, {payload_column::saga_metadata, id.text});
  made.input = payloads.document_of(input, {payload_column::saga_input, id.text});
  return made;
}

void step_record::fill(soci::statement& from) {
  fill_fields(from, order, index, step_id, name, description, service, op, status, kind, attempt,
              base, started, ended, due, error, input, output);
}

void step_record::set(const saga_id& of, const definition& plan, const step_row& what,
                      payload_codec& payloads) {
  const step_definition& step = plan.steps[what.step];
  saga.set(of);
  order.value = what.order;
  status.set(to_text(what.status));
  if (what.kind)
    kind.set(to_text(*what.kind));
  else
    kind.clear();
  ended.set(what.ended);
  duration.set(duration_of(what.started, what.ended));
  due.set(what.due);
  payloads.set_or_null(error, {payload_column::step_error, saga.text, order.value}, what.error);
  payloads.set_document(output, {payload_column::step_output, saga.text, order.value}, what.output);
  if (!what.insert)
    return; // the rest never changes
  index.value = static_cast<long long>(what.step);
  step_id.set(sagas::step_id(of, what.step));
  name.set(step.name);
  description.set_or_null(step.description);
  service.set(step.service);
  op.set(to_text(what.op));
  attempt.value = what.attempt;
  base.value = what.base;
  started.set(what.started);
  payloads.set_document(input, {payload_column::step_input, saga.text, order.value}, what.input);
}

step_row step_record::row(std::string_view of, payload_codec& payloads) const {
  step_row made = facts();
  made.error = payloads.text_of(error, {payload_column::step_error, of, order.value});
  made.input = payloads.document_of(input, {payload_column::step_input, of, order.value});
  made.output = payloads.document_of(output, {payload_column::step_output, of, order.value});
  return made;
}

step_row step_record::facts() const {
  step_row made;
  made.order = order.as<std::uint32_t>();
  made.step = index.as<std::size_t>();
  made.op = word(op, parse_operation);
  made.status = word(status, parse_step_status);
  if (!kind.is_null())
    made.kind = word(kind, parse_outcome_kind);
  made.attempt = attempt.as<std::uint32_t>();
  made.base = base.as<std::uint32_t>();
  made.started = started.as_time();
  made.ended = ended.as_time_or_null();
  made.due = due.as_time_or_null();
  return made;
}

} // namespace sagas
