#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <unordered_map>
#include <utility>

#include "persistence/ledger.hpp"

namespace sagas {
namespace {

struct row_key {
  saga_id saga;
  std::uint32_t name = 0; // of service and step
  bool operator==(const row_key&) const = default;
};

struct row_hash {
  std::size_t operator()(const row_key& key) const noexcept {
    return std::hash<saga_id>{}(key.saga) + key.name * std::size_t{0x9E3779B97F4A7C15ULL};
  }
};

// A row without its names, which are few and kept once: millions of rows are held.
struct slim_row {
  bool acted = false;
  bool refused = false;
  bool undone = false;
  std::uint64_t epoch = 0;
  document output;
  document effect;
};

class rows_in_memory final : public memory_ledger {
public:
  explicit rows_in_memory(const memory_ledger_options& options) : options_(options) {}

  result<std::optional<ledger_row>> find(const saga_id& saga, std::string_view service,
                                         std::string_view step) override {
    const auto found = rows_.find({saga, name_of(service, step)});
    if (found == rows_.end())
      return std::optional<ledger_row>{};
    const slim_row& row = found->second;
    return std::optional{ledger_row{saga, std::string{service}, std::string{step}, row.acted,
                                    row.refused, row.undone, row.epoch, row.output, row.effect}};
  }

  status put(const ledger_row& row) override {
    const row_key key{row.saga, name_of(row.service, row.step)};
    const auto [at, is_new] = rows_.insert_or_assign(
      key, slim_row{row.acted, row.refused, row.undone, row.epoch, row.output, row.effect});
    if (is_new)
      by_age_.push_back(key);
    while (rows_.size() > std::max<std::size_t>(options_.rows_max, 1)) {
      rows_.erase(by_age_.front());
      by_age_.pop_front();
    }
    return nothing{};
  }

  status note(const ledger_note& what) override {
    if (options_.notes_max == 0)
      return nothing{};
    notes_.push_back({what.saga, std::string{what.service}, std::string{what.step}, what.op,
                      what.attempt, what.epoch, std::string{what.what}});
    if (notes_.size() > options_.notes_max)
      notes_.pop_front();
    return nothing{};
  }

  status commit() override { return nothing{}; }

  std::size_t size() const override { return rows_.size(); }
  std::vector<line> notes() const override { return {notes_.begin(), notes_.end()}; }

private:
  std::uint32_t name_of(std::string_view service, std::string_view step) {
    auto at = names_.find(service);
    if (at == names_.end())
      at = names_.emplace(service, steps{}).first;
    const auto known = at->second.find(step);
    if (known != at->second.end())
      return known->second;
    return at->second.emplace(step, names_count_++).first->second;
  }

  using steps = std::map<std::string, std::uint32_t, std::less<>>;

  const memory_ledger_options options_;
  std::map<std::string, steps, std::less<>> names_;
  std::uint32_t names_count_ = 0;
  std::unordered_map<row_key, slim_row, row_hash> rows_;
  std::deque<row_key> by_age_;
  std::deque<line> notes_;
};

} // namespace

std::unique_ptr<memory_ledger> make_memory_ledger(const memory_ledger_options& options) {
  return std::make_unique<rows_in_memory>(options);
}

} // namespace sagas
