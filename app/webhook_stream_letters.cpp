// Dead letters: written, sent again, removed, and gone with their subscription.
#include <algorithm>

#include "app/webhook_stream.hpp"
#include "http/webhook/letter.hpp"
#include "http/webhook/position.hpp"

namespace sagas {
namespace {

using http::delivery;

constexpr std::size_t resent_at_once = 128;
constexpr std::size_t settled_at_once = 100;

// Behind every name of letters of it: '0' is what follows '/'.
std::string behind_letters(const std::string& subscription) { return subscription + "0"; }

kept_change erasing(const char* kind, std::string name) {
  return {kept_change::kind::erase, {kind, std::move(name), {}, 0, {}}};
}

} // namespace

bool webhook_stream::full() const { return letters_ >= ports_.limits.letters_max; }

bool webhook_stream::takes_letters() const { return window_.letters() < resent_at_once; }

status webhook_stream::count_letters() {
  kept_query page{http::letter_kind, name_ + "/", behind_letters(name_)};
  for (;;) {
    const auto found = ports_.reads.kept(page);
    if (!found)
      return found.error();
    letters_ += found->size();
    if (found->size() < page.limit)
      return nothing{};
    page.after = found->back().name;
  }
}

void webhook_stream::read_letters(steady::time_point now) {
  if (!resends_ || now < resends_again_)
    return;
  while (resends_ && takes_letters()) {
    const auto page = ports_.reads.kept(
      {http::letter_kind, resends_->first, resends_->second, resent_at_once});
    if (!page) {
      resends_again_ = now + ports_.limits.again_after;
      return;
    }
    for (const kept_document& each : *page) {
      resends_->first = each.name;
      if (auto letter = http::read_letter(each))
        window_.take(std::move(*letter));
    }
    if (page->size() < resent_at_once)
      resends_.reset();
  }
}

// Only what the store has taken is passed over. What finds no room waits for it.
void webhook_stream::settle(steady::time_point now) {
  if (unsettled_.empty() || settling_ || now < settles_again_)
    return;
  std::vector<feed_position> which;
  std::vector<kept_change> changes;
  std::size_t room = full() ? 0 : ports_.limits.letters_max - letters_;
  for (const feed_position& at : unsettled_) {
    const delivery& what = *window_.find(at);
    const std::string name = http::letter_name(name_, at);
    if (what.ends == delivery::fate::erase) {
      changes.push_back(erasing(http::letter_kind, name));
    } else if (room > 0 || what.again) {
      room -= what.again ? 0 : 1;
      changes.push_back(
        {kept_change::kind::put,
         {http::letter_kind, name, http::letter_document(what, text_of(what), ports_.clock()), 0,
          ports_.clock()}});
    } else {
      continue;
    }
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
    if (what.ends == delivery::fate::erase)
      letters_ -= std::min<std::size_t>(letters_, 1);
    else if (!what.again)
      ++letters_;
    unsettled_.erase(at);
    window_.done(at);
  }
  if (full() && !was_full)
    ports_.log.write(log_level::error,
                     "a subscription pauses: it has as many dead letters as it may have; send them "
                     "again or remove them with sagas webhooks",
                     {{"suscripcion", name_}});
}

void webhook_stream::resend(std::optional<feed_position> which,
                            std::function<void(result<std::size_t>)> done) {
  if (!how_ || !how_->active)
    return done({errc::conflict, "the subscription is not active: mend or activate it first"});
  if (!which) {
    resends_ = {name_ + "/", behind_letters(name_)};
    resends_->second = http::letter_name(name_, next_owed());
    resends_again_ = {};
    return done(letters_);
  }
  const auto letter = ports_.reads.kept_one(http::letter_kind, http::letter_name(name_, *which));
  if (!letter)
    return done(letter.error());
  auto dead = *letter ? http::read_letter(**letter) : std::nullopt;
  if (!dead)
    return done({errc::not_found, "there is no dead letter with an event " + to_text(*which)});
  window_.take(std::move(*dead));
  done(std::size_t{1});
}

void webhook_stream::forget(const feed_position& which, std::function<void(status)> done) {
  const std::string name = http::letter_name(name_, which);
  const auto letter = ports_.reads.kept_one(http::letter_kind, name);
  if (!letter)
    return done(letter.error());
  if (!*letter)
    return done({errc::not_found, "there is no dead letter " + to_text(which)});
  if (const delivery* what = window_.find(which); what && what->again)
    return done({errc::conflict, "it is being sent again: wait for what becomes of it"});
  keep({erasing(http::letter_kind, name)}, [done](webhook_stream& me, const status& gone) {
    if (gone)
      me.letters_ -= std::min<std::size_t>(me.letters_, 1);
    done(gone);
  });
}

void webhook_stream::remove(std::function<void(status)> done) {
  if (removal_)
    return done({errc::conflict, "it is being removed"});
  removal_ = std::move(done);
}

// Once nothing of its own is being written, so that no letter stays behind.
void webhook_stream::take_away() {
  if (settling_ || removing_)
    return;
  std::vector<kept_change> changes;
  kept_query page{http::letter_kind, name_ + "/", behind_letters(name_)};
  for (bool more = true; more;) {
    const auto found = ports_.reads.kept(page);
    if (!found)
      return std::exchange(removal_, nullptr)(found.error());
    for (const kept_document& each : *found)
      changes.push_back(erasing(http::letter_kind, each.name));
    more = found->size() == page.limit;
    if (more)
      page.after = found->back().name;
  }
  changes.push_back(erasing(http::subscription_kind, name_));
  removing_ = true;
  keep(std::move(changes), [](webhook_stream& me, const status& gone) {
    me.removing_ = false;
    me.removed_ = bool(gone);
    std::exchange(me.removal_, nullptr)(gone);
  });
}

} // namespace sagas
