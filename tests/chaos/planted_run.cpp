#include "chaos/planted_run.hpp"

#include <array>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <set>

#include "app/child_process.hpp"
#include "chaos/report.hpp"
#include "saga/planted.hpp"

namespace sagas::chaos {
namespace {

namespace fs = std::filesystem;
using steady = std::chrono::steady_clock;

constexpr std::size_t runs_max = 3; // a bug may miss its moment once
constexpr std::chrono::seconds patience{15};
constexpr std::chrono::minutes test_within{5};

// What has to happen for a bug to bite.
struct hunt {
  bug what;
  const char* kinds = ""; ///< faults; empty: `test` finds it
  const char* program = "";
  const char* test = "";
  std::size_t faults = 4;
  const char* mariadb = kinds; ///< faults when the store is one; empty: it cannot bite there
};

constexpr std::array hunts{
  hunt{bug::acknowledge_before_commit, "kill"},
  hunt{bug::send_before_commit, "kill"},
  hunt{bug::skip_unknown_undo, "kill"},
  hunt{bug::undo_in_forward_order, "kill"},
  hunt{.what = bug::no_fence, .kinds = "oust", .faults = 1},
  hunt{bug::key_with_attempt, "kill"},
  hunt{bug::late_reply_turns_forward, "kill"},
  hunt{.what = bug::drop_half_batch, .kinds = "kill,disk", .mariadb = "kill,db_kill"},
  // A process that is killed leaves its writes to the kernel; only a power cut loses them. Of a
  // server it is a setting of its own.
  hunt{bug::normal_sync, "", "test_persistence", "nothing acknowledged is lost in 200 power cuts"},
  // A local file tells whether a commit has happened; only a connection that breaks does not.
  hunt{.what = bug::retry_commit_blindly,
       .program = "test_actors",
       .test = "a start with an unknown outcome is settled before its caller hears of it",
       .faults = 12,
       .mariadb = "commit"},
};

std::string_view name_of(bug what) { return bug_names[static_cast<std::size_t>(what)]; }

std::map<std::string, std::string> environment_of(std::string_view name) {
  return {{bug_variable, std::string{name}}};
}

void go_into(const std::string& name, run_options& how) {
  how.folder += "/" + name;
  how.server_folder += "/" + name;
}

void remove_files(const run_options& of) {
  fs::remove_all(of.folder);
  fs::remove_all(of.server_folder);
}

// What was broken, each invariant once.
std::string broken_in(const outcome& found) {
  std::set<std::string> all;
  for (const auto& [invariant, count] : found.audited.by_invariant)
    if (count > 0)
      all.insert(invariant);
  for (const breach& each : found.breaches)
    all.insert(each.invariant);
  if (found.ends_are_certain() && !found.ends.faults.empty())
    all.insert("ends");
  std::string text;
  for (const std::string& each : all)
    text += (text.empty() ? "" : " ") + each;
  return text;
}

std::string_view kinds_of(const hunt& what, const run_options& how) {
  return how.mariadb ? what.mariadb : what.kinds;
}

std::optional<std::string> caught_by_run(const hunt& what, const run_options& base) {
  const std::string_view kinds = kinds_of(what, base);
  if (!base.mariadb && !base.disk && kinds.find("disk") != kinds.npos)
    return std::nullopt;
  for (std::size_t round = 1; round <= runs_max; ++round) {
    run_options how = base;
    go_into(std::string{name_of(what.what)} + std::to_string(round), how);
    how.faults = {
      .seed = base.faults.seed + round, .kills = what.faults, .kinds = *parse_kinds(kinds)};
    how.patience = patience;
    how.environment = environment_of(name_of(what.what));
    const auto found = run(how);
    remove_files(how);
    if (!found)
      std::cerr << "chaos: " << found.error().message << "\n";
    else if (found->violations() > 0)
      return broken_in(*found);
  }
  return std::nullopt;
}

std::optional<std::string> caught_by_test(const hunt& what) {
  const std::string program = fs::path{own_path()}.parent_path() / what.program;
  for (const bool planted : {false, true}) {
    auto child = child_process::spawn(
      {{program, what.test}, environment_of(planted ? name_of(what.what) : ""), {}});
    const auto ended = child ? child->read_all(test_within) : std::nullopt;
    const bool passed = ended && ended->code == 0;
    if (!ended || passed == planted) // it must pass without the bug, and fail with it
      return std::nullopt;
  }
  return std::string{"the test \""} + what.test + "\"";
}

bool passes_without_bugs(const run_options& base) {
  run_options how = base;
  go_into("none", how);
  how.faults = {.seed = base.faults.seed,
                .kills = 4,
                .kinds = *parse_kinds(base.mariadb ? "kill,oust,commit,db_kill"
                                      : base.disk  ? "kill,oust,disk"
                                                   : "kill,oust")};
  const auto found = run(how);
  remove_files(how);
  if (found && verdict_of(*found) == exit_passed)
    return true;
  std::cout << (found ? as_text(*found) : found.error().message + "\n");
  return false;
}

void tell(std::string_view name, const std::string& what, steady::time_point from) {
  const double seconds = std::chrono::duration<double>(steady::now() - from).count();
  std::printf("%-28.*s%6.1f s  %s\n", static_cast<int>(name.size()), name.data(), seconds,
              what.c_str());
  std::fflush(stdout);
}

} // namespace

int run_planted(const run_options& base) {
  if (!can_plant) {
    std::cerr << "chaos: this build has no bugs planted: ./dev chaos --planted\n";
    return exit_not_run;
  }
  auto from = steady::now();
  if (!passes_without_bugs(base))
    return exit_broken;
  tell("(none)", "passes", from);
  bool all = true;
  for (const hunt& each : hunts) {
    from = steady::now();
    const bool by_test = kinds_of(each, base).empty();
    if (by_test && base.mariadb)
      continue;
    const auto caught = by_test ? caught_by_test(each) : caught_by_run(each, base);
    all = all && caught;
    tell(name_of(each.what), caught ? "caught: " + *caught : "MISSED", from);
  }
  return all ? exit_passed : exit_broken;
}

} // namespace sagas::chaos
