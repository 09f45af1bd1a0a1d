#include "tests/simulation/settings.hpp"

#include "saga/assert.hpp"
#include "saga/definition_json.hpp"

namespace sagas::sim {
namespace {

struct shape {
  std::vector<std::vector<bool>> needs; // step by step, which earlier ones it depends on
  std::size_t pivot = 0;                // index of the pivot; none: their number
};

shape draw_shape(chooser& from) {
  const std::size_t count = 1 + from.below(5);
  const bool graph = from.one_in(2);
  shape made;
  for (std::size_t step = 0; step < count; ++step) {
    std::vector<bool> needs(step);
    for (std::size_t before = 0; before < step; ++before)
      needs[before] = graph ? from.one_in(3) : before + 1 == step;
    made.needs.push_back(std::move(needs));
  }
  made.pivot = from.one_in(3) ? from.below(static_cast<std::uint32_t>(count)) : count;
  return made;
}

bool leads_to(const shape& graph, std::size_t step, std::size_t target) {
  for (std::size_t after = step + 1; after < graph.needs.size(); ++after)
    if (graph.needs[after][step] && (after == target || leads_to(graph, after, target)))
      return true;
  return false;
}

std::string policy(chooser& from) {
  return R"({"primera_espera":")" + std::to_string(100 + from.below(2'000)) + R"(ms","variacion":)"
         + (from.one_in(2) ? "0.5" : "0") + R"(,"intentos":)" + std::to_string(1 + from.below(3))
         + R"(,"espera_maxima":"8s")" + (from.one_in(6) ? R"(,"tiempo_total":"5s")" : "")
         + (from.one_in(6) ? R"(,"fallos_finales":["roto"])" : "") + "}";
}

std::string step_text(chooser& from, const shape& graph, std::size_t step) {
  const bool tracked = graph.pivot < graph.needs.size();
  const bool undoable = !tracked || leads_to(graph, step, graph.pivot);
  std::string needs;
  for (std::size_t before = 0; before < step; ++before)
    if (graph.needs[step][before])
      needs += (needs.empty() ? "\"p" : ",\"p") + std::to_string(before) + '"';
  const std::string name = "p" + std::to_string(step);
  std::string text = R"({"nombre":")" + name + R"(","microservicio":")"
                     + all_services()[from.below(4)] + R"(","depende_de":[)" + needs
                     + R"(],"politica":)" + policy(from) + R"(,"tiempo_maximo":")"
                     + std::to_string(1 + from.below(20)) + "s\"";
  if (!from.one_in(6) && undoable)
    text += R"(,"compensacion":{"nombre":"no_)" + name + R"(","politica":)" + policy(from)
            + R"(,"tiempo_maximo":")" + std::to_string(1 + from.below(20)) + "s\"}";
  if (step == graph.pivot)
    text += R"(,"pivote":true)";
  else if (from.one_in(6))
    text += R"(,"opcional":true)";
  return text + "}";
}

definition_ptr draw_plan(chooser& from, const std::string& type, int version) {
  const shape graph = draw_shape(from);
  std::string steps;
  for (std::size_t step = 0; step < graph.needs.size(); ++step)
    steps += (step ? "," : "") + step_text(from, graph, step);
  const std::string deadline = from.one_in(3) ? std::to_string(5 + from.below(90)) : "0";
  auto made = parse_definition(R"({"tipo":")" + type + R"(","version":)" + std::to_string(version)
                               + R"(,"plazo":")" + deadline + R"(s","pasos":[)" + steps + "]}");
  SAGAS_ASSERT(made);
  return *made;
}

// Half of the seeds do without a fault altogether; with it, some have much of it.
std::uint32_t rate(chooser& from, std::uint32_t most) {
  return from.one_in(2) ? 1 + from.below(most) : 0;
}

injection_rules draw_rules(chooser& from) {
  fault_rates rates;
  rates.technical = rate(from, 300) / 1e3;
  rates.business = rate(from, 300) / 1e3;
  rates.lost_reply = rate(from, 200) / 1e3;
  rates.lost_call = rate(from, 200) / 1e3;
  rates.duplicate_reply = rate(from, 300) / 1e3;
  rates.compensation_failure = rate(from, 500) / 1e3;
  rates.delay = {latency::kind::uniform, milliseconds{0}, milliseconds{from.below(15'000)}};
  return {.seed = from.below(1'000), .overrides = false, .services = {{"*", rates}}};
}

engine_config draw_engine(chooser& from) {
  engine_config made;
  made.policy = scheduling::manual;
  made.batch_max = from.one_in(2) ? 1 + from.below(4) : 1'000;
  made.waiting_max = from.one_in(3) ? 1 + from.below(4) : 256;
  made.recovery_page = from.one_in(2) ? 1 + from.below(3) : 256;
  made.sagas_max = from.one_in(5) ? 1 + from.below(4) : 100'000;
  made.commits_max = from.one_in(5) ? 1 + from.below(4) : 20'000;
  made.resident = from.one_in(2) ? from.below(3) : 10'000;
  made.rest_after = milliseconds{1 + from.below(8'000)};
  return made;
}

} // namespace

settings draw_settings(chooser from) {
  settings made;
  made.sagas_max = 1 + from.below(8);
  made.weights = {
    6, 20 + from.below(60), 8 + from.below(16), 8 + from.below(16), 4 + from.below(16),
    6, rate(from, 8),       rate(from, 6),      rate(from, 3)};
  made.commit_fails = rate(from, 250);
  made.reading_fails = rate(from, 150);
  made.clock_skew = from.one_in(4) ? 1 + from.below(60) : 0;
  made.zombie_survives = rate(from, 700);
  made.call_lost = rate(from, 200);
  made.call_doubled = rate(from, 300);
  made.breaks = rate(from, 300);
  made.refuses = rate(from, 200);
  made.undo_breaks = rate(from, 600);
  made.still_running = rate(from, 300);
  made.reply_lost = rate(from, 300);
  made.reply_poisoned = rate(from, 100);
  made.reply_doubled = rate(from, 300);
  made.key_repeated = rate(from, 600);
  made.ledger_fails = rate(from, 100);
  if (from.one_in(4))
    made.limits = {.workers = 1 + from.below(2), .queued_max = 1 + from.below(3)};
  made.stand_ins = draw_rules(from);
  made.engine = draw_engine(from);
  made.healing = from.below(65'536);
  made.writers = std::size_t{1} << from.below(3);
  made.store_is_slow = rate(from, 600);
  made.plans.push_back(draw_plan(from, "uno", 1));
  made.plans.push_back(draw_plan(from, "dos", 1));
  made.plans.push_back(draw_plan(from, "uno", 2));
  return made;
}

} // namespace sagas::sim
