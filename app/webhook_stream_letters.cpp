// Dead letters: found, sent again, removed.
#include <algorithm>

#include "app/webhook_stream.hpp"
#include "http/webhook/letter.hpp"
#include "http/webhook/position.hpp"

namespace sagas {
namespace {

constexpr std::size_t resent_at_once = 128;

} // namespace

bool webhook_stream::full() const { return letters_ >= ports_.limits.letters_max; }

bool webhook_stream::takes_letters() const { return window_.letters() < resent_at_once; }

// Those that the feed is still to be read up to were given up before the position was stored: they
// are not sent as events again.
status webhook_stream::find_letters() {
  kept_query page = http::rows_of(http::letter_kind, name_);
  for (;;) {
    const auto found = ports_.reads.kept(page);
    if (!found)
      return found.error();
    letters_ += found->size();
    for (const kept_document& each : *found) {
      if (http::goes_again(each))
        look_behind(page.after);
      const auto at = http::position_in(each.name);
      if (at && *at >= next_ && !http::is_alert(*at))
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
  for (std::size_t pages = 0; marked_behind_ && takes_letters() && pages < ports_.limits.pages_max;
       ++pages) {
    kept_query which = http::rows_of(http::letter_kind, name_);
    which.after = *marked_behind_;
    const auto page = ports_.reads.kept(which);
    if (!page) {
      letters_again_ = now + ports_.limits.again_after;
      return;
    }
    for (const kept_document& each : *page) {
      marked_behind_ = each.name;
      if (auto letter = http::goes_again(each) ? http::read_letter(each) : std::nullopt)
        window_.take(std::move(*letter));
    }
    if (page->size() < which.limit)
      marked_behind_.reset();
  }
}

// They are marked in the store first, so that a restart sends them all the same.
void webhook_stream::resend(std::optional<feed_position> which, const counted& done) {
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
void webhook_stream::mark_page(const std::string& behind, std::size_t marked, const counted& done) {
  kept_query which = http::rows_of(http::letter_kind, name_);
  which.after = behind;
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

void webhook_stream::forget(const feed_position& which, const std::function<void(status)>& done) {
  const std::string name = http::letter_name(name_, which);
  const auto letter = ports_.reads.kept_one(http::letter_kind, name);
  if (!letter)
    return done(letter.error());
  if (!*letter)
    return done({errc::not_found, "there is no dead letter " + to_text(which)});
  if (const http::delivery* what = window_.find(which); what && what->has_row())
    return done({errc::conflict, "it is being sent again: wait for what becomes of it"});
  keep({http::erasing(http::letter_kind, name)}, [done](webhook_stream& me, const status& gone) {
    if (gone)
      me.letters_ -= std::min<std::size_t>(me.letters_, 1);
    done(gone);
  });
}

} // namespace sagas
