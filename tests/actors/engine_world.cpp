#include "tests/actors/engine_world.hpp"

#include "saga/definition_json.hpp"

namespace sagas {
namespace {

constexpr const char* sequence = R"({"tipo":"seq","plazo":"1h",
  "politica":{"primera_espera":"1s","factor":2,"variacion":0,"intentos":3},
  "politica_compensacion":{"primera_espera":"1s","factor":2,"variacion":0,"intentos":2},
  "tiempo_maximo":"30s",
  "pasos":[{"nombre":"a","microservicio":"s","compensacion":"no_a"},
           {"nombre":"b","microservicio":"s","compensacion":"no_b"},
           {"nombre":"c","microservicio":"s","compensacion":"no_c"}]})";

constexpr const char* with_pivot = R"({"tipo":"pivot",
  "politica":{"primera_espera":"1h","variacion":0,"espera_maxima":"2h","intentos":2},
  "pasos":[{"nombre":"a","microservicio":"s","compensacion":"no_a"},
           {"nombre":"p","microservicio":"s","pivote":true},
           {"nombre":"z","microservicio":"s"}]})";

definition_ptr parsed(const char* text) {
  const auto plan = parse_definition(text);
  INFO((plan ? "" : plan.error().message + plan.error().fields.front().message));
  REQUIRE(plan);
  return *plan;
}

} // namespace

engine_world::engine_world(engine_config config, std::size_t writing)
  : settings(std::move(config)), writers(writing),
    now(std::chrono::sys_days{std::chrono::year{2026} / 1 / 2} + std::chrono::hours{12}) {
  settings.policy = scheduling::manual;
  who->behave = [](const call&) { return done(); };
  definitions.add(parsed(sequence));
  definitions.add(parsed(with_pivot));
  open();
  work();
}

store_list engine_world::storages() {
  const auto told = [](commit_hooks::hook hook, std::span<const changes> batch) {
    return hook ? hook(batch) : std::nullopt; // a copy: a hook may replace itself
  };
  commit_hooks hooks{
    [this, told](std::span<const changes> batch) { return told(before_commit, batch); },
    [this, told](std::span<const changes> batch) { return told(after_commit, batch); }};
  store_list all = open_memory_stores(tables, writers, hooks);
  for (std::unique_ptr<store>& each : all)
    each = std::make_unique<told_store>(std::move(each), &instead_of_commit, &page_was_read);
  return all;
}

void engine_world::open() {
  run = std::make_unique<engine>(
    settings, engine_parts{storages(), definitions, feed, figures, log, [this] { return now; },
                           [this](const failure& why) { fatals.push_back(why); }});
  run->add_participant("s", "http", who);
  const status opened = run->open();
  INFO((opened ? "" : opened.error().message));
  REQUIRE(opened);
}

start_ptr engine_world::start(const std::string& type, std::optional<idempotency> once,
                              const std::string& campaign) {
  auto seen = std::make_shared<start_seen>();
  run->start(
    {definitions.find(type), document{R"({"x":1})"}, {}, campaign, {}, std::move(once)},
    [seen](result<started> told) {
      seen->answer = std::move(told);
      ++seen->answers;
    },
    [seen](saga_status how) { seen->end = how; });
  return seen;
}

start_ptr engine_world::started_one(const std::string& type) {
  auto seen = start(type);
  work();
  return seen;
}

void engine_world::while_committing(std::function<void()> what) {
  before_commit = [this, what = std::move(what)](std::span<const changes>) {
    before_commit = nullptr;
    what();
    while (run->runnable() > 0)
      run->run_one();
    return std::optional<failure>{};
  };
}

void engine_world::answer(outcome what) {
  REQUIRE_FALSE(who->answers.empty());
  const auto reply = std::move(who->answers.front());
  who->answers.pop_front();
  reply(std::move(what));
  work();
}

engine_world::command_seen engine_world::command(const saga_id& id, saga_command what) {
  auto seen = std::make_shared<std::optional<result<saga_status>>>();
  run->command(id, std::move(what), [seen](result<saga_status> told) { *seen = std::move(told); });
  return seen;
}

result<saga_status> engine_world::steer(const saga_id& id, saga_command what) {
  const auto seen = command(id, std::move(what));
  work();
  REQUIRE(*seen);
  return **seen;
}

saga_status engine_world::status_of(const saga_id& id) {
  const auto found = open_memory_queries(tables)->status_of(id);
  REQUIRE(found);
  REQUIRE(*found);
  return **found;
}

std::vector<step_row> engine_world::rows_of(const saga_id& id) {
  const auto found = open_memory_queries(tables)->steps(id);
  REQUIRE(found);
  std::vector<step_row> rows;
  for (const step_view& view : *found)
    rows.push_back(view.row);
  return rows;
}

} // namespace sagas
