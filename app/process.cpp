#include "app/process.hpp"

#include <filesystem>
#include <fstream>

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sagas {
namespace {

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

extern "C" void leave_at_once(int signal) { ::_exit(128 + signal); }

} // namespace

void harden_process() {
  ::umask(077);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none); // only ever lowers a limit, which no system refuses
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files); // refused: fewer connections, as before
  }
}

void take_signals() {
  const sigset_t set = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  outlive_closed_connections();
}

void outlive_closed_connections() { ::signal(SIGPIPE, SIG_IGN); }

std::optional<int> wait_for_signal(milliseconds limit) {
  const sigset_t set = stop_signals();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit);
  timespec wait{};
  wait.tv_sec = seconds.count();
  wait.tv_nsec = std::chrono::nanoseconds{limit - seconds}.count();
  const int signal = ::sigtimedwait(&set, nullptr, &wait);
  return signal > 0 ? std::optional{signal} : std::nullopt;
}

void end_at_next_signal() {
  struct sigaction action {};
  action.sa_handler = leave_at_once;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  const sigset_t set = stop_signals();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

process_usage usage_of_this_process() {
  process_usage usage;
  std::uint64_t pages_total = 0;
  std::uint64_t pages_resident = 0;
  if (std::ifstream file{"/proc/self/statm"}; file >> pages_total >> pages_resident)
    usage.resident_bytes = pages_resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::error_code unreadable;
  for (auto entry = std::filesystem::directory_iterator{"/proc/self/fd", unreadable};
       !unreadable && entry != std::filesystem::directory_iterator{}; entry.increment(unreadable))
    ++usage.open_descriptors;
  return usage;
}

} // namespace sagas
