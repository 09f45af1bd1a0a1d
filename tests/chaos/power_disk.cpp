#include "chaos/power_disk.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "app/child_process.hpp"
#include "app/process.hpp"
#include "chaos/own_mounts.hpp"

namespace sagas::chaos {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t size = std::uintmax_t{2} << 30;
constexpr std::chrono::seconds tool_within{60};
constexpr std::chrono::seconds free_within{20};
constexpr milliseconds look_every{50};
// Of the kernel's fs/ext4/ext4.h, which no header of the C library has.
constexpr unsigned long shutdown_request = _IOR('X', 125, std::uint32_t);
constexpr std::uint32_t without_flushing = 2;

status run_tool(std::vector<std::string> words) {
  const std::string name = words.front();
  auto child = child_process::spawn({std::move(words), {}, {}});
  if (!child)
    return child.error();
  const auto ended = child->read_all(tool_within);
  if (!ended || ended->code != 0)
    return failure{errc::unavailable, name + " failed" + (ended ? ": " + ended->err : "")};
  return nothing{};
}

} // namespace

result<power_disk> power_disk::make() {
  if (const status entered = enter_own_mounts(); !entered)
    return entered.error();
  std::string form = (fs::temp_directory_path() / "sagas-power-XXXXXX").string();
  if (!::mkdtemp(form.data()))
    return {errc::unavailable, "no temporary folder"};
  power_disk made{form};
  std::error_code problem;
  fs::permissions(form, fs::perms{0711}, problem); // a database runs as its own user
  fs::create_directory(made.mounted(), problem);
  std::ofstream{made.image()}.close();
  fs::resize_file(made.image(), size, problem);
  if (problem)
    return {errc::unavailable, "no disk: " + problem.message()};
  if (const status formatted = run_tool({"/sbin/mkfs.ext4", "-q", "-F", made.image()}); !formatted)
    return formatted.error();
  if (const status mounted = made.mount(); !mounted)
    return mounted.error();
  fs::permissions(made.mounted(), fs::perms::all, problem);
  return made;
}

power_disk::~power_disk() {
  if (folder_.empty())
    return;
  ::umount2(mounted().c_str(), MNT_DETACH);
  std::error_code left_over; // among the temporary files, where it hurts nobody
  fs::remove_all(folder_, left_over);
}

status power_disk::mount() const {
  return run_tool({"/bin/mount", "-o", "loop", image(), mounted()});
}

status power_disk::cut() const {
  const int root = ::open(mounted().c_str(), O_RDONLY | O_CLOEXEC);
  std::uint32_t how = without_flushing;
  const bool done = root >= 0 && ::ioctl(root, shutdown_request, &how) == 0;
  const int problem = errno;
  if (root >= 0)
    ::close(root);
  if (!done)
    return failure{errc::unavailable,
                   "the disk can't be cut off: " + std::generic_category().message(problem)};
  return nothing{};
}

// The kernel lets go of a killed process's files a little after the process has gone.
status power_disk::restore() const {
  const auto until = std::chrono::steady_clock::now() + free_within;
  while (::umount2(mounted().c_str(), 0) != 0)
    if (errno != EBUSY || std::chrono::steady_clock::now() > until || wait_for_signal(look_every))
      return failure{errc::unavailable,
                     "the disk can't be unmounted: " + std::generic_category().message(errno)};
  return mount();
}

} // namespace sagas::chaos
