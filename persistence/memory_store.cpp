#include "persistence/memory_store.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "persistence/memory_tables.hpp"

namespace sagas {
namespace {

commit_ack rejected(const char* why) {
  commit_ack ack;
  ack.what = commit_ack::verdict::rejected;
  ack.error = why;
  return ack;
}

// Why the tables can't take `what`; null when they can.
const char* refusal(const memory_tables::saga_entry* stored, const changes& what) {
  if (what.insert ? stored != nullptr : stored == nullptr)
    return what.insert ? "the saga exists already" : "there is no such saga";
  if (what.insert && !what.header)
    return "a new saga without its row";
  if (stored && what.header && is_terminal(stored->header.status))
    return "the saga has ended";
  std::size_t rows = stored ? stored->steps.size() : 0;
  for (const step_row& row : what.steps)
    if (row.insert ? row.order != ++rows : row.order == 0 || row.order > rows)
      return row.insert ? "a step's row out of order" : "there is no such row of a step";
  return nullptr;
}

void apply(memory_tables::saga_entry& stored, const changes& what) {
  stored.plan = what.plan;
  if (what.header) {
    const std::uint32_t recoveries = what.insert ? what.header->recoveries
                                                 : stored.header.recoveries;
    stored.header = *what.header;
    stored.header.recoveries = recoveries;
  }
  for (const step_row& row : what.steps) {
    if (row.insert) {
      stored.steps.push_back(row);
      continue;
    }
    step_row& old = stored.steps[row.order - 1];
    const document input = old.input;
    old = row;
    old.input = input;
  }
  stored.history.insert(stored.history.end(), what.history.begin(), what.history.end());
}

// What the statistics still count of it.
memory_tables::saga_entry without_documents(memory_tables::saga_entry entry) {
  entry.header.input = entry.header.metadata = {};
  for (step_row& row : entry.steps)
    row.input = row.output = {};
  entry.history.clear();
  return entry;
}

std::uint64_t highest_epoch(const memory_tables& tables) {
  std::uint64_t highest = 0;
  for (const auto& [node, epoch] : tables.epochs)
    highest = std::max(highest, epoch);
  return highest;
}

class memory_store final : public store {
public:
  memory_store(std::shared_ptr<memory_tables> tables, commit_hooks hooks, std::uint64_t epoch)
    : tables_(std::move(tables)), hooks_(std::move(hooks)), epoch_(epoch) {}

  std::uint64_t epoch() const override { return epoch_; }

  result<batch_result> commit(std::span<const changes> batch, timestamp) override {
    if (hooks_.before)
      if (const auto why = hooks_.before(batch))
        return *why;
    auto done = write(batch);
    if (done && hooks_.after)
      if (const auto why = hooks_.after(batch))
        return *why;
    return done;
  }

  result<std::vector<stored_saga>> unfinished(const unfinished_query& what) override {
    const std::lock_guard lock{tables_->guard};
    std::vector<stored_saga> page;
    auto at = what.after ? tables_->unfinished.upper_bound(*what.after)
                         : tables_->unfinished.begin();
    for (; at != tables_->unfinished.end() && page.size() < what.limit; ++at) {
      const memory_tables::saga_entry& entry = tables_->sagas.at(*at);
      if ((entry.header.recoveries > 0) == what.troubled)
        page.push_back({entry.header, entry.steps});
    }
    return page;
  }

  result<std::optional<stored_saga>> find(const saga_id& id) override {
    const std::lock_guard lock{tables_->guard};
    const auto found = tables_->sagas.find(id);
    if (found == tables_->sagas.end())
      return std::optional<stored_saga>{};
    return std::optional{stored_saga{found->second.header, found->second.steps}};
  }

  status count_recovery(std::span<const saga_id> ids) override {
    return change_recoveries(ids, [](std::uint32_t& count) { ++count; });
  }
  status settle_recovery(std::span<const saga_id> ids) override {
    return change_recoveries(ids, [](std::uint32_t& count) { count = 0; });
  }

  status save_definition(const stored_definition& what) override {
    const std::lock_guard lock{tables_->guard};
    if (!owns())
      return fenced();
    const std::pair key{what.type, what.version};
    const auto [at, is_new] = tables_->definitions.emplace(key, what);
    if (!is_new && at->second.source != what.source)
      return {errc::conflict, what.type + " version " + std::to_string(what.version)
                                + " is stored with another text: give it a new version"};
    return nothing{};
  }

  result<std::vector<stored_definition>> definitions() override {
    const std::lock_guard lock{tables_->guard};
    std::vector<stored_definition> all;
    for (const auto& [key, definition] : tables_->definitions)
      all.push_back(definition);
    return all;
  }

  result<std::size_t> remove(std::span<const saga_id> ids, timestamp ended_before) override {
    const std::lock_guard lock{tables_->guard};
    if (!owns())
      return fenced();
    std::set<saga_id> gone;
    for (const saga_id& id : ids) {
      const auto found = tables_->sagas.find(id);
      if (found == tables_->sagas.end() || !found->second.header.ended
          || *found->second.header.ended >= ended_before || tables_->is_needed(found->second))
        continue;
      tables_->removed.push_back(without_documents(std::move(found->second)));
      tables_->sagas.erase(found);
      gone.insert(id);
    }
    std::erase_if(tables_->starts,
                  [&](const auto& start) { return gone.contains(start.second.saga); });
    return gone.size();
  }

  status keep(std::span<const kept_change> what) override {
    const std::lock_guard lock{tables_->guard};
    if (!owns())
      return fenced();
    for (const kept_change& each : what)
      if (!fits(each.of))
        return {errc::invalid_input, "a name or a kind is longer than its column"};
    for (const kept_change& each : what)
      make(each, tables_->kept);
    return nothing{};
  }

  // Payloads are never encrypted here.
  result<reseal_report> reseal(std::size_t) override { return reseal_report{.finished = true}; }

private:
  static bool fits(const kept_document& what) {
    return what.kind.size() <= 20 && what.name.size() <= kept_name_max;
  }

  static void make(const kept_change& what,
                   std::map<std::pair<std::string, std::string>, kept_document>& to) {
    const std::pair key{what.of.kind, what.of.name};
    const auto present = to.find(key);
    switch (what.what) {
    case kept_change::kind::put: {
      const std::uint64_t position = present == to.end() ? what.of.position
                                                         : present->second.position;
      to[key] = what.of;
      to[key].position = position;
      return;
    }
    case kept_change::kind::advance:
      if (present != to.end())
        present->second.position = std::max(present->second.position, what.of.position);
      return;
    case kept_change::kind::erase: to.erase(key); return;
    }
  }

  static failure fenced() {
    return {errc::fenced, "another process has opened the store since: this one must stop"};
  }

  bool owns() const { return highest_epoch(*tables_) == epoch_; }

  result<batch_result> write(std::span<const changes> batch) {
    const std::lock_guard lock{tables_->guard};
    if (!owns())
      return fenced();
    batch_result done;
    for (const changes& what : batch) {
      done.acks.push_back(write_one(what));
      if (done.acks.back().what == commit_ack::verdict::committed)
        append_events(what, done.events.events);
    }
    if (!done.events.events.empty()) {
      done.events.batch = ++tables_->last_batch;
      tables_->feed.push_back(std::make_shared<const feed_batch>(done.events));
      if (tables_->feed.size() > memory_tables::feed_max)
        tables_->feed.pop_front();
    }
    return done;
  }

  commit_ack write_one(const changes& what) {
    if (what.insert && what.once) {
      const auto taken = tables_->starts.find(what.once->key);
      if (taken != tables_->starts.end())
        return {.what = commit_ack::verdict::duplicate,
                .existing = taken->second.saga,
                .same_start = taken->second.fingerprint == what.once->fingerprint,
                .error = {}};
    }
    const auto stored = tables_->sagas.find(what.id);
    if (const char* why = refusal(stored == tables_->sagas.end() ? nullptr : &stored->second, what))
      return rejected(why);
    memory_tables::saga_entry& entry = tables_->sagas[what.id];
    apply(entry, what);
    if (what.insert && what.once)
      tables_->starts[what.once->key] = {what.id, what.once->fingerprint};
    if (is_terminal(entry.header.status))
      tables_->unfinished.erase(what.id);
    else
      tables_->unfinished.insert(what.id);
    return {};
  }

  template <class Change>
  status change_recoveries(std::span<const saga_id> ids, Change change) {
    const std::lock_guard lock{tables_->guard};
    if (!owns())
      return fenced();
    for (const saga_id& id : ids)
      if (const auto found = tables_->sagas.find(id); found != tables_->sagas.end())
        change(found->second.header.recoveries);
    return nothing{};
  }

  const std::shared_ptr<memory_tables> tables_;
  const commit_hooks hooks_;
  const std::uint64_t epoch_;
};

} // namespace

std::shared_ptr<memory_tables> make_memory_tables() { return std::make_shared<memory_tables>(); }

std::unique_ptr<store> open_memory_store(const std::shared_ptr<memory_tables>& tables,
                                         const commit_hooks& hooks, const std::string& node) {
  return std::move(open_memory_stores(tables, 1, hooks, node).front());
}

store_list open_memory_stores(const std::shared_ptr<memory_tables>& tables, std::size_t writers,
                              const commit_hooks& hooks, const std::string& node) {
  const std::lock_guard lock{tables->guard};
  const std::uint64_t epoch = highest_epoch(*tables) + 1;
  tables->epochs[node] = epoch;
  store_list all;
  for (std::size_t i = 0; i < writers; ++i)
    all.push_back(std::make_unique<memory_store>(tables, hooks, epoch));
  return all;
}

} // namespace sagas
