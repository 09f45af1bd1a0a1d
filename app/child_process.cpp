#include "app/child_process.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sagas {
namespace {

using steady = std::chrono::steady_clock;

struct pipe_ends {
  int read = -1;
  int write = -1;
};

pipe_ends make_pipe() {
  int ends[2]{-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return {};
  return {ends[0], ends[1]};
}

void close_one(int& descriptor) {
  if (descriptor >= 0)
    ::close(descriptor);
  descriptor = -1;
}

std::vector<std::string> environment_for(const child_options& how) {
  std::vector<std::string> entries;
  for (char** entry = environ; entry && *entry; ++entry)
    if (!std::string_view{*entry}.starts_with("SAGAS_"))
      entries.emplace_back(*entry);
  for (const auto& [name, value] : how.environment)
    entries.push_back(name + "=" + value);
  return entries;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts)
    pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

int poll_one(int descriptor, steady::time_point until) {
  const auto left = std::chrono::ceil<milliseconds>(until - steady::now()).count();
  pollfd what{descriptor, POLLIN, 0};
  return ::poll(&what, 1, static_cast<int>(std::clamp<long>(left, 0, 3'600'000)));
}

// Between fork and exec: nothing but what a signal handler may do.
[[noreturn]] void become(char* const* arguments, char* const* environment, int out, int err,
                         pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) // it died before the line above
    ::_exit(127);
  sigset_t none;
  sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  const int in = ::open("/dev/null", O_RDONLY);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  ::execve(arguments[0], arguments, environment);
  ::_exit(127);
}

} // namespace

result<child_process> child_process::spawn(const child_options& how) {
  std::vector<std::string> arguments = how.arguments;
  std::vector<std::string> entries = environment_for(how);
  const auto argument_pointers = pointers_to(arguments);
  const auto entry_pointers = pointers_to(entries);
  pipe_ends out = make_pipe();
  pipe_ends err = make_pipe();
  if (!how.error_file.empty()) {
    close_one(err.write);
    close_one(err.read);
    err.write = ::open(how.error_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  }
  child_process made;
  const pid_t parent = ::getpid();
  made.pid_ = out.write >= 0 && err.write >= 0 ? ::fork() : -1;
  if (made.pid_ == 0)
    become(argument_pointers.data(), entry_pointers.data(), out.write, err.write, parent);
  const int error = errno;
  close_one(out.write);
  close_one(err.write);
  made.out_ = out.read;
  made.err_ = err.read;
  if (made.pid_ > 0)
    made.watch_ = static_cast<int>(::syscall(SYS_pidfd_open, made.pid_, 0));
  if (made.watch_ < 0)
    return {errc::internal,
            "can't start " + how.arguments.front() + ": " + std::generic_category().message(error)};
  return made;
}

child_process::child_process(child_process&& other) noexcept
  : pid_(std::exchange(other.pid_, -1)), watch_(std::exchange(other.watch_, -1)),
    out_(std::exchange(other.out_, -1)), err_(std::exchange(other.err_, -1)),
    rest_(std::move(other.rest_)), code_(std::exchange(other.code_, std::nullopt)) {}

child_process& child_process::operator=(child_process&& other) noexcept {
  if (this != &other) {
    close_all();
    pid_ = std::exchange(other.pid_, -1);
    watch_ = std::exchange(other.watch_, -1);
    out_ = std::exchange(other.out_, -1);
    err_ = std::exchange(other.err_, -1);
    rest_ = std::move(other.rest_);
    code_ = std::exchange(other.code_, std::nullopt);
  }
  return *this;
}

child_process::~child_process() { close_all(); }

void child_process::close_all() {
  if (pid_ > 0 && !code_) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  close_one(watch_);
  close_one(out_);
  close_one(err_);
  pid_ = -1;
}

void child_process::send_signal(int signal) const {
  if (pid_ > 0 && !code_) // an id that was waited for may be somebody else's by now
    ::kill(pid_, signal);
}

std::optional<std::string> child_process::read_line(milliseconds limit) {
  const auto until = steady::now() + limit;
  while (true) {
    if (const auto end = rest_.find('\n'); end != std::string::npos) {
      std::string line = rest_.substr(0, end);
      rest_.erase(0, end + 1);
      return line;
    }
    char block[4096];
    if (poll_one(out_, until) != 1)
      return std::nullopt;
    const ssize_t size = ::read(out_, block, sizeof block);
    if (size <= 0)
      return std::nullopt;
    rest_.append(block, static_cast<std::size_t>(size));
  }
}

std::optional<int> child_process::wait(milliseconds limit) {
  if (code_)
    return code_;
  if (poll_one(watch_, steady::now() + limit) != 1)
    return std::nullopt;
  int how = 0;
  if (::waitpid(pid_, &how, 0) != pid_)
    return std::nullopt;
  code_ = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
  return code_;
}

std::optional<child_process::ended> child_process::read_all(milliseconds limit) {
  const auto until = steady::now() + limit;
  ended all;
  all.out = std::move(rest_);
  while (out_ >= 0 || err_ >= 0) {
    pollfd both[2]{{out_, POLLIN, 0}, {err_, POLLIN, 0}};
    const auto left = std::chrono::ceil<milliseconds>(until - steady::now()).count();
    if (left <= 0 || ::poll(both, 2, static_cast<int>(left)) <= 0)
      return std::nullopt;
    char block[65536];
    if (both[0].revents != 0) {
      const ssize_t size = ::read(out_, block, sizeof block);
      size > 0 ? void(all.out.append(block, static_cast<std::size_t>(size))) : close_one(out_);
    }
    if (both[1].revents != 0) {
      const ssize_t size = ::read(err_, block, sizeof block);
      size > 0 ? void(all.err.append(block, static_cast<std::size_t>(size))) : close_one(err_);
    }
  }
  const auto code = wait(std::chrono::ceil<milliseconds>(until - steady::now()));
  if (!code)
    return std::nullopt;
  all.code = *code;
  return all;
}

std::string own_path() { return std::filesystem::read_symlink("/proc/self/exe").string(); }

} // namespace sagas
