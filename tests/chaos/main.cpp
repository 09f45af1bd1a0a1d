// ./dev chaos: faults against a real server under load, as many and as long as asked for.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <string_view>

#include <unistd.h>

#include <CLI/CLI.hpp>

#include "app/child_process.hpp"
#include "app/process.hpp"
#include "chaos/planted_run.hpp"
#include "chaos/report.hpp"
#include "chaos/stage.hpp"
#include "chaos/web/run.hpp"

using namespace sagas;
using namespace sagas::chaos;

namespace {

namespace fs = std::filesystem;

struct arguments {
  run_options how;
  std::string kinds;
  std::string store = "sqlite";
  std::string json;
  unsigned lasts_ms = 0;
  unsigned minutes = 0;
  unsigned pace_us = 2'000;
  bool plan_only = false;
  bool planted = false;
  bool web = false;
};

void progress(const std::string& text) {
  if (::isatty(STDERR_FILENO) != 0)
    std::cerr << "\r\x1b[K" << text << std::flush;
}

std::string make_folder() {
  std::string form = (fs::temp_directory_path() / "sagas-chaos-XXXXXX").string();
  return ::mkdtemp(form.data()) ? form : std::string{};
}

std::string server_beside_this() {
  return (fs::path{own_path()}.parent_path().parent_path() / "app" / "sagas").string();
}

void declare(CLI::App& app, arguments& to) {
  app.add_option("--seed", to.how.faults.seed, "of the plan; by chance, and told, when not given");
  app.add_option("--kills", to.how.faults.kills, "how many times kill -9")->capture_default_str();
  app.add_option("--minutes", to.minutes, "no fault begins later; 0: no limit");
  app.add_option("--faults", to.kinds,
                 "kinds, with commas; all of the store's when not given. Of SQLite: "
                   + std::string{all_of_sqlite} + ". Of mariadb: " + std::string{all_of_mariadb});
  app.add_option("--store", to.store, "sqlite, or mariadb: a private server")
    ->check(CLI::IsMember({"sqlite", "mariadb"}))
    ->capture_default_str();
  app.add_option("--lasts", to.lasts_ms, "milliseconds of each fault that lasts; else by chance");
  app.add_option("--pace", to.pace_us, "microseconds between two new campaigns, at least")
    ->capture_default_str();
  app.add_option("--connections", to.how.connections, "of clients, each with one start at a time")
    ->check(CLI::Range(1, 4'000))
    ->capture_default_str();
  app.add_option("--program", to.how.program, "the server; the one beside this when not given");
  app.add_option("--json", to.json, "write the report to this file too");
  app.add_flag("--planted", to.planted,
               "see whether each bug that is planted in this build is found");
  app.add_flag("--children", to.how.children, "a step of each campaign is a saga of its own");
  app.add_flag("--web", to.web,
               "instead, kill the server and four web services in three languages, with every "
               "fault of HTTP between them");
  app.add_flag("--plan", to.plan_only, "show the plan, and do nothing");
}

// For whoever looks into a failure: the small disk vanishes with this process.
void keep_files(const run_options& how) {
  std::error_code problem;
  fs::copy(how.server_folder, how.folder + "/kept", fs::copy_options::recursive, problem);
  std::cerr << "chaos: the files are in " << how.folder << "/kept"
            << (problem ? " (not all of them)" : "") << "\n";
}

int tell(const outcome& found, const arguments& given) {
  progress("");
  std::cout << as_text(found);
  if (!given.json.empty() && !(std::ofstream{given.json} << as_json(found) << std::flush)) {
    std::cerr << "chaos: cannot write " << given.json << "\n";
    return exit_not_run;
  }
  return verdict_of(found);
}

bool are_among(const std::vector<fault_kind>& some, const std::vector<fault_kind>& all) {
  return std::all_of(some.begin(), some.end(), [&](fault_kind each) {
    return std::find(all.begin(), all.end(), each) != all.end();
  });
}

int run_web(const arguments& given) {
  fs::create_directories(given.how.folder);
  const auto found = run_over_web({.seed = given.how.faults.seed,
                                   .kills = given.how.faults.kills,
                                   .program = given.how.program,
                                   .folder = given.how.folder,
                                   .progress = progress});
  progress("");
  if (!found) {
    std::cerr << "chaos: " << found.error().message << "; the files are in " << given.how.folder
              << "\n";
    return exit_not_run;
  }
  std::cout << as_text(*found);
  if (!given.json.empty() && !(std::ofstream{given.json} << as_json(*found) << std::flush)) {
    std::cerr << "chaos: cannot write " << given.json << "\n";
    return exit_not_run;
  }
  if (!found->violations.empty()) {
    std::cerr << "chaos: the files are in " << given.how.folder << "\n";
    return exit_broken;
  }
  std::error_code left_over; // among the temporary files, where it hurts nobody
  fs::remove_all(given.how.folder, left_over);
  return found->voids().empty() ? exit_passed : exit_void;
}

int run_in_folder(arguments& given, bool asked_for) {
  fs::create_directories(given.how.server_folder);
  stage on;
  if (const status set = on.set(given.how, given.store == "mariadb", asked_for); !set) {
    std::cerr << "chaos: " << set.error().message << "\n";
    return exit_not_run;
  }
  if (given.planted)
    return run_planted(given.how);
  const auto found = run(given.how);
  if (!found) {
    progress("");
    std::cerr << "chaos: " << found.error().message << "\n";
    keep_files(given.how);
    return exit_not_run;
  }
  const int code = tell(*found, given);
  if (code == exit_broken) {
    keep_files(given.how);
    return code;
  }
  on.clear();
  std::error_code left_over; // among the temporary files, where it hurts nobody
  fs::remove_all(given.how.folder, left_over);
  return code;
}

} // namespace

int main(int argc, char** argv) {
  take_signals();
  arguments given;
  given.how.faults.seed = std::random_device{}();
  given.how.program = server_beside_this();
  given.how.progress = progress;
  CLI::App app{
    "Faults against a real server under load; exit codes: 0 every promise was kept, 1 one "
    "was broken, 3 it could not run, 4 too little happened to prove anything"};
  declare(app, given);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong) == 0 ? exit_passed : exit_usage;
  }
  const bool all = given.kinds.empty();
  const std::string_view known = given.store == "mariadb" ? all_of_mariadb : all_of_sqlite;
  const auto kinds = parse_kinds(all ? known : given.kinds);
  if (!kinds || !are_among(*kinds, *parse_kinds(known))) {
    std::cerr << "chaos: --faults " << given.kinds << ": of " << given.store << " there are "
              << known << "\n";
    return exit_usage;
  }
  given.how.faults.kinds = *kinds;
  if (given.lasts_ms > 0)
    given.how.faults.lasts = milliseconds{given.lasts_ms};
  given.how.longest = std::chrono::minutes{given.minutes};
  given.how.pace = std::chrono::microseconds{given.pace_us};
  if (given.plan_only) {
    for (const fault& each : make_plan(given.how.faults))
      std::cout << as_text(each) << "\n";
    return exit_passed;
  }
  std::cerr << "seed " << given.how.faults.seed << "\n";
  given.how.folder = make_folder();
  if (given.web)
    return run_web(given);
  given.how.server_folder = given.how.folder + "/server";
  try {
    return run_in_folder(given, !all);
  } catch (const std::exception& why) { // of the private database
    std::cerr << "chaos: " << why.what() << "\n";
    return exit_not_run;
  }
}
