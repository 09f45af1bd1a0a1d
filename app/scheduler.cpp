#include "app/scheduler.hpp"

#include "saga/cron_runs.hpp"

namespace sagas {
namespace {

using steady_clock = std::chrono::steady_clock;

constexpr milliseconds last_word_within{1'000};

} // namespace

void scheduler::start(setting with) {
  with_.emplace(std::move(with));
  book_ = std::make_unique<schedule_book>(
    schedule_ports{with_->reads, with_->engine, with_->log, with_->wall, with_->steady,
                   with_->zones, with_->read_start,
                   [to = inbox_](task_inbox::task what) { to->post(std::move(what)); }},
    board_, with_->limits);
  thread_ = std::thread{[this] { run(); }};
}

void scheduler::stop(milliseconds patience) {
  if (!thread_.joinable())
    return;
  inbox_->post([this, patience] {
    stopping_ = true;
    patience_ = patience;
  });
  thread_.join();
  inbox_->close();
  book_.reset();
}

// -- what may be called from any thread -----------------------------------------------------------

result<kept_schedule> scheduler::prepare(const std::string& name, const json_value& document,
                                         const std::optional<kept_document>& known) const {
  if (!with_)
    return {errc::unavailable, "the service is starting: try again"};
  if (!known && board_.size() >= with_->schedules_max)
    return {errc::conflict, "there are " + std::to_string(board_.size())
                              + " schedules, which is all that there may be: remove one"};
  const timestamp now = with_->wall();
  fault_list faults;
  const auto read = read_schedule(document, with_->zones);
  if (!read)
    faults.add("", read.error());
  if (const auto inicio = document.find("inicio");
      inicio != document.end() && inicio->is_object()) {
    const auto order = with_->read_start(read ? start_body(*read, now) : *inicio);
    if (!order)
      faults.add("/inicio", order.error());
  }
  if (!faults.empty())
    return faults.as_failure("the schedule " + name);
  const auto old = known ? read_kept_schedule(known->content)
                         : result<kept_schedule>{errc::not_found, ""};
  const auto before = old ? read_schedule(old->document, with_->zones)
                          : result<schedule>{old.error()};
  return kept_schedule{before && same_times(*before, *read) ? old->from : now, document};
}

void scheduler::serve(const std::string& name) {
  inbox_->post([this, name] { book_->serve(name); });
}

std::optional<http::schedule_state> scheduler::state_of(const std::string& name) const {
  return board_.find(name);
}

result<std::vector<timestamp>> scheduler::preview(const json_value& document,
                                                  std::size_t count) const {
  if (!with_)
    return {errc::unavailable, "the service is starting: try again"};
  const auto read = read_schedule(document, with_->zones);
  if (!read)
    return read.error();
  std::vector<timestamp> runs;
  run_search search{read->cron, *read->zone, with_->wall()};
  while (runs.size() < count)
    if (const auto run = search.next())
      runs.push_back(*run);
    else
      break;
  return runs;
}

schedule_figures scheduler::figures() const {
  return with_ ? board_.figures(with_->wall()) : schedule_figures{};
}

// -- the thread -----------------------------------------------------------------------------------

void scheduler::run() {
  while (!stopping_)
    do_tasks(book_->turn());
  end();
}

void scheduler::do_tasks(milliseconds within) {
  const auto found = inbox_->wait(steady_clock::now() + within);
  for (const task_inbox::task& each : found.tasks)
    each();
}

// What is durable by then is passed over; what is not is started again, under the same key.
void scheduler::end() {
  book_->halt();
  const auto wait = [this](milliseconds within) {
    const auto limit = steady_clock::now() + within;
    while (book_->busy() && steady_clock::now() < limit)
      do_tasks(milliseconds{10});
  };
  if (patience_.count() == 0)
    return;
  wait(patience_);
  book_->store_now();
  wait(last_word_within);
}

} // namespace sagas
