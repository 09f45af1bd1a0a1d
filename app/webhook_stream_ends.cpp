// What the store is told of deliveries that have come to their end, and the end of all of it.
#include <algorithm>

#include "app/webhook_stream.hpp"
#include "http/webhook/letter.hpp"
#include "http/webhook/position.hpp"

namespace sagas {
namespace {

using http::delivery;

constexpr std::size_t settled_at_once = 100;

} // namespace

// What the store is told of what has come to its end. False: there is no room for its letter.
bool webhook_stream::append_end(const delivery& what, std::size_t& room,
                                std::vector<kept_change>& to) const {
  const std::string name = http::letter_name(name_, what.at);
  const bool is_letter = what.from == delivery::origin::letter;
  const bool dies = what.ends == delivery::fate::bury;
  if (dies && !is_letter && room == 0)
    return false;
  if (what.from == delivery::origin::alert)
    to.push_back(http::erasing(http::alert_kind, name));
  if (what.aside)
    to.push_back(http::erasing(http::aside_kind, name));
  if (is_letter && !dies)
    to.push_back(http::erasing(http::letter_kind, name));
  if (!dies)
    return true;
  const timestamp now = ports_.clock();
  to.push_back(
    {kept_change::kind::put,
     {http::letter_kind, name, http::letter_document(what, text_of(what), now), 0, now}});
  if (is_letter)
    to.push_back(http::stays_dead(name, what));
  else
    --room;
  return true;
}

// Only what the store has taken is passed over. What finds no room waits for it, and what is being
// set aside for its row, which comes in another transaction.
void webhook_stream::settle(steady::time_point now) {
  if (unsettled_.empty() || settling_ || now < settles_again_)
    return;
  std::vector<feed_position> which;
  std::vector<kept_change> changes;
  std::size_t room = full() ? 0 : ports_.limits.letters_max - letters_;
  for (const feed_position& at : unsettled_) {
    if (!aside_.contains(at) && append_end(*window_.find(at), room, changes))
      which.push_back(at);
    if (which.size() == settled_at_once)
      break;
  }
  settles_again_ = now + ports_.limits.again_after;
  if (which.empty())
    return;
  settling_ = true;
  keep(std::move(changes), [which](webhook_stream& me, const status& how) {
    me.settling_ = false;
    me.settled(which, how);
  });
}

void webhook_stream::settled(const std::vector<feed_position>& which, const status& how) {
  if (!how) {
    ports_.log.write(log_level::warning, "dead letters can't be stored now; they are later",
                     {{"suscripcion", name_}, {"cause", how.error().message}});
    return;
  }
  settles_again_ = {};
  const bool was_full = full();
  for (const feed_position& at : which) {
    const delivery& what = *window_.find(at);
    const bool is_letter = what.from == delivery::origin::letter;
    if (what.ends == delivery::fate::bury)
      letters_ += is_letter ? 0 : 1;
    else if (is_letter)
      letters_ -= std::min<std::size_t>(letters_, 1);
    unsettled_.erase(at);
    window_.done(at);
  }
  if (full() && !was_full)
    ports_.log.write(log_level::error,
                     "a subscription pauses: it has as many dead letters as it may have; send them "
                     "again or remove them with sagas webhooks",
                     {{"suscripcion", name_}});
}

void webhook_stream::remove(std::function<void(status)> done) {
  if (removal_)
    return done({errc::conflict, "it is being removed"});
  removal_ = std::move(done);
}

// A page of each kind at a time, once nothing of its own is being written, so that none stays
// behind; the subscription last.
void webhook_stream::take_away() {
  if (settling_ || deciding_ || telling_ || removing_)
    return;
  std::vector<kept_change> changes;
  bool last = true;
  std::size_t letters = 0;
  for (const char* kind : {http::letter_kind, http::aside_kind, http::alert_kind}) {
    const kept_query page = http::rows_of(kind, name_);
    const auto found = ports_.reads.kept(page);
    if (!found)
      return std::exchange(removal_, nullptr)(found.error());
    for (const kept_document& each : *found)
      changes.push_back(http::erasing(kind, each.name));
    letters += kind == http::letter_kind ? found->size() : 0;
    last = last && found->size() < page.limit;
  }
  if (last)
    for (const char* kind : {http::watch_kind, http::subscription_kind})
      changes.push_back(http::erasing(kind, name_));
  removing_ = true;
  keep(std::move(changes), [last, letters](webhook_stream& me, const status& gone) {
    me.removing_ = false;
    if (gone)
      me.letters_ -= std::min(me.letters_, letters);
    if (gone && !last)
      return; // the next turn takes the next page
    me.removed_ = bool(gone);
    std::exchange(me.removal_, nullptr)(gone);
  });
}

} // namespace sagas
