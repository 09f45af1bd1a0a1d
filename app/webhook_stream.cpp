#include "app/webhook_stream.hpp"

#include <algorithm>

#include "http/webhook/position.hpp"

namespace sagas {
namespace {

using http::delivery;
using http::subscription_state;

constexpr std::size_t document_max = 64 << 10;

} // namespace

webhook_stream::webhook_stream(const webhook_ports& ports, const kept_document& from)
  : ports_(ports), name_(from.name), content_(from.content), next_(http::unpacked(from.position)),
    stored_(from.position),
    circuit_({.failures = ports.limits.ill_after, .open_for = ports.limits.trial_every}) {}

result<std::shared_ptr<webhook_stream>> webhook_stream::open(const webhook_ports& ports,
                                                             const kept_document& from) {
  std::shared_ptr<webhook_stream> made{new webhook_stream{ports, from}};
  const auto tail = ports.reads.last_event();
  if (!tail)
    return tail.error();
  for (const auto find :
       {&webhook_stream::find_letters, &webhook_stream::find_aside, &webhook_stream::find_alerts})
    if (const status known = (*made.*find)(); !known)
      return known.error();
  made->configure(from.content);
  made->check_start(*tail);
  return made;
}

// A position behind the newest event is of another history of the database, as of one that was
// copied without its feed: as it can only rise, the document is made anew.
void webhook_stream::check_start(const feed_position& tail) {
  const feed_position first = http::behind_batch(tail);
  if (next_ <= first)
    return;
  next_ = first;
  stored_ = 0;
  strays_ = true;
  note_gap(tail, first, "it stood behind the end of the feed: it goes on with what comes");
}

void webhook_stream::configure(const document& content) {
  content_ = content;
  const auto read = parse_json(content.text(), document_max);
  auto how = read ? http::read_subscription(name_, *read, ports_.terms)
                  : result<http::subscription>{read.error()};
  if (how) {
    how_ = std::move(*how);
    lane_ = http::web_client::make_lane(how_->lane);
    why_not_.clear();
    circuit_.succeeded(); // perhaps it is better there
    held_until_ = {};
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
  set_aside();
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
  if (marked_behind_ && takes_letters())
    also(letters_again_);
  const auto permitted = circuit_.permits_at();
  if (permitted && window_.under_way() < how_->concurrency)
    if (const auto due = window_.next_due(!delivers()))
      also(std::max({*due, *permitted, held_until_}));
  return at;
}

// -- telling --------------------------------------------------------------------------------------

void webhook_stream::keep(std::vector<kept_change> what, kept_callback done) {
  ports_.engine.keep(std::move(what), [self = weak_from_this(), post = ports_.post,
                                       done = std::move(done)](const status& how) {
    post([self, done, how] {
      if (const auto me = self.lock())
        done(*me, how);
    });
  });
}

subscription_state webhook_stream::state() const {
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
  made.set_aside = window_.aside();
  made.letters = letters_;
  made.last_fault = last_fault_;
  if (const delivery* const oldest = window_.oldest(); oldest && !oldest->lost_until)
    made.oldest = oldest->what.at;
  return made;
}

} // namespace sagas
