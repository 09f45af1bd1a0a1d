#include "tests/simulation/run.hpp"

#include <chrono>

#include "tests/simulation/checker.hpp"
#include "tests/simulation/world.hpp"

namespace sagas::sim {
namespace {

constexpr std::size_t lines_max = 400; // of a history that would not shrink

void count_ends(const history& seen, counters& reached) {
  for (const auto& [id, of] : stories_of(seen)) {
    ++reached["sagas"];
    reached["completed"] += of.ended_as() == saga_status::completed;
    reached["compensated"] += of.ended_as() == saga_status::compensated;
    reached["cancelled"] += of.ended_as() == saga_status::cancelled;
    reached["failed"] += of.ended_as() == saga_status::failed;
    for (const history_row& row : of.last().history) {
      reached["parked"] += row.kind == "aparcada";
      reached["decided"] += row.kind == "reintentar" || row.kind == "omitir"
                            || row.kind == "completar" || row.kind == "fallar";
      reached["abandoned"] += row.kind == "carga_abandonada";
    }
  }
  for (const client_start& start : seen.starts)
    for (const client_start::answer& told : start.answers)
      reached["repeated keys"] += told.ok && !told.ok->fresh;
}

/// Reduces a tape pass by pass, as long as it breaks the same invariant.
class shrinker {
public:
  shrinker(tape bad, std::string invariant, const makers& made)
    : best_(std::move(bad)), invariant_(std::move(invariant)), made_(made) {}

  tape best() && { return std::move(best_); }

  // Each pass says whether it got any further.

  bool drop_steps() {
    const std::size_t before = best_.steps.size();
    for (std::size_t chunk = before; chunk > 0; chunk /= 2)
      for (std::size_t at = best_.steps.size(); at > 0; at -= std::min(at, chunk))
        attempt([&](tape& it) {
          const std::size_t end = std::min(at, it.steps.size());
          const auto from = it.steps.begin()
                            + static_cast<std::ptrdiff_t>(end - std::min(end, chunk));
          it.steps.erase(from, it.steps.begin() + static_cast<std::ptrdiff_t>(end));
        });
    return best_.steps.size() < before;
  }

  bool zero_steps() {
    bool further = false;
    for (std::size_t i = 0; i < best_.steps.size(); ++i)
      if (best_.steps[i] != step_choices{})
        further = attempt([i](tape& it) { it.steps[i] = {}; }) || further;
    return further;
  }

  bool zero_setup() {
    bool further = false;
    for (std::size_t i = 0; i < best_.setup.size(); ++i)
      if (best_.setup[i] != 0)
        further = attempt([i](tape& it) { it.setup[i] = 0; }) || further;
    return further;
  }

  void zero_numbers() {
    for (std::size_t step = 0; step < best_.steps.size(); ++step)
      for (std::size_t i = best_.steps[step].size(); i-- > 0;)
        if (best_.steps[step][i] != 0)
          attempt([step, i](tape& it) { it.steps[step][i] = 0; });
  }

private:
  template <class Change>
  bool attempt(Change change) {
    if (runs_ == 0 || std::chrono::steady_clock::now() > until_)
      return false;
    --runs_;
    tape smaller = best_;
    change(smaller);
    const auto found = run(smaller, made_).bad;
    if (!found || found->invariant != invariant_)
      return false;
    best_ = std::move(smaller);
    return true;
  }

  tape best_;
  const std::string invariant_;
  const makers& made_;
  // What is left after that is small enough to read.
  int runs_ = 5'000;
  const std::chrono::steady_clock::time_point until_ = std::chrono::steady_clock::now()
                                                       + std::chrono::seconds{30};
};

} // namespace

run_result run(const tape& what, const makers& made, const journal& to) {
  stage on{draw_settings(chooser{what.setup})};
  on.journal = to;
  world all{on, made};
  all.suffer(what.steps);
  all.heal();
  run_result done{check(on.seen), {}};
  if (!done.bad)
    done.bad = all.look_back();
  if (!done.bad)
    done.bad = check(on.seen);
  count_ends(on.seen, on.reached);
  done.reached = on.reached;
  return done;
}

tape shrink(tape bad, const std::string& invariant, const makers& made) {
  shrinker with{std::move(bad), invariant, made};
  while (with.drop_steps() || with.zero_steps() || with.zero_setup())
    continue;
  with.zero_numbers();
  return std::move(with).best();
}

std::string explain(std::uint64_t seed, const violation& bad, const makers& made) {
  const tape whole = random_tape(seed);
  const tape small = shrink(whole, bad.invariant, made);
  std::string text = "seed " + std::to_string(seed) + " breaks " + bad.invariant + ": " + bad.text
                     + "\nshrunk from " + std::to_string(whole.steps.size()) + " steps to "
                     + std::to_string(small.steps.size()) + ":\n";
  std::size_t lines = 0;
  const auto again = run(small, made, [&](const std::string& line) {
    if (++lines <= lines_max)
      text += line + '\n';
  });
  if (lines > lines_max)
    text += "... and " + std::to_string(lines - lines_max) + " lines more\n";
  if (again.bad)
    text += "=> " + again.bad->invariant + ": " + again.bad->text + '\n';
  return text + "repeat it: SAGAS_SEED=" + std::to_string(seed)
         + " build/release/tests/test_simulation\n";
}

} // namespace sagas::sim
