#include "http/attention_pages.hpp"

#include <algorithm>
#include <utility>

namespace sagas::http {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t read_at_once = 250;
constexpr std::size_t looked_at_max = 2'000; // for a page
constexpr std::size_t counted_max = 200'000; // for a census
constexpr steady_clock::duration fresh_for = std::chrono::seconds{1};
constexpr int rests = 20; // times as long as counting took

saga_filter candidates(const attention_filter& what, std::optional<saga_id> before) {
  saga_filter filter;
  filter.type = what.type;
  filter.until = what.parked_before; // nothing is parked before it has started
  filter.before = before;
  filter.limit = read_at_once;
  return filter;
}

} // namespace

result<attention_page> read_attention(queries& reads, const attention_filter& what,
                                      std::optional<saga_id> before, std::size_t limit) {
  attention_page page{{}, before};
  for (std::size_t looked_at = 0; looked_at < looked_at_max; looked_at += read_at_once) {
    auto found = reads.parked(candidates(what, page.next));
    if (!found)
      return found.error();
    for (parked_view& saga : found->sagas) {
      page.next = saga.saga.header.id;
      if (!narrow(saga, what))
        continue;
      page.sagas.push_back(std::move(saga));
      if (page.sagas.size() == limit)
        return page;
    }
    page.next = found->next;
    if (!page.next)
      return page;
  }
  return page;
}

result<attention_summary> attention_census::summary() {
  const std::lock_guard lock{guard_};
  const auto start = steady_clock::now();
  if (last_ && start < good_until_)
    return *last_;
  attention_tally tally;
  std::optional<saga_id> before;
  std::size_t looked_at = 0;
  do {
    auto page = reads_.parked(candidates({}, before));
    if (!page)
      return page.error();
    for (const parked_view& saga : page->sagas)
      tally.add(saga);
    looked_at += read_at_once;
    before = page->next;
  } while (before && looked_at < counted_max);
  last_ = std::move(tally).finish(clock_(), !before);
  const auto now = steady_clock::now();
  good_until_ = now + std::max<steady_clock::duration>(fresh_for, rests * (now - start));
  return *last_;
}

} // namespace sagas::http
