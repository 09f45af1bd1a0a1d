#include "app/webhook_stream.hpp"

#include <algorithm>

#include "http/webhook/cloud_event.hpp"
#include "http/webhook/letter.hpp"
#include "http/webhook/position.hpp"

namespace sagas {
namespace {

using http::delivery;
using http::delivery_verdict;
using http::subscription_state;

constexpr std::size_t document_max = 64 << 10;

} // namespace

const result<std::vector<feed_batch>>& feed_pages::from(const feed_position& next) {
  const auto found = pages_.find(next);
  if (found != pages_.end())
    return found->second;
  return pages_.emplace(next, reads_.events_after(http::just_before(next), events_max_))
    .first->second;
}

webhook_stream::webhook_stream(const webhook_ports& ports, const kept_document& from)
  : ports_(ports), name_(from.name), next_(http::unpacked(from.position)), stored_(from.position) {}

result<std::shared_ptr<webhook_stream>> webhook_stream::open(const webhook_ports& ports,
                                                             const kept_document& from) {
  std::shared_ptr<webhook_stream> made{new webhook_stream{ports, from}};
  const auto tail = ports.reads.last_event();
  if (!tail)
    return tail.error();
  if (const status counted = made->count_letters(); !counted)
    return counted.error();
  made->configure(from.content);
  made->check_start(*tail, from.content);
  return made;
}

// A position behind the newest event is of another history of the database, as of one that was
// copied without its feed: as it can only rise, the document is made anew.
void webhook_stream::check_start(const feed_position& tail, const document& content) {
  const feed_position first = http::behind_batch(tail);
  if (next_ <= first)
    return;
  next_ = first;
  stored_ = http::packed(first);
  note_gap(tail, first, "it stood behind the end of the feed: it goes on with what comes");
  keep(
    {{kept_change::kind::erase, {http::subscription_kind, name_, {}, 0, {}}},
     {kept_change::kind::put, {http::subscription_kind, name_, content, stored_, ports_.clock()}}},
    [](webhook_stream& me, const status& how) {
      if (!how)
        me.ports_.log.write(log_level::warning, "where a subscription goes on is not stored",
                            {{"suscripcion", me.name_}, {"cause", how.error().message}});
    });
}

void webhook_stream::configure(const document& content) {
  const auto read = parse_json(content.text(), document_max);
  auto how = read ? http::read_subscription(name_, *read, ports_.terms)
                  : result<http::subscription>{read.error()};
  if (how) {
    how_ = std::move(*how);
    lane_ = http::web_client::make_lane(how_->lane);
    why_not_.clear();
    failures_ = trials_ = 0; // perhaps it is better there
    calls_again_ = {};
    window_.hurry();
    return;
  }
  const failure& why = how.error();
  how_.reset();
  why_not_ = why.fields.empty() ? why.message
                                : why.fields.front().pointer + " " + why.fields.front().message;
  ports_.log.write(log_level::error,
                   "a subscription can't be used, and nothing is delivered to it: mend it with "
                   "sagas webhooks set",
                   {{"suscripcion", name_}, {"cause", why_not_}});
}

// New events; letters are sent again while it is full, too.
bool webhook_stream::delivers() const { return how_ && how_->active && !full(); }

void webhook_stream::turn(steady::time_point now, feed_pages& pages) {
  if (removal_)
    return take_away();
  settle(now);
  if (halted_ || !how_ || !how_->active)
    return;
  if (!full())
    read(now, pages);
  read_letters(now);
  launch(now);
}

std::optional<webhook_stream::steady::time_point> webhook_stream::next_turn() const {
  std::optional<steady::time_point> at;
  const auto also = [&](steady::time_point when) { at = std::min(at.value_or(when), when); };
  if (!unsettled_.empty() && !settling_)
    also(settles_again_);
  if (removal_ || halted_ || !how_ || !how_->active)
    return at;
  if (delivers() && !dry_ && window_.size() < ports_.limits.ahead_max)
    also(reads_again_);
  if (resends_ && takes_letters())
    also(resends_again_);
  const std::size_t at_once = is_ill() ? 1 : how_->concurrency;
  if (window_.under_way() < at_once)
    if (const auto due = window_.next_due(!delivers()))
      also(std::max(*due, calls_again_));
  return at;
}

// -- reading --------------------------------------------------------------------------------------

void webhook_stream::read(steady::time_point now, feed_pages& pages) {
  if (now < reads_again_)
    return;
  for (std::size_t pages_read = 0;
       !dry_ && window_.size() < ports_.limits.ahead_max && pages_read < ports_.limits.pages_max;
       ++pages_read) {
    const auto& page = pages.from(next_);
    if (!page) {
      ports_.log.write(log_level::warning,
                       "events for subscribers can't be read now; they are later",
                       {{"suscripcion", name_}, {"cause", page.error().message}});
      reads_again_ = now + ports_.limits.again_after;
      return;
    }
    dry_ = page->empty();
    for (const feed_batch& each : *page)
      take(each);
  }
  reads_again_ = now + ports_.limits.read_every;
}

// The numbers of batches have no gaps but where the feed was pruned.
void webhook_stream::take(const feed_batch& batch) {
  std::uint32_t from = 0;
  if (batch.batch == next_.batch)
    from = next_.index;
  else
    note_gap(next_, {batch.batch, 0}, "the feed keeps events for a day: these are no longer there");
  for (std::uint32_t i = from; i < batch.events.size(); ++i)
    if (how_->wants(batch.events[i]))
      window_.take({.at = {batch.batch, i}, .what = batch.events[i]});
  next_ = {batch.batch + 1, 0};
}

// Where it begins stands for it: no event of that position will ever be read.
void webhook_stream::note_gap(const feed_position& from, const feed_position& until,
                              const char* why) {
  ++gaps_;
  delivery gap{.at = from};
  gap.ends = delivery::fate::bury;
  gap.lost_until = until;
  gap.code = "hueco";
  gap.reason = why;
  ports_.log.write(
    log_level::error, "a subscription has missed events",
    {{"suscripcion", name_}, {"desde", to_text(from)}, {"hasta", to_text(until)}, {"cause", why}});
  if (window_.take(std::move(gap)))
    unsettled_.insert(from);
}

// -- delivering -----------------------------------------------------------------------------------

void webhook_stream::launch(steady::time_point now) {
  if (now < calls_again_)
    return;
  const std::size_t at_once = is_ill() ? 1 : how_->concurrency;
  while (window_.under_way() < at_once) {
    delivery* const one = window_.next(now, !delivers());
    if (!one)
      return;
    if (one->again || how_->wants(one->what))
      send(*one, now);
    else // it was another filter that took it
      window_.done(one->at);
  }
}

std::string webhook_stream::text_of(const delivery& what) const {
  if (what.again || what.lost_until)
    return what.text;
  return http::cloud_event(ports_.source, what.at, what.what, ports_.hides);
}

void webhook_stream::send(delivery& what, steady::time_point now) {
  ++what.attempts;
  what.first = what.first.value_or(now);
  http::web_request request = http::delivery_request(*how_, to_text(what.at), text_of(what),
                                                     ports_.clock());
  request.deadline = now + how_->timeout;
  ports_.client.send(
    lane_, std::move(request),
    [self = weak_from_this(), post = ports_.post, at = what.at](http::web_answer said) {
      post([self, at, said = std::move(said)] {
        if (const auto me = self.lock())
          me->answered(at, said);
      });
    });
}

void webhook_stream::answered(const feed_position& at, const http::web_answer& said) {
  delivery* const what = window_.find(at);
  if (!what)
    return;
  const auto since_first = std::chrono::duration_cast<milliseconds>(steady::now() - *what->first);
  http::delivery_terms terms = how_ ? how_->terms : http::delivery_terms{};
  terms.backoff = ports_.limits.backoff;
  const delivery_verdict means = http::judge(said, terms, what->attempts, since_first,
                                             ports_.clock(), random_());
  if (means.what == delivery_verdict::kind::delivered)
    went_well(*what);
  else
    went_wrong(*what, said, means);
}

void webhook_stream::went_well(delivery& what) {
  ++delivered_;
  if (is_ill()) { // what failed with it need not wait
    ports_.log.write(log_level::info, "a subscriber takes events again", {{"suscripcion", name_}});
    window_.hurry();
  }
  failures_ = trials_ = 0;
  calls_again_ = {};
  last_fault_.clear();
  if (!what.again)
    return window_.done(what.at);
  unsettled_.insert(what.at);
  window_.end(what, delivery::fate::erase);
}

void webhook_stream::went_wrong(delivery& what, const http::web_answer& said,
                                const delivery_verdict& means) {
  const auto now = steady::now();
  http::delivery_fault fault = http::fault_of(said);
  what.code = std::move(fault.code);
  what.reason = std::move(fault.reason);
  last_fault_ = what.code + " " + what.reason;
  ++failed_;
  failures_ = means.ill ? failures_ + 1 : 0;
  if (means.hold.count() > 0)
    calls_again_ = std::max(calls_again_, now + means.hold);
  if (is_ill() && calls_again_ <= now) // what was under way together is one trial
    calls_again_ = now + delay_after(ports_.limits.trials, ++trials_, random_());
  if (failures_ == ports_.limits.ill_after)
    ports_.log.write(log_level::warning, "a subscriber takes no events: one at a time is tried",
                     {{"suscripcion", name_}, {"cause", what.code}});
  if (means.what == delivery_verdict::kind::again)
    return window_.retry(what, now + means.wait);
  ++dead_;
  ports_.log.write(log_level::warning, "an event is given up: sagas webhooks dead lists it",
                   {{"suscripcion", name_}, {"evento", to_text(what.at)}, {"cause", what.code}});
  unsettled_.insert(what.at);
  window_.end(what, delivery::fate::bury);
}

void webhook_stream::keep(std::vector<kept_change> what,
                          std::function<void(webhook_stream&, const status&)> done) {
  ports_.engine.keep(std::move(what), [self = weak_from_this(), post = ports_.post,
                                       done = std::move(done)](const status& how) {
    post([self, done, how] {
      if (const auto me = self.lock())
        done(*me, how);
    });
  });
}

// -- telling --------------------------------------------------------------------------------------

// Everything before it is delivered, or a dead letter.
feed_position webhook_stream::next_owed() const {
  const delivery* const oldest = window_.oldest();
  return oldest ? oldest->at : next_;
}

std::optional<kept_change> webhook_stream::advance() const {
  const std::uint64_t at = http::packed(next_owed());
  if (at <= stored_ || removal_ || removed_)
    return std::nullopt;
  return kept_change{kept_change::kind::advance, {http::subscription_kind, name_, {}, at, {}}};
}

subscription_state webhook_stream::state(timestamp now) const {
  using kind = subscription_state::kind;
  subscription_state made{.name = name_, .next = next_owed()};
  if (!how_) {
    made.how = kind::broken;
    made.why = why_not_;
  } else if (!how_->active) {
    made.how = kind::inactive;
  } else if (full()) {
    made.how = kind::paused;
    made.why = "it has as many dead letters as it may have: send them again, or remove them";
  }
  made.delivered = delivered_;
  made.failed = failed_;
  made.dead = dead_;
  made.gaps = gaps_;
  made.letters = letters_;
  made.last_fault = last_fault_;
  if (const delivery* const oldest = window_.oldest(); oldest && !oldest->lost_until)
    made.lag_s = std::max(0.0, std::chrono::duration<double>(now - oldest->what.at).count());
  return made;
}

} // namespace sagas
