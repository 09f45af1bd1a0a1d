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

/// Runs that shrinking may take: what is left unshrunk after that is small enough to read.
class budget {
public:
  bool spend() { return --runs_ > 0 && std::chrono::steady_clock::now() < until_; }

private:
  int runs_ = 1'500;
  std::chrono::steady_clock::time_point until_ = std::chrono::steady_clock::now()
                                                 + std::chrono::seconds{30};
};

template <class Change>
bool try_change(tape& bad, const std::string& invariant, const makers& made, Change change) {
  tape smaller = bad;
  change(smaller);
  const auto found = run(smaller, made).bad;
  if (!found || found->invariant != invariant)
    return false;
  bad = std::move(smaller);
  return true;
}

} // namespace

run_result run(const tape& what, const makers& made, const journal& to) {
  stage on{draw_settings(chooser{what.setup})};
  on.journal = to;
  world all{on, made};
  all.suffer(what.steps);
  all.heal();
  run_result done{check(on.seen), {}, what.steps.size()};
  if (!done.bad)
    done.bad = all.look_back();
  if (!done.bad)
    done.bad = check(on.seen);
  count_ends(on.seen, on.reached);
  done.reached = on.reached;
  return done;
}

tape shrink(tape bad, const std::string& invariant, const makers& made) {
  budget left;
  for (std::size_t chunk = bad.steps.size(); chunk > 0; chunk /= 2)
    for (std::size_t at = bad.steps.size(); at > 0 && left.spend(); at -= std::min(at, chunk))
      try_change(bad, invariant, made, [&](tape& it) {
        const auto end = static_cast<std::ptrdiff_t>(std::min(at, it.steps.size()));
        const auto from = std::max<std::ptrdiff_t>(0, end - static_cast<std::ptrdiff_t>(chunk));
        it.steps.erase(it.steps.begin() + from, it.steps.begin() + end);
      });
  for (std::size_t i = 0; i < bad.setup.size(); ++i)
    if (bad.setup[i] != 0 && left.spend())
      try_change(bad, invariant, made, [i](tape& it) { it.setup[i] = 0; });
  for (std::size_t step = 0; step < bad.steps.size(); ++step)
    for (std::size_t i = bad.steps[step].size(); i-- > 0;)
      if (bad.steps[step][i] != 0 && left.spend())
        try_change(bad, invariant, made, [step, i](tape& it) { it.steps[step][i] = 0; });
  return bad;
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
