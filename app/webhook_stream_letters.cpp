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

// Those that the feed is still to be read up to were given up before the position was stored: they
// are not sent as events again.
status webhook_stream::find_letters() {
  kept_query page{http::letter_kind, name_ + "/", behind_letters(name_)};
  for (;;) {
    const auto found = ports_.reads.kept(page);
    if (!found)
      return found.error();
    letters_ += found->size();
    for (const kept_document& each : *found) {
      if (http::goes_again(each))
        look_behind(page.after);
      if (const auto at = http::position_in(each.name); at && *at >= next_)
        buried_.insert(*at);
    }
    if (found->size() < page.limit)
      return nothing{};
    page.after = found->back().name;
  }
}

void webhook_stream::look_behind(const std::string& letter) {
  marked_behind_ = std::min(marked_behind_.value_or(letter), letter);
  letters_again_ = {};
}

void webhook_stream::read_letters(steady::time_point now) {
  if (now < letters_again_)
    return;
  for (std::size_t pages = 0;
       marked_behind_ && takes_letters() && pages < ports_.limits.pages_max; ++pages) {
    const auto page = ports_.reads.kept(
      {http::letter_kind, *marked_behind_, behind_letters(name_), resent_at_once});
    if (!page) {
      letters_again_ = now + ports_.limits.again_after;
      return;
    }
    for (const kept_document& each : *page) {
      marked_behind_ = each.name;
      if (auto letter = http::goes_again(each) ? http::read_letter(each) : std::nullopt)
        window_.take(std::move(*letter));
    }
    if (page->size() < resent_at_once)
      marked_behind_.reset();
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
      if (what.again)
        changes.push_back(http::stays_dead(name, what));
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

// They are marked in the store first, so that a restart sends them all the same.
void webhook_stream::resend(std::optional<feed_position> which, counted done) {
  if (!how_ || !how_->active)
    return done({errc::conflict, "the subscription is not active: mend or activate it first"});
  if (!which)
    return mark_page(name_ + "/", 0, done);
  auto letter = ports_.reads.kept_one(http::letter_kind, http::letter_name(name_, *which));
  if (!letter)
    return done(letter.error());
  if (!*letter || !http::read_letter(**letter))
    return done({errc::not_found, "there is no dead letter with an event " + to_text(*which)});
  const std::string behind = http::letter_name(name_, http::just_before(*which));
  mark({**letter}, behind, [done](webhook_stream&, const status& how) {
    how ? done(std::size_t{1}) : done(how.error());
  });
}

void webhook_stream::mark(const std::vector<kept_document>& letters, const std::string& behind,
                          const kept_callback& done) {
  std::vector<kept_change> changes;
  for (const kept_document& each : letters)
    if (!http::goes_again(each))
      changes.push_back(http::send_again(each));
  if (changes.empty())
    return done(*this, nothing{}); // they are on their way already
  keep(std::move(changes), [behind, done](webhook_stream& me, const status& how) {
    if (how)
      me.look_behind(behind);
    done(me, how);
  });
}

// All behind that one that have an event in them.
void webhook_stream::mark_page(const std::string& behind, std::size_t marked,
                               const counted& done) {
  kept_query which{http::letter_kind, behind, behind_letters(name_)};
  auto page = ports_.reads.kept(which);
  if (!page)
    return done(page.error());
  const bool more = page->size() == which.limit;
  const std::string last = page->empty() ? behind : page->back().name;
  std::erase_if(*page, [](const kept_document& each) { return !http::read_letter(each); });
  marked += page->size();
  mark(*page, behind, [=](webhook_stream& me, const status& how) {
    if (!how)
      return done(how.error());
    more ? me.mark_page(last, marked, done) : done(marked);
  });
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

// A page of letters at a time, once nothing of its own is being written, so that none stays behind.
void webhook_stream::take_away() {
  if (settling_ || removing_)
    return;
  kept_query page{http::letter_kind, name_ + "/", behind_letters(name_)};
  const auto found = ports_.reads.kept(page);
  if (!found)
    return std::exchange(removal_, nullptr)(found.error());
  std::vector<kept_change> changes;
  for (const kept_document& each : *found)
    changes.push_back(erasing(http::letter_kind, each.name));
  const bool last = found->size() < page.limit;
  if (last)
    changes.push_back(erasing(http::subscription_kind, name_));
  removing_ = true;
  keep(std::move(changes), [last](webhook_stream& me, const status& gone) {
    me.removing_ = false;
    if (gone && !last)
      return; // the next turn takes the next page
    me.removed_ = bool(gone);
    std::exchange(me.removal_, nullptr)(gone);
  });
}

} // namespace sagas
