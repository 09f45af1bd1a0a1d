// How far it has come, and what is set aside so that one event that fails holds up no other.
#include <algorithm>

#include "app/webhook_stream.hpp"
#include "http/webhook/letter.hpp"
#include "http/webhook/position.hpp"

namespace sagas {
namespace {

using http::delivery;

constexpr std::size_t aside_at_once = 64;

} // namespace

// Takes all rows of a kind that are on their way.
status webhook_stream::take_rows(const char* kind) {
  kept_query page = http::rows_of(kind, name_);
  for (;;) {
    const auto found = ports_.reads.kept(page);
    if (!found)
      return found.error();
    for (const kept_document& each : *found)
      if (auto one = http::read_letter(each))
        window_.take(std::move(*one));
    if (found->size() < page.limit)
      return nothing{};
    page.after = found->back().name;
  }
}

status webhook_stream::find_aside() { return take_rows(http::aside_kind); }

// Everything before it is delivered, a dead letter, or has a row.
feed_position webhook_stream::next_owed() const {
  const delivery* const oldest = window_.oldest();
  return oldest ? oldest->at : next_;
}

// The position stands in front of the oldest event, and a restart repeats what has passed that one.
// So the oldest gets a row when too many have, or when it fails for so long that the feed might
// forget it. It keeps its place in its saga's line; the next one of that saga is the oldest in
// turn. What the store is being told now has no row for it.
void webhook_stream::set_aside() {
  if (!aside_.empty() || telling_)
    return;
  const timestamp long_ago = ports_.clock() - ports_.limits.held_max;
  while (aside_.size() < aside_at_once) {
    delivery* const one = window_.oldest();
    if (!one || one->ends != delivery::fate::open)
      return;
    if (window_.passed() <= ports_.limits.passed_max
        && (one->what.at > long_ago || !window_.is_held(*one)))
      return;
    window_.set_aside(*one, text_of(*one));
    aside_.insert(one->at);
  }
}

bool webhook_stream::has_advanced() const {
  return http::packed(next_owed()) > stored_ && !removal_ && !removed_;
}

// The rows of what is set aside come in the transaction whose position passes them.
bool webhook_stream::advance(std::vector<kept_change>& to) {
  if (!has_advanced())
    return false;
  using kind = kept_change::kind;
  const timestamp now = ports_.clock();
  for (const feed_position& at : aside_) {
    const delivery& what = *window_.find(at);
    to.push_back({kind::put,
                  {http::aside_kind, http::letter_name(name_, at),
                   http::letter_document(what, what.text, now), 0, now}});
  }
  telling_ = http::packed(next_owed());
  kept_document here{http::subscription_kind, name_, {}, *telling_, {}};
  if (!strays_) {
    to.push_back({kind::advance, std::move(here)});
    return true;
  }
  to.push_back({kind::erase, here});
  here.content = content_;
  here.changed = now;
  to.push_back({kind::put, std::move(here)});
  return true;
}

void webhook_stream::advanced(bool stored) {
  if (stored && telling_) {
    stored_ = std::max(stored_, *telling_);
    strays_ = false;
    aside_.clear();
    settles_again_ = {};
  }
  telling_.reset();
}

} // namespace sagas
