#include "app/webhooks.hpp"

#include <algorithm>

#include "http/webhook/letter.hpp"

namespace sagas {
namespace {

constexpr milliseconds last_word_within{1'000};

} // namespace

// -- what may be called from any thread -----------------------------------------------------------

status webhooks::start(setting with) {
  auto client = http::web_client::open();
  if (!client)
    return client.error();
  client_ = std::move(*client);
  poll_ = with.poll;
  ports_.emplace(
    webhook_ports{with.reads, with.engine, with.log, *client_, std::move(with.clock),
                  std::move(with.hides), std::move(with.terms), std::move(with.source), with.limits,
                  [to = inbox_](task_inbox::task what) { to->post(std::move(what)); }});
  watch_ = std::make_unique<attention_watch>(
    std::move(with.waiting),
    [this](attention_watch::counted found) {
      inbox_->post([this, found = std::move(found)] { attend(*found); });
    },
    ports_->limits.attend_every);
  thread_ = std::thread{[this] { run(); }};
  return nothing{};
}

void webhooks::stop(milliseconds patience) {
  if (!thread_.joinable())
    return;
  inbox_->post([this, patience] {
    stopping_ = true;
    patience_ = patience;
  });
  thread_.join();
  watch_.reset();
  client_.reset(); // breaks off what is under way: it is not delivered, and is again
  inbox_->close();
  streams_.clear();
}

status webhooks::check(const std::string& name, const json_value& document) const {
  if (!ports_)
    return {errc::unavailable, "the service is starting: try again"};
  const auto read = http::read_subscription(name, document, ports_->terms);
  if (!read)
    return read.error();
  const std::lock_guard lock{guard_};
  const bool known = std::any_of(states_.begin(), states_.end(),
                                 [&](const auto& each) { return each.name == name; });
  if (!known && states_.size() >= ports_->limits.subscriptions_max)
    return {errc::conflict, "there are " + std::to_string(states_.size())
                              + " subscriptions, which is all that there may be: remove one"};
  return nothing{};
}

void webhooks::serve(const std::string& name) {
  inbox_->post([this, name] { read_anew(name); });
}

void webhooks::remove(const std::string& name, std::function<void(status)> done) {
  with_stream(
    name, [done](webhook_stream& one) { one.remove(done); }, done);
}

void webhooks::resend(const std::string& name, std::optional<feed_position> which,
                      std::function<void(result<std::size_t>)> done) {
  with_stream(
    name, [which, done](webhook_stream& one) { one.resend(which, done); }, done);
}

void webhooks::forget(const std::string& name, const feed_position& which,
                      std::function<void(status)> done) {
  with_stream(
    name, [which, done](webhook_stream& one) { one.forget(which, done); }, done);
}

void webhooks::with_stream(const std::string& name, std::function<void(webhook_stream&)> then,
                           std::function<void(const failure&)> otherwise) {
  inbox_->post([this, name, then = std::move(then), otherwise = std::move(otherwise)] {
    if (webhook_stream* const one = stream(name))
      then(*one);
    else if (loaded_ && !unread_.contains(name))
      otherwise({errc::not_found,
                 "there is no subscription " + name + "; GET /api/v1/suscripciones lists them"});
    else
      otherwise({errc::unavailable, "the subscriptions can't be read now: try again"});
  });
}

std::vector<http::subscription_state> webhooks::states() const {
  std::vector<http::subscription_state> found;
  {
    const std::lock_guard lock{guard_};
    found = states_;
  }
  for (auto& each : found)
    if (each.oldest)
      each.lag_s = std::max(0.0,
                            std::chrono::duration<double>(ports_->clock() - *each.oldest).count());
  return found;
}

// -- the dispatcher -------------------------------------------------------------------------------

void webhooks::run() {
  std::optional<steady::time_point> until = steady::now();
  while (!stopping_) {
    round(inbox_->wait(until));
    until = next_round(steady::now());
  }
  end();
}

void webhooks::load() {
  const auto found = ports_->reads.kept({http::subscription_kind, {}, {}, 1'000});
  loaded_ = found && std::all_of(found->begin(), found->end(), [this](const auto& each) {
              return streams_.contains(each.name) || open(each);
            });
  if (loaded_)
    return;
  ports_->log.write(log_level::warning, "the subscriptions can't be read now; they are later");
  reads_again_ = steady::now() + ports_->limits.again_after;
}

bool webhooks::open(const kept_document& from) {
  auto made = webhook_stream::open(*ports_, from);
  if (made)
    streams_[from.name] = std::move(*made);
  return bool(made);
}

void webhooks::read_anew(const std::string& name) {
  unread_.erase(name);
  const auto found = ports_->reads.kept_one(http::subscription_kind, name);
  bool read = bool(found);
  if (found && *found) {
    if (webhook_stream* const known = stream(name))
      known->configure((*found)->content);
    else
      read = open(**found);
  }
  if (!read) {
    unread_.insert(name);
    reads_again_ = steady::now() + ports_->limits.again_after;
  }
}

void webhooks::attend(const attention_summary& parked) {
  for (const auto& [name, one] : streams_)
    one->attend(parked);
}

void webhooks::round(const task_inbox::found& what) {
  const auto now = steady::now();
  if (!loaded_ && now >= reads_again_)
    load();
  for (const task_inbox::task& each : what.tasks)
    each();
  if (!unread_.empty() && now >= reads_again_)
    for (const std::string& each : std::set{unread_})
      read_anew(each);
  const bool polls = poll_.count() > 0 && now >= polls_again_;
  if (polls)
    polls_again_ = now + poll_;
  feed_pages pages{ports_->reads, ports_->limits.page_events};
  for (const auto& [name, one] : streams_) {
    if (what.news || polls)
      one->news();
    one->turn(now, pages);
  }
  std::erase_if(streams_, [](const auto& each) { return each.second->removed(); });
  watch_->want(std::any_of(streams_.begin(), streams_.end(),
                           [](const auto& each) { return each.second->wants_alerts(); }));
  store_positions(now);
  tell_states();
}

std::optional<webhooks::steady::time_point> webhooks::next_round(steady::time_point now) const {
  std::optional<steady::time_point> at;
  const auto also = [&](steady::time_point when) { at = std::min(at.value_or(when), when); };
  bool moved = false;
  for (const auto& [name, one] : streams_) {
    if (const auto due = one->next_turn())
      also(*due);
    moved = moved || one->has_advanced();
  }
  if (moved && !storing_)
    also(std::max(stores_again_, now));
  if (!unread_.empty() || !loaded_)
    also(reads_again_);
  if (poll_.count() > 0 && !streams_.empty())
    also(polls_again_);
  return at;
}

// In one transaction for all, behind what is delivered: whatever ends this process, nothing that a
// position passes over is owed any more.
void webhooks::store_positions(steady::time_point now) {
  if (storing_ || now < stores_again_)
    return;
  std::vector<kept_change> changes;
  std::vector<std::string> told;
  for (const auto& [name, one] : streams_)
    if (one->advance(changes))
      told.push_back(name);
  if (told.empty())
    return;
  storing_ = true;
  stores_again_ = now + ports_->limits.advance_every;
  ports_->engine.keep(std::move(changes), [this, told, post = ports_->post](const status& how) {
    post([this, told, stored = bool(how)] {
      storing_ = false;
      for (const std::string& each : told)
        if (webhook_stream* const one = stream(each))
          one->advanced(stored);
    });
  });
}

// Answers that come within the patience count; then the positions are stored a last time.
void webhooks::end() {
  for (const auto& [name, one] : streams_)
    one->halt();
  const auto tasks_until = [this](steady::time_point limit, const std::function<bool()>& over) {
    for (auto now = steady::now(); now < limit; now = steady::now()) {
      const auto found = inbox_->wait(std::min(limit, now + milliseconds{10}));
      for (const task_inbox::task& each : found.tasks)
        each();
      if (over())
        return;
    }
  };
  if (patience_.count() == 0)
    return;
  tasks_until(steady::now() + patience_, [this] { return under_way() == 0; });
  tasks_until(steady::now() + last_word_within, [this] { return !storing_; });
  stores_again_ = {};
  store_positions(steady::now());
  tasks_until(steady::now() + last_word_within, [this] { return !storing_; });
}

std::size_t webhooks::under_way() const {
  std::size_t count = 0;
  for (const auto& [name, one] : streams_)
    count += one->under_way();
  return count;
}

webhook_stream* webhooks::stream(const std::string& name) const {
  const auto found = streams_.find(name);
  return found == streams_.end() || found->second->removed() ? nullptr : found->second.get();
}

void webhooks::tell_states() {
  std::vector<http::subscription_state> now;
  for (const auto& [name, one] : streams_)
    now.push_back(one->state());
  const std::lock_guard lock{guard_};
  states_ = std::move(now);
}

} // namespace sagas
