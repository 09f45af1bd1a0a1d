// Cron expressions: one that is read comes, its runs rise strictly and are shown by the clocks of a
// zone, and one that is refused says why.
#include "saga/cron_runs.hpp"
#include "saga/text.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/saga/table_zone.hpp"

namespace sagas::fuzz {

void cron(std::string_view bytes) {
  using test::madrid;
  using test::utc;
  const std::string text = repair_utf8(bytes); // it comes from a JSON text
  const auto read = parse_cron(text);
  if (!read) {
    const std::string& why = read.error().message;
    expect(!why.empty() && why.size() < 1'000 && repair_utf8(why) == why, "a refusal says why");
    return;
  }
  timestamp last = utc("2026-03-28T12:00Z");
  run_search search{*read, madrid, last};
  for (int i = 0; i < 5; ++i) {
    const auto run = search.next();
    if (!run) // beyond the sight of a search
      return;
    expect(*run > last, "runs rise");
    expect(next_run(*read, madrid, last) == run, "a search says the same wherever it begins");
    const std::chrono::local_time<milliseconds> shown{run->time_since_epoch()
                                                      + madrid.at(*run).offset};
    const auto minute = std::chrono::floor<std::chrono::minutes>(shown);
    expect(minute == shown, "runs are whole minutes");
    expect(matches(*read, minute) || madrid.at(*run).from == *run,
           "a run matches, or stands right behind a gap");
    last = *run;
  }
}

} // namespace sagas::fuzz
