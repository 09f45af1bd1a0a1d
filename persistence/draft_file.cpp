#include "persistence/draft_file.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace sagas {
namespace {

namespace fs = std::filesystem;

failure system_failure(const std::string& what, const std::string& path) {
  return {errc::unavailable, what + " " + path + ": " + std::generic_category().message(errno)};
}

status sync_path(const std::string& path, int flags) {
  const int opened = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool done = opened >= 0 && ::fsync(opened) == 0;
  const status told = done ? status{nothing{}} : system_failure("cannot sync", path);
  if (opened >= 0)
    ::close(opened);
  return told;
}

} // namespace

draft_file::draft_file(const std::string& final_path)
  : path_(final_path + ".draft-" + std::to_string(::getpid())), final_(final_path) {}

draft_file::~draft_file() {
  std::error_code ignored;
  for (const char* end : {"", "-wal", "-shm", "-journal"})
    fs::remove(path_ + end, ignored);
}

status draft_file::create() const {
  const int made = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made < 0)
    return system_failure("cannot create", path_);
  ::close(made);
  return nothing{};
}

status draft_file::sync() const { return sync_path(path_, O_RDWR); }

status draft_file::give_name() const {
  if (::rename(path_.c_str(), final_.c_str()) != 0)
    return system_failure("cannot write", final_);
  return sync_path(fs::absolute(final_).parent_path().string(), O_RDONLY | O_DIRECTORY);
}

} // namespace sagas
