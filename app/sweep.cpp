#include "app/sweep.hpp"

namespace sagas {
namespace {

using steady = std::chrono::steady_clock;

result<std::size_t> take(const std::vector<saga_id>& bite, const sweep_terms& what) {
  if (what.archive)
    if (const status safe = what.archive(bite); !safe)
      return safe.error();
  return what.remove ? what.remove(bite) : bite.size();
}

} // namespace

result<std::size_t> sweep(queries& reads, const sweep_terms& what) {
  std::size_t count = 0;
  std::optional<saga_id> after;
  do {
    const auto page = reads.ended(what.ended_before, after, what.bite);
    if (!page)
      return page.error();
    after = page->last;
    if (page->sagas.empty())
      continue;
    const auto begun = steady::now();
    const auto taken = take(page->sagas, what);
    if (!taken)
      return taken.error();
    count += *taken;
    if (what.rest && !what.rest(*taken, steady::now() - begun))
      break;
  } while (after);
  return count;
}

} // namespace sagas
