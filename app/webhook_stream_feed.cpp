// The stored feed, read ahead.
#include <algorithm>

#include "app/webhook_stream.hpp"
#include "http/webhook/position.hpp"

namespace sagas {
namespace {

using http::delivery;

constexpr std::size_t pages_kept_max = 16;

} // namespace

const result<std::vector<feed_batch>>& feed_pages::from(const feed_position& next) {
  const auto found = pages_.find(next);
  if (found != pages_.end())
    return found->second;
  if (pages_.size() == pages_kept_max)
    pages_.clear();
  return pages_.emplace(next, reads_.events_after(http::just_before(next), events_max_))
    .first->second;
}

void webhook_stream::read(steady::time_point now, feed_pages& pages) {
  if (now < reads_again_)
    return;
  if (!how_->wants_events())
    return pass_over(now);
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

// Who wants alerts alone needs none of it.
void webhook_stream::pass_over(steady::time_point now) {
  reads_again_ = now + ports_.limits.advance_every;
  const auto tail = ports_.reads.last_event();
  dry_ = bool(tail);
  if (tail)
    next_ = std::max(next_, http::behind_batch(*tail));
}

// The numbers of batches have no gaps but where the feed was pruned.
void webhook_stream::take(const feed_batch& batch) {
  std::uint32_t from = 0;
  if (batch.batch == next_.batch)
    from = next_.index;
  else
    note_gap(next_, {batch.batch, 0}, "the feed keeps events for a day: these are no longer there");
  for (std::uint32_t i = from; i < batch.events.size(); ++i)
    if (buried_.erase({batch.batch, i}) == 0 && how_->wants(batch.events[i]))
      window_.take({.at = {batch.batch, i}, .what = batch.events[i]});
  next_ = {batch.batch + 1, 0};
}

// Where it begins stands for it: no event of that position will ever be read.
void webhook_stream::note_gap(const feed_position& from, const feed_position& until,
                              const char* why) {
  if (buried_.erase(from) > 0)
    return;
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

} // namespace sagas
