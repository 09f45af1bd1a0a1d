#include "bench/environment.hpp"

#include <array>
#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "app/child_process.hpp"
#include "app/clock.hpp"

namespace sagas::bench {
namespace {

constexpr long tmpfs_magic = 0x01021994;
constexpr long ramfs_magic = static_cast<long>(0x858458f6);

// What follows "key ... : " in the first such line of a file of /proc.
std::string proc_value(const char* file, const std::string& key) {
  std::ifstream lines{file};
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(key))
      if (const auto colon = line.find(':'); colon != std::string::npos)
        return line.substr(line.find_first_not_of(" \t", colon + 1));
  return "unknown";
}

// The first line that a git command says about this source tree; empty when it says none.
std::string git(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"/usr/bin/git", "-C", SAGAS_SOURCE_DIR});
  auto child = child_process::spawn({std::move(arguments), {}, {}});
  const auto ended = child ? child->read_all(milliseconds{10'000}) : std::nullopt;
  return ended && ended->code == 0 ? ended->out.substr(0, ended->out.find('\n')) : std::string{};
}

std::string revision() {
  const std::string commit = git({"rev-parse", "--short=12", "HEAD"});
  if (commit.empty())
    return "unknown";
  return commit
         + (git({"status", "--porcelain", "--untracked-files=no"}).empty() ? "" : "+changes");
}

std::string kernel() {
  utsname names{};
  return ::uname(&names) == 0 ? std::string{names.sysname} + " " + names.release : "unknown";
}

void refuse_memory(const std::filesystem::path& scratch) {
  struct statfs where {};
  if (::statfs(scratch.c_str(), &where) != 0)
    throw failed{"can't look at " + scratch.string()};
  if (where.f_type == tmpfs_magic || where.f_type == ramfs_magic)
    throw failed{scratch.string()
                 + " lies in memory, where no write is durable: give a folder on a "
                   "disk with --scratch"};
}

} // namespace

double disk_wait_ms(const std::filesystem::path& scratch) {
  const auto path = scratch / "disk-probe";
  const int file = ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0)
    throw failed{"can't write to " + scratch.string()};
  const std::array<char, 4096> block{};
  series waits;
  for (int i = 0; i < 200; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    if (::write(file, block.data(), block.size()) != static_cast<ssize_t>(block.size())
        || ::fdatasync(file) != 0)
      throw failed{"can't write to " + scratch.string()};
    waits.add(
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
  }
  ::close(file);
  std::filesystem::remove(path);
  return waits.median();
}

std::chrono::duration<double> cpu_time_of(::pid_t process) {
  std::ifstream file{"/proc/" + std::to_string(process) + "/stat"};
  std::string text;
  std::getline(file, text);
  std::istringstream fields{text.substr(std::min(text.rfind(')') + 2, text.size()))};
  std::string skipped;
  for (int i = 3; i < 14; ++i) // proc(5): state is the third, utime the 14th
    fields >> skipped;
  double user = 0;
  double system = 0;
  if (!(fields >> user >> system))
    throw failed{"process " + std::to_string(process) + " has gone"};
  return std::chrono::duration<double>{(user + system)
                                       / static_cast<double>(::sysconf(_SC_CLK_TCK))};
}

json describe_environment(const std::filesystem::path& scratch) {
  refuse_memory(scratch);
  const double pages = static_cast<double>(::sysconf(_SC_PHYS_PAGES));
  const double page = static_cast<double>(::sysconf(_SC_PAGESIZE));
  return {{"git", revision()},
          {"cpu", proc_value("/proc/cpuinfo", "model name")},
          {"cores", std::thread::hardware_concurrency()},
          {"memory_gib", rounded(pages * page / (1 << 30))},
          {"kernel", kernel()},
          {"compiled_by", "g++ " __VERSION__},
          {"disk_fdatasync_median_ms", rounded(disk_wait_ms(scratch))},
          {"date", to_iso(now())}};
}

double memory_mib_of(::pid_t process, const std::string& kind) {
  std::ifstream file{"/proc/" + std::to_string(process) + "/status"};
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(kind + ":"))
      return std::stod(line.substr(kind.size() + 1)) / 1024;
  throw failed{"the process has gone whose memory is measured"};
}

} // namespace sagas::bench
