// Another program as a child: for the demo, and for tests of the real binary.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "saga/result.hpp"
#include "saga/time.hpp"

namespace sagas {

struct child_options {
  std::vector<std::string> arguments;             ///< the program's path first
  std::map<std::string, std::string> environment; ///< beside this process's, without its SAGAS_
  std::string error_file; ///< where its stderr goes, appended; empty: a pipe, see read_all()
};

/// A running child. It is killed when this is destroyed, and when the thread that spawned it ends,
/// so that none is ever left behind. One thread at a time.
class child_process {
public:
  static result<child_process> spawn(const child_options& how);
  child_process(child_process&& other) noexcept;
  child_process& operator=(child_process&& other) noexcept;
  ~child_process();

  pid_t id() const { return pid_; }
  void send_signal(int signal) const;

  /// The next line of its stdout, without its end; nothing at the end or when `limit` passes.
  std::optional<std::string> read_line(milliseconds limit);

  /// Its exit code, or 128 + the signal that ended it; nothing when it still runs after `limit`.
  std::optional<int> wait(milliseconds limit);

  struct ended {
    int code = 0;
    std::string out;
    std::string err;
  };
  /// Reads both pipes to their end and waits; nothing when it still runs after `limit`.
  std::optional<ended> read_all(milliseconds limit);

private:
  child_process() = default;
  void close_all();

  pid_t pid_ = -1;
  int watch_ = -1; // pidfd
  int out_ = -1;
  int err_ = -1;
  std::string rest_; // read from out_ beyond the last line
  std::optional<int> code_;
};

/// The path of the program that is running.
std::string own_path();

} // namespace sagas
