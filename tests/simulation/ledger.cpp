#include "tests/simulation/services.hpp"

namespace sagas::sim {
namespace {

class ledger final : public participant_ledger {
public:
  ledger(stage& on, service_memory& memory) : on_(on), memory_(memory) {}

  result<std::optional<ledger_row>> find(const saga_id& saga, std::string_view service,
                                         std::string_view step) override {
    if (on_.strikes(on_.with.ledger_fails)) {
      on_.seen.ledger_faults.push_back({on_.tick(), saga, std::string{step}});
      return failure{errc::unavailable, "provoked"};
    }
    const service_memory::key key{saga, std::string{service}, std::string{step}};
    for (const auto* rows : {&staged_, &memory_.rows})
      if (const auto found = rows->find(key); found != rows->end())
        return std::optional{found->second};
    return std::optional<ledger_row>{};
  }

  status put(const ledger_row& row) override {
    staged_[{row.saga, row.service, row.step}] = row;
    return nothing{};
  }

  status note(const ledger_note& line) override {
    notes_.push_back({0, line.saga, std::string{line.service}, std::string{line.step}, line.op,
                      line.attempt, line.epoch, std::string{line.what}, line.input_digest});
    return nothing{};
  }

  status commit() override {
    if (on_.strikes(on_.with.ledger_fails)) {
      staged_.clear();
      notes_.clear();
      return {errc::unavailable, "provoked"};
    }
    for (auto& [key, row] : staged_)
      memory_.rows[key] = std::move(row);
    for (diary_line& line : notes_) {
      line.when = on_.tick();
      count(line.what);
      on_.seen.diary.push_back(std::move(line));
    }
    staged_.clear();
    notes_.clear();
    return nothing{};
  }

private:
  void count(std::string_view word) {
    on_.reached["hanging"] += word == "colgada";
    on_.reached["empty undos"] += word == "vacia";
    on_.reached["stale epochs"] += word == "epoca";
  }

  stage& on_;
  service_memory& memory_;
  std::map<service_memory::key, ledger_row, std::less<>> staged_;
  std::vector<diary_line> notes_;
};

} // namespace

std::unique_ptr<participant_ledger> open_ledger(stage& on, service_memory& memory) {
  return std::make_unique<ledger>(on, memory);
}

} // namespace sagas::sim
