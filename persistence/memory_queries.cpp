// The queries over the tables in memory. What the SQLite file keeps up is counted here.
#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "persistence/memory_tables.hpp"
#include "persistence/statistics_sum.hpp"

namespace sagas {
namespace {

using saga_entry = memory_tables::saga_entry;
using hours = std::chrono::hours;

saga_view view_of(const saga_entry& entry) {
  saga_view view{entry.header, 0};
  view.header.input = {};
  for (const step_row& row : entry.steps)
    view.steps_completed += row.op == operation::action && row.status == step_status::completed
                              ? 1u
                              : 0u;
  return view;
}

campaign_view campaign_of(const saga_entry& entry) {
  campaign_view view{entry.header.campaign_id, view_of(entry), entry.header.input, {}};
  for (const step_row& row : entry.steps)
    if (row.op == operation::action && row.status == step_status::completed)
      view.outputs[entry.plan->steps[row.step].name] = row.output;
  return view;
}

step_view view_of(const saga_entry& entry, const step_row& row) {
  const step_definition& step = entry.plan->steps[row.step];
  step_view made{to_text(step_id(entry.header.id, row.step)), step.name, step.description,
                 step.service, row};
  made.row.insert = false;
  return made;
}

// The newest attempts, of the operation that its way asks for, that have failed for good.
std::vector<step_view> failures_of(const saga_entry& entry) {
  const operation op = entry.header.way == direction::forward ? operation::action
                                                              : operation::compensation;
  std::map<std::size_t, const step_row*> newest;
  for (const step_row& row : entry.steps)
    if (row.op == op)
      newest[row.step] = &row;
  std::vector<step_view> found;
  for (const auto& [step, row] : newest)
    if (row->status == step_status::failed && !row->due) {
      found.push_back(view_of(entry, *row));
      found.back().row.input = {};
      found.back().row.output = {};
    }
  std::sort(found.begin(), found.end(),
            [](const step_view& a, const step_view& b) { return a.row.order < b.row.order; });
  return found;
}

bool has_called(const saga_entry& entry, const std::string& service) {
  return std::any_of(entry.steps.begin(), entry.steps.end(), [&](const step_row& row) {
    return entry.plan->steps[row.step].service == service;
  });
}

bool matches(const saga_entry& entry, const saga_filter& what) {
  const saga_header& header = entry.header;
  return (!what.status || header.status == *what.status)
         && (what.type.empty() || header.type == what.type)
         && (what.campaign_id.empty() || header.campaign_id == what.campaign_id)
         && (what.user_id.empty() || header.user_id == what.user_id)
         && (what.service.empty() || has_called(entry, what.service));
}

// Whole hours: [from, until).
struct hour_range {
  std::optional<timestamp> from;
  std::optional<timestamp> until;

  bool has(timestamp at) const { return (!from || at >= *from) && (!until || at < *until); }
};

hour_range whole_hours(std::optional<timestamp> from, std::optional<timestamp> until) {
  return {from ? std::optional<timestamp>{std::chrono::floor<hours>(*from)} : std::nullopt,
          until ? std::optional<timestamp>{std::chrono::ceil<hours>(*until)} : std::nullopt};
}

void count(const saga_entry& entry, const hour_range& range, statistics_sum& sum) {
  const saga_header& header = entry.header;
  if (range.has(header.started)) {
    sum.add_sagas(header.type, to_text(header.status), 1);
    if (header.ended)
      sum.add_saga_durations(duration_bucket(*header.ended - header.started), 1,
                             (*header.ended - header.started).count());
  }
  for (const step_row& row : entry.steps) {
    if (!row.ended || !range.has(row.started))
      continue;
    const statistics_sum::step_key key{header.type, entry.plan->steps[row.step].name, row.op};
    sum.add_attempts(key, to_text(row.status), 1, row.attempt > 1 ? 1 : 0);
    sum.add_attempt_durations(key, duration_bucket(*row.ended - row.started), 1,
                              (*row.ended - row.started).count());
  }
}

class memory_queries final : public queries {
public:
  explicit memory_queries(std::shared_ptr<memory_tables> tables) : tables_(std::move(tables)) {}

  result<std::optional<saga_view>> saga(const saga_id& id) override {
    const std::lock_guard lock{tables_->guard};
    const saga_entry* entry = find(id);
    return entry ? std::optional{view_of(*entry)} : std::nullopt;
  }

  result<std::optional<saga_status>> status_of(const saga_id& id) override {
    const std::lock_guard lock{tables_->guard};
    const saga_entry* entry = find(id);
    return entry ? std::optional{entry->header.status} : std::nullopt;
  }

  result<std::optional<saga_id>> started_with(const std::string& key) override {
    const std::lock_guard lock{tables_->guard};
    const auto found = tables_->starts.find(key);
    return found == tables_->starts.end() ? std::optional<saga_id>{} : found->second.saga;
  }

  result<std::vector<step_view>> steps(const saga_id& id) override {
    const std::lock_guard lock{tables_->guard};
    std::vector<step_view> views;
    if (const saga_entry* entry = find(id))
      for (const step_row& row : entry->steps)
        views.push_back(view_of(*entry, row));
    return views;
  }

  result<std::vector<history_row>> history(const saga_id& id) override {
    const std::lock_guard lock{tables_->guard};
    const saga_entry* entry = find(id);
    return entry ? entry->history : std::vector<history_row>{};
  }

  result<active_page> active(std::size_t limit) override {
    const std::lock_guard lock{tables_->guard};
    active_page page;
    page.total = tables_->unfinished.size();
    for (auto at = tables_->unfinished.rbegin();
         at != tables_->unfinished.rend() && page.sagas.size() < limit; ++at)
      page.sagas.push_back(view_of(tables_->sagas.at(*at)));
    return page;
  }

  result<search_page> search(const saga_filter& what) override {
    const std::lock_guard lock{tables_->guard};
    search_page page;
    auto at = std::make_reverse_iterator(end_of(what));
    for (; at != tables_->sagas.rend(); ++at) {
      if (what.from && at->first < first_id_at(*what.from))
        break;
      if (!matches(at->second, what))
        continue;
      if (page.sagas.size() == what.limit) {
        page.next = page.sagas.back().header.id;
        break;
      }
      page.sagas.push_back(view_of(at->second));
    }
    return page;
  }

  result<parked_page> parked(const saga_filter& what) override {
    saga_filter filter = what;
    filter.status = saga_status::parked;
    auto found = search(filter);
    if (!found)
      return found.error();
    const std::lock_guard lock{tables_->guard};
    parked_page page{{}, found->next};
    for (saga_view& saga : found->sagas)
      if (const saga_entry* entry = find(saga.header.id))
        page.sagas.push_back({std::move(saga), failures_of(*entry)});
    return page;
  }

  result<std::optional<stored_saga>> stored(const saga_id& id) override {
    const std::lock_guard lock{tables_->guard};
    const saga_entry* entry = find(id);
    return entry ? std::optional{stored_saga{entry->header, entry->steps}} : std::nullopt;
  }

  result<ended_page> ended(timestamp before, std::optional<saga_id> after,
                           std::size_t looked_at) override {
    const std::lock_guard lock{tables_->guard};
    ended_page page;
    auto at = after ? tables_->sagas.upper_bound(*after) : tables_->sagas.begin();
    for (std::size_t i = 0; i < looked_at; ++i, ++at) {
      page.last.reset();
      if (at == tables_->sagas.end() || at->first >= first_id_at(before))
        break;
      const saga_entry& entry = at->second;
      if (entry.header.ended && *entry.header.ended < before && !tables_->is_needed(entry))
        page.sagas.push_back(at->first);
      page.last = at->first;
    }
    return page;
  }

  result<statistics> stats(std::optional<timestamp> from, std::optional<timestamp> until,
                           timestamp now) override {
    const std::lock_guard lock{tables_->guard};
    const hour_range range = whole_hours(from, until);
    const hour_range day = whole_hours(now - hours{24}, std::nullopt);
    statistics_sum sum;
    std::uint64_t last_day = 0;
    const auto add = [&](const saga_entry& entry) {
      count(entry, range, sum);
      last_day += day.has(entry.header.started) ? 1 : 0;
    };
    for (const auto& [id, entry] : tables_->sagas)
      add(entry);
    for (const saga_entry& entry : tables_->removed)
      add(entry);
    return std::move(sum).finish(last_day);
  }

  result<std::vector<campaign_view>> campaigns(std::optional<saga_id> before,
                                               std::size_t limit) override {
    const std::lock_guard lock{tables_->guard};
    std::vector<campaign_view> found;
    std::set<std::string> seen;
    for (auto at = tables_->sagas.rbegin(); at != tables_->sagas.rend() && found.size() < limit;
         ++at) {
      const saga_entry& entry = at->second;
      if (entry.header.campaign_id.empty() || !seen.insert(entry.header.campaign_id).second)
        continue;
      if (!before || at->first < *before)
        found.push_back(campaign_of(entry));
    }
    return found;
  }

  result<std::optional<campaign_view>> campaign(const std::string& campaign_id) override {
    const std::lock_guard lock{tables_->guard};
    for (auto at = tables_->sagas.rbegin(); at != tables_->sagas.rend(); ++at)
      if (!campaign_id.empty() && at->second.header.campaign_id == campaign_id)
        return std::optional{campaign_of(at->second)};
    return std::optional<campaign_view>{};
  }

  result<std::vector<feed_batch>> events_after(const feed_position& after,
                                               std::size_t events_max) override {
    const std::lock_guard lock{tables_->guard};
    std::vector<feed_batch> page;
    std::size_t events = 0;
    for (const auto& batch : tables_->feed) {
      if (end_of(*batch) <= after)
        continue;
      page.push_back(*batch);
      events += batch->events.size();
      if (events >= events_max)
        break;
    }
    return page;
  }

  result<feed_position> last_event() override {
    const std::lock_guard lock{tables_->guard};
    return tables_->feed.empty() ? feed_position{} : end_of(*tables_->feed.back());
  }

  result<std::vector<kept_document>> kept(const kept_query& what) override {
    const std::lock_guard lock{tables_->guard};
    std::vector<kept_document> found;
    for (auto at = tables_->kept.upper_bound({what.kind, what.after});
         at != tables_->kept.end() && at->first.first == what.kind && found.size() < what.limit
         && (what.before.empty() || at->first.second < what.before);
         ++at)
      found.push_back(at->second);
    return found;
  }

  result<std::optional<kept_document>> kept_one(const std::string& kind,
                                                const std::string& name) override {
    const std::lock_guard lock{tables_->guard};
    const auto found = tables_->kept.find({kind, name});
    return found == tables_->kept.end() ? std::optional<kept_document>{} : found->second;
  }

  status ping() override { return nothing{}; }

private:
  const saga_entry* find(const saga_id& id) const {
    const auto found = tables_->sagas.find(id);
    return found == tables_->sagas.end() ? nullptr : &found->second;
  }

  // Behind the newest saga that the filter's times and cursor let through.
  std::map<saga_id, saga_entry>::const_iterator end_of(const saga_filter& what) const {
    auto end = tables_->sagas.cend();
    if (what.until)
      end = tables_->sagas.lower_bound(first_id_at(*what.until));
    if (what.before && (!what.until || *what.before < first_id_at(*what.until)))
      end = tables_->sagas.lower_bound(*what.before);
    return end;
  }

  static feed_position end_of(const feed_batch& batch) {
    return {batch.batch, static_cast<std::uint32_t>(batch.events.size() - 1)};
  }

  const std::shared_ptr<memory_tables> tables_;
};

} // namespace

std::unique_ptr<queries> open_memory_queries(std::shared_ptr<memory_tables> tables) {
  return std::make_unique<memory_queries>(std::move(tables));
}

} // namespace sagas
