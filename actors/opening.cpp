#include "actors/opening.hpp"

#include "saga/definition_json.hpp"

namespace sagas::actors {

status check(const engine_config& settings) {
  failure wrong{errc::invalid_input, "settings of the engine are out of range"};
  const auto demand = [&wrong](bool fine, const char* key, const char* what) {
    if (!fine)
      wrong.fields.push_back({key, what});
  };
  const milliseconds none{0};
  demand(!settings.node.empty() && settings.node.size() <= 100, "node", "1 to 100 characters");
  demand(settings.threads <= 1'024, "threads", "at most 1024");
  demand(settings.sagas_max > 0, "sagas_max", "at least 1");
  demand(settings.commits_max > 0, "commits_max", "at least 1");
  demand(settings.batch_max > 0 && settings.batch_max <= 100'000, "batch_max", "1 to 100000");
  demand(settings.waiting_max > 0, "waiting_max", "at least 1");
  demand(settings.recovery_page > 0 && settings.recovery_page <= 100'000, "recovery_page",
         "1 to 100000");
  demand(settings.rest_after > none, "rest_after", "above 0");
  demand(settings.tick > none && settings.tick <= milliseconds{1'000}, "tick", "1 ms to 1 s");
  demand(settings.store_retry_min > none && settings.store_retry_min <= settings.store_retry_max,
         "store_retry_min", "above 0 and at most store_retry_max");
  demand(settings.reload_min > none && settings.reload_min <= settings.reload_max, "reload_min",
         "above 0 and at most reload_max");
  return wrong.fields.empty() ? status{nothing{}} : status{wrong};
}

status exchange_definitions(store& storage, engine_core& core) {
  for (const definition_ptr& plan : core.definitions.all())
    if (const status kept = storage.save_definition(
          {plan->type, plan->version, plan->source, core.clock()});
        !kept)
      return kept;
  const auto stored = storage.definitions();
  if (!stored)
    return stored.error();
  for (const stored_definition& each : *stored) {
    if (core.definitions.find(each.type, each.version))
      continue;
    const auto plan = parse_definition(each.source.text());
    if (plan)
      core.definitions.add(*plan);
    else
      core.log.write(log_level::error, "a stored definition can't be read; its sagas are left",
                     {{"type", each.type}, {"cause", plan.error().message}});
  }
  return nothing{};
}

} // namespace sagas::actors
