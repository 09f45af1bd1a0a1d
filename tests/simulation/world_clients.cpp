// What the clients and the operators of a run ask for.
#include "tests/simulation/world.hpp"

#include "saga/rules.hpp"
#include "saga/machine.hpp"

namespace sagas::sim {
namespace {

std::string digest_of(const document& input) { return std::to_string(digest64(input.text())); }

} // namespace

void world::start() {
  const auto number = on_.seen.starts.size();
  const std::vector<definition_ptr>& plans = on_.with.plans;
  const definition_ptr& plan = plans[on_.choose.below(*newest_known_ ? 3 : 2)];
  client_start request;
  request.type = plan->type;
  request.version = plan->version;
  request.input = document{"{\"n\":" + std::to_string(number) + "}"};
  start_request what{plan, request.input, document{"{}"}, "c" + std::to_string(number), "ana", {}};
  if (number > 0 && on_.strikes(on_.with.key_repeated)) {
    // Either the same start once more, or another one with the same key.
    const client_start& before =
      on_.seen.starts[on_.choose.below(static_cast<std::uint32_t>(number))];
    request.key = before.key;
    if (!request.key.empty() && !on_.choose.one_in(4)) {
      request.input = what.input = before.input;
      request.type = before.type;
      request.version = before.version;
      what.plan = on_.seen.plans.at({before.type, before.version});
    }
  } else if (!on_.choose.one_in(3)) {
    request.key = "clave-" + std::to_string(number);
  }
  if (!request.key.empty())
    what.once = idempotency{request.key, what.plan->type + digest_of(what.input)};
  on_.say("start " + std::to_string(number) + " of " + request.type + "@"
          + std::to_string(request.version) + " with " + std::string{request.input.text()} + " "
          + request.key);
  talks_to().start(what, std::move(request));
}

std::optional<std::size_t> stuck_step(const definition& plan, const stored_saga& rows) {
  const auto state = rebuild(plan, rows, {});
  for (std::size_t step = 0; state && step < plan.steps.size(); ++step)
    if (rules::awaits_decision(plan, *state, step))
      return step;
  return std::nullopt;
}

const saga_version* world::pick_saga() {
  const auto& known = around_.tables.last;
  if (known.empty())
    return nullptr;
  return &std::next(known.begin(), on_.choose.below(static_cast<std::uint32_t>(known.size())))
            ->second;
}

void world::steer() {
  const saga_version* of = pick_saga();
  if (!of)
    return wait();
  const definition& plan = on_.seen.plan_of(of->rows.header);
  saga_command what{
    static_cast<saga_command::kind>(on_.choose.below(4)), {}, {}, {}, {"ana", "prueba"}};
  if (of->rows.header.status == saga_status::parked)
    what.what = saga_command::kind::decide;
  if (what.what == saga_command::kind::decide) {
    const auto any = on_.choose.below(static_cast<std::uint32_t>(plan.steps.size()));
    what.step = plan.steps[stuck_step(plan, of->rows).value_or(any)].name;
    what.decided = static_cast<decision>(on_.choose.below(4));
    what.output = document{"{\"a_mano\":1}"};
  }
  on_.say("command " + std::to_string(on_.seen.commands.size()) + ": "
          + std::to_string(static_cast<int>(what.what)) + " " + what.step);
  talks_to().command(of->rows.header.id, what);
}

void world::register_plan() {
  on_.say("registers " + on_.with.plans[2]->type + "@2");
  node_->runs().register_definition(
    on_.with.plans[2], [known = newest_known_](const status& told) { *known = *known || told; });
}

} // namespace sagas::sim
