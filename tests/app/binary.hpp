// The real program as a child of a test.
#pragma once

#include <filesystem>
#include <string>

#include "app/child_process.hpp"

namespace sagas::test {

/// A folder that lives as long as the test.
class temporary_folder {
public:
  temporary_folder();
  ~temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

private:
  std::filesystem::path folder_;
};

/// The path of `sagas` beside this test program.
std::string sagas_path();

/// Runs `sagas ARGUMENTS...` to its end; a minute at most.
child_process::ended run_sagas(std::vector<std::string> arguments,
                               std::map<std::string, std::string> environment = {});

/// A server on a free port, ready to serve.
class running_server {
public:
  /// With `--port 0 --db <folder>/sagas.db` before `arguments`.
  explicit running_server(const temporary_folder& folder, std::vector<std::string> arguments = {});
  const std::string& url() const { return url_; }
  child_process& process() { return *process_; }

private:
  std::optional<child_process> process_;
  std::string url_;
};

} // namespace sagas::test
