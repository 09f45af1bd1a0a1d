// bench_sagas: the measured figures. docs/performance.md says what each means.
#include <algorithm>
#include <fstream>
#include <iostream>

#include <CLI/CLI.hpp>

#include "app/process.hpp"
#include "bench/benchmarks.hpp"
#include "bench/environment.hpp"
#include "bench/web_service.hpp"

namespace sagas::bench {
namespace {

constexpr const char* footer =
  R"(Every figure is the median of its runs; the array of {"name","value","unit","settings"} goes to
stdout, and to --json. Needs about 15 GiB in the scratch folder for the file with a million sagas.

Examples:
  bench_sagas --json figures.json
  bench_sagas --only sagas_per_second.sqlite.http --runs 3
  bench_sagas --only mysql
  bench_sagas --only single_saga --quick)";

/// The folder for the files of one run, gone with it.
class scratch_folder {
public:
  explicit scratch_folder(const std::filesystem::path& parent) {
    std::string form = (parent / "sagas-bench-XXXXXX").string();
    if (::mkdtemp(form.data()) == nullptr)
      throw failed{"can't make a folder in " + parent.string()};
    path_ = form;
  }
  ~scratch_folder() {
    std::error_code ignored; // nothing is lost with a folder that stays
    std::filesystem::remove_all(path_, ignored);
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

bool is_wanted(const benchmark& which, const context& with) {
  return std::any_of(which.figures.begin(), which.figures.end(),
                     [&](std::string_view name) { return with.wants_some(name); });
}

void run_wanted(const benchmark_group& group, context& with) {
  std::unique_ptr<database_kind> on; // a server is started when it is needed
  for (const benchmark& each : group.all) {
    if (!is_wanted(each, with))
      continue;
    if (!on)
      on = group.make(with);
    each.run(with, *on);
  }
}

void run_all(options asked, const std::string& scratch, const std::string& json_file) {
  const scratch_folder folder{scratch.empty() ? std::filesystem::temp_directory_path()
                                              : std::filesystem::path{scratch}};
  asked.scratch = folder.path();
  context with{asked, describe_environment(folder.path())};
  for (const benchmark_group& group : benchmarks())
    run_wanted(group, with);
  if (with.figures().empty())
    throw failed{"no figure is called " + asked.only + "..."};
  const std::string text = with.figures().dump(2) + "\n";
  std::cout << text;
  if (json_file.empty())
    return;
  std::ofstream file{json_file};
  file << text;
  file.close();
  if (!file)
    throw failed{"can't write " + json_file};
}

int run(int argc, char** argv) {
  CLI::App app{"Measures what sagas can do on this machine.", "bench_sagas"};
  options asked;
  std::string json_file;
  std::string scratch;
  std::string service;
  app.add_option("--json", json_file, "a file for the figures, beside stdout");
  app.add_option("--only", asked.only,
                 "figures whose name begins so, or has a word that does: mysql, http");
  app.add_option("--runs", asked.runs, "how often each is measured")->check(CLI::Range(1, 100));
  app.add_flag("--quick", asked.quick, "short windows and small sets: to see that it works");
  app.add_option("--scratch", scratch,
                 "a folder on the disk to measure; the system's for "
                 "temporary files unless given");
  app.add_option("--service", service)->group(""); // of the benchmark's own
  app.footer(footer);
  try {
    app.parse(argc, argv);
    if (!service.empty())
      return run_web_service(service);
    run_all(asked, scratch, json_file);
    return 0;
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong);
  } catch (const std::exception& wrong) {
    std::cerr << "bench_sagas: " << wrong.what() << "\n";
    return 1;
  }
}

} // namespace
} // namespace sagas::bench

int main(int argc, char** argv) {
  sagas::harden_process(); // as many descriptors as the system allows
  return sagas::bench::run(argc, argv);
}
