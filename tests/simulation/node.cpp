#include "tests/simulation/node.hpp"

namespace sagas::sim {

namespace {

// In some runs the clock of each process is wrong, in either direction.
milliseconds draw_clock_error(stage& on) {
  const int most = on.faulty ? static_cast<int>(on.with.clock_skew) : 0;
  const int drawn = static_cast<int>(on.choose.below(static_cast<std::uint32_t>(2 * most + 1)));
  return std::chrono::minutes{drawn <= most ? drawn : most - drawn};
}

} // namespace

node::node(surroundings& around)
  : around_(around), clock_off_(draw_clock_error(around.on)), feed_(around.on, life_),
    figures_(around.on) {
  stage& on = around.on;
  life_->node = on.seen.nodes.size();
  on.reached["wrong clocks"] += clock_off_ != milliseconds{0};
  store_list storages = open_stores();
  const std::uint64_t epoch = storages.front()->epoch();
  on.seen.nodes.push_back({on.tick(), {}, epoch});
  on.say("-- a node opens with epoch " + std::to_string(epoch) + " and "
         + std::to_string(storages.size()) + " writers");
  definitions_.add(on.with.plans[0]);
  definitions_.add(on.with.plans[1]);
  engine_ = std::make_unique<engine>(
    on.with.engine, engine_parts{std::move(storages), definitions_, feed_, figures_, log_,
                                 [&on, off = clock_off_] { return on.now + off; },
                                 [whose = life_](const failure&) { whose->over = true; }});
  stand_in_group actors{{}, around.made.make_ledger(on, around.memory), false, on.with.stand_ins};
  for (const std::string& service : all_services())
    if (is_actor(service))
      actors.services.push_back(service);
    else
      engine_->add_participant(service, "http", around.wires.wire(life_), on.with.limits);
  engine_->add_stand_ins(std::move(actors));
  life_->meanwhile = [this] { let_others_go_on(); };
}

store_list node::open_stores() {
  store_list all = open_memory_stores(around_.tables.tables, around_.on.with.writers);
  for (std::unique_ptr<store>& each : all)
    each = around_.made.make_store({around_.on, around_.tables, life_, feed_, std::move(each)});
  return all;
}

// Runs inside of a store's call, so never the actor that has made it.
void node::let_others_go_on() {
  chooser& choose = around_.on.choose;
  for (std::uint32_t messages = 1 + choose.below(30);
       messages > 0 && !life_->over && engine_->runnable() > 0; --messages)
    engine_->run_one(choose.below(static_cast<std::uint32_t>(engine_->runnable())));
}

node::~node() {
  life_->over = true;
  life_->meanwhile = [] {};
  around_.on.seen.nodes[life_->node].ended = around_.on.tick();
  around_.on.say("-- the node of epoch " + std::to_string(around_.on.seen.nodes[life_->node].epoch)
                 + " ends");
  around_.wires.forget(life_->node);
}

std::optional<timestamp> node::fire_timers() {
  const auto next = engine_->fire_timers();
  return next ? std::optional{*next - clock_off_} : std::nullopt;
}

bool node::open() {
  const status done = engine_->open();
  return done && !life_->over;
}

void node::start(const start_request& what, client_start request) {
  stage& on = around_.on;
  const std::size_t index = on.seen.starts.size();
  request.when = on.tick();
  request.node = life_->node;
  on.seen.starts.push_back(std::move(request));
  engine_->start(
    what,
    [&on, index, whose = life_](result<started> told) {
      if (whose->over)
        return;
      client_start::answer answer{on.tick(), {}, errc::internal};
      if (told)
        answer.ok = *told;
      else
        answer.error = told.error().code;
      on.say("  start " + std::to_string(index) + " is told "
             + (told ? to_text(told->id).substr(24) + (told->fresh ? "" : " of before")
                     : told.error().message));
      on.seen.starts[index].answers.push_back(answer);
    },
    [&on, index, whose = life_](saga_status how) {
      if (whose->over)
        return;
      on.say("  start " + std::to_string(index) + " is told the end " + to_text(how));
      on.seen.starts[index].ends.push_back({on.tick(), how});
    });
}

void node::command(const saga_id& id, const saga_command& what) {
  stage& on = around_.on;
  const std::size_t index = on.seen.commands.size();
  on.seen.commands.push_back({on.tick(), life_->node, id, what, {}});
  engine_->command(id, what, [&on, index, whose = life_](result<saga_status> told) {
    if (whose->over)
      return;
    client_command::answer answer{on.tick(), {}, errc::internal};
    if (told)
      answer.ok = *told;
    else
      answer.error = told.error().code;
    on.say("  command " + std::to_string(index) + " is told "
           + (told ? to_text(*told) : told.error().message));
    on.seen.commands[index].answers.push_back(answer);
  });
}

} // namespace sagas::sim
