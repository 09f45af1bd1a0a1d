#include "app/schedule_book.hpp"

#include <algorithm>

namespace sagas {
namespace {

using http::schedule_state;

constexpr std::size_t page_size = 500;
constexpr milliseconds reads_again_after{1'000};

timestamp to_timestamp(std::uint64_t position) {
  return timestamp{milliseconds{static_cast<std::int64_t>(position)}};
}

std::uint64_t to_position(timestamp at) {
  return static_cast<std::uint64_t>(at.time_since_epoch().count());
}

// Whether the same start may go well later: the run is not at fault.
bool may_pass(errc why) {
  switch (why) {
  case errc::overloaded:
  case errc::unavailable:
  case errc::unknown_outcome:
  case errc::fenced:
  case errc::fatal: return true;
  case errc::invalid_input:
  case errc::not_found:
  case errc::conflict:
  case errc::stale:
  case errc::corrupt:
  case errc::internal: break;
  }
  return false;
}

std::string in_words(const failure& why) {
  std::string text = why.message;
  for (const field_error& each : why.fields)
    text += "; " + each.pointer + " " + each.message;
  return text;
}

} // namespace

schedule_book::schedule_book(schedule_ports with, schedule_board& board, schedule_limits limits)
  : ports_(std::move(with)), limits_(limits), board_(board) {}

// -- what is kept ---------------------------------------------------------------------------------

void schedule_book::serve(const std::string& name) {
  unread_.insert(name);
  reads_again_ = ports_.steady();
}

void schedule_book::load() {
  std::string after;
  for (;;) {
    const auto page = ports_.reads.kept({schedule_kind, after, {}, page_size});
    if (!page) {
      ports_.log.write(log_level::warning, "the schedules can't be read now; they are later");
      reads_again_ = ports_.steady() + reads_again_after;
      return;
    }
    for (const kept_document& each : *page)
      configure(each);
    if (page->size() < page_size)
      break;
    after = page->back().name;
  }
  loaded_ = true;
}

void schedule_book::read_anew(const std::string& name) {
  const auto found = ports_.reads.kept_one(schedule_kind, name);
  if (!found) {
    reads_again_ = ports_.steady() + reads_again_after;
    return;
  }
  unread_.erase(name);
  if (*found)
    return configure(**found);
  if (const auto known = entries_.find(name); known != entries_.end()) {
    known->second->gone = true;
    entries_.erase(known);
    board_.erase(name);
  }
}

void schedule_book::configure(const kept_document& from) {
  entry_ptr& one = entries_[from.name];
  if (!one) {
    one = std::make_shared<entry>();
    one->name = from.name;
    one->stored = to_timestamp(from.position);
    one->handled = one->stored;
  }
  one->starts.clear();
  one->what.reset();
  one->next.reset();
  const auto kept = read_kept_schedule(from.content);
  auto read = kept ? read_schedule(kept->document, ports_.zones) : result<schedule>{kept.error()};
  one->state.how = !read          ? schedule_state::kind::broken
                   : read->paused ? schedule_state::kind::paused
                                  : schedule_state::kind::active;
  one->state.why = read ? "" : in_words(read.error());
  if (read) {
    one->handled = std::max(one->handled, kept->from);
    one->what = std::move(*read);
    look(*one, ports_.wall());
    want_start(one);
  } else {
    ports_.log.write(log_level::error, "a schedule can't be used",
                     {{"programa", one->name}, {"why", one->state.why}});
  }
  show(*one);
}

// -- what is due ----------------------------------------------------------------------------------

void schedule_book::look(entry& one, timestamp now) {
  due_runs due = runs_due(*one.what, one.handled, now);
  one.handled = due.handled;
  one.next = due.next;
  one.starts.assign(due.starts.begin(), due.starts.end());
  if (due.given_up > 0) {
    one.state.missed += due.given_up;
    ports_.log.write(log_level::warning, "runs of a schedule were missed, and are given up",
                     {{"programa", one.name},
                      {"runs", std::to_string(due.given_up)},
                      {"until", to_iso(due.handled)}});
  }
}

void schedule_book::want_start(const entry_ptr& one) {
  if (one->starts.empty() || one->starting || one->queued || one->gone)
    return;
  one->queued = true;
  queue_.push_back(one);
}

void schedule_book::start_queued() {
  while (!queue_.empty() && under_way_ < limits_.starts_max && !halted_
         && ports_.steady() >= again_at_) {
    const entry_ptr one = queue_.front();
    queue_.pop_front();
    one->queued = false;
    if (!one->gone && !one->starting && !one->starts.empty())
      start(one);
  }
}

void schedule_book::start(const entry_ptr& one) {
  const timestamp run = one->starts.front();
  auto order = ports_.read_start(start_body(*one->what, run));
  if (!order) {
    fail(*one, run, order.error());
    want_start(one);
    return show(*one);
  }
  order->once = run_key(one->name, run);
  one->starting = true;
  ++under_way_;
  ports_.engine.start(std::move(*order),
                      [this, one, run, post = ports_.post](const result<started>& outcome) {
                        post([this, one, run, outcome] { on_started(one, run, outcome); });
                      });
}

void schedule_book::on_started(const entry_ptr& one, timestamp run,
                               const result<started>& outcome) {
  one->starting = false;
  --under_way_;
  if (outcome) {
    again_after_ = milliseconds{0};
    ++one->state.started;
    one->state.last = run;
    one->state.last_saga = outcome->id;
    one->state.last_fault.clear();
    if (one->state.how == schedule_state::kind::broken && one->what) {
      one->state.how = schedule_state::kind::active;
      one->state.why.clear();
    }
    pass(*one, run);
  } else if (may_pass(outcome.error().code)) {
    hold(*one, run, outcome.error());
  } else {
    fail(*one, run, outcome.error());
  }
  want_start(one);
  if (!one->gone)
    show(*one);
}

// Nobody's start would be taken now. What is due is looked at anew by then: it may have become too
// late.
void schedule_book::hold(entry& one, timestamp run, const failure& why) {
  one.state.last_fault = why.message;
  const timestamp now = ports_.steady();
  if (now >= again_at_) {
    again_after_ = std::clamp(again_after_ * 2, limits_.again_min, limits_.again_max);
    again_at_ = now + again_after_;
  }
  if (one.starts.empty() || one.starts.front() != run) // it was set up anew meanwhile
    return;
  one.starts.clear();
  one.next = run;
}

// A run that is done with; unless the schedule was set up anew meanwhile it is the next one.
void schedule_book::pass(entry& one, timestamp run) {
  one.handled = std::max(one.handled, run);
  if (!one.starts.empty() && one.starts.front() == run)
    one.starts.pop_front();
}

void schedule_book::fail(entry& one, timestamp run, const failure& why) {
  const std::string words = in_words(why);
  if (one.state.last_fault != words)
    ports_.log.write(log_level::error, "a run of a schedule could not be started",
                     {{"programa", one.name}, {"run", to_iso(run)}, {"why", words}});
  ++one.state.failed;
  one.state.last_fault = words;
  if (one.what && !one.what->paused) {
    one.state.how = schedule_state::kind::broken;
    one.state.why = "the run of " + to_iso(run) + " could not be started: " + words;
  }
  pass(one, run);
}

// -- a turn ---------------------------------------------------------------------------------------

milliseconds schedule_book::turn() {
  const timestamp now = ports_.wall();
  if (ports_.steady() >= reads_again_) {
    if (!loaded_)
      load();
    else
      for (const std::string& each : std::set{unread_})
        read_anew(each);
  }
  const bool held = ports_.steady() < again_at_;
  for (const auto& [name, one] : entries_) {
    if (held || !one->what || !one->next || *one->next > now || one->starting
        || !one->starts.empty())
      continue;
    look(*one, now);
    want_start(one);
    show(*one);
  }
  start_queued();
  if (ports_.steady() >= stores_again_)
    store_positions();
  return until_next();
}

milliseconds schedule_book::until_next() const {
  const timestamp wall = ports_.wall();
  const timestamp steady = ports_.steady();
  milliseconds wait = limits_.look_every;
  const auto also = [&](milliseconds after) { wait = std::min(wait, after); };
  if (!loaded_ || !unread_.empty())
    also(reads_again_ - steady);
  const bool held = steady < again_at_;
  if (held)
    also(again_at_ - steady);
  bool moved = false;
  for (const auto& [name, one] : entries_) {
    moved = moved || one->handled > one->stored;
    if (!held && one->what && one->next && !one->starting && one->starts.empty())
      also(*one->next - wall);
  }
  if (moved && !storing_)
    also(stores_again_ - steady);
  return std::max(wait, milliseconds{0});
}

void schedule_book::store_now() {
  stores_again_ = {};
  store_positions();
}

// Behind what is durable, for many together: whatever ends this process, no run that a position
// passes over is owed any more.
void schedule_book::store_positions() {
  if (storing_)
    return;
  std::vector<kept_change> changes;
  for (const auto& [name, one] : entries_)
    if (one->handled > one->stored && changes.size() < limits_.stored_together)
      changes.push_back(
        {kept_change::kind::advance, {schedule_kind, name, {}, to_position(one->handled), {}}});
  if (changes.empty())
    return;
  storing_ = true;
  stores_again_ = ports_.steady() + limits_.store_every;
  ports_.engine.keep(changes, [this, changes, post = ports_.post](const status& how) {
    post([this, changes, stored = bool(how)] {
      storing_ = false;
      for (const kept_change& each : changes)
        if (const auto one = entries_.find(each.of.name); stored && one != entries_.end())
          one->second->stored = std::max(one->second->stored, to_timestamp(each.of.position));
    });
  });
}

void schedule_book::show(const entry& one) {
  schedule_state state = one.state;
  state.due = !one.starts.empty() || (one.next && *one.next <= ports_.wall());
  state.next = one.starts.empty() ? one.next : std::optional{one.starts.front()};
  board_.set(one.name, state);
}

} // namespace sagas
