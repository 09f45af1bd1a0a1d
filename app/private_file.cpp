#include "app/private_file.hpp"

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sagas {
namespace {

// A descriptor for the length of a function.
struct opened {
  explicit opened(int given) : number(given) {}
  opened(const opened&) = delete;
  opened& operator=(const opened&) = delete;
  ~opened() {
    if (number >= 0)
      ::close(number);
  }
  int number;
};

bool write_all(int to, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(to, text.data(), text.size());
    if (count < 0 && errno != EINTR)
      return false;
    text.remove_prefix(count < 0 ? 0 : static_cast<std::size_t>(count));
  }
  return true;
}

// The server may run as somebody else than who changes the file.
bool keep_owner(int draft, const std::string& path) {
  struct stat old {};
  if (::stat(path.c_str(), &old) != 0)
    return errno == ENOENT;
  return ::fchown(draft, old.st_uid, old.st_gid) == 0 && ::fchmod(draft, old.st_mode & 0640) == 0;
}

} // namespace

failure system_failure(const std::string& what, const std::string& path) {
  const errc code = errno == ENOENT ? errc::not_found : errc::invalid_input;
  return {code, what + " " + path + ": " + std::generic_category().message(errno)};
}

// Under a name of its own first, so that nobody ever sees half of it.
status replace_private_file(const std::string& path, std::string_view text) {
  const std::string draft = path + ".draft";
  ::unlink(draft.c_str()); // what a run left that was killed here
  const opened file{::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (file.number < 0)
    return system_failure("cannot write", draft);
  const bool written = write_all(file.number, text) && keep_owner(file.number, path)
                       && ::fsync(file.number) == 0 && ::rename(draft.c_str(), path.c_str()) == 0;
  if (!written) {
    const failure why = system_failure("cannot write", path);
    ::unlink(draft.c_str());
    return why;
  }
  const std::string folder = std::filesystem::absolute(path).parent_path().string();
  const opened in{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (in.number < 0 || ::fsync(in.number) != 0)
    return system_failure("cannot sync", folder);
  return nothing{};
}

status with_file_lock(const std::string& path, const std::function<status()>& change) {
  const std::string lock_path = path + ".lock"; // the file itself is replaced, a lock on it lost
  const opened lock{::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (lock.number < 0 || ::flock(lock.number, LOCK_EX) != 0)
    return system_failure("cannot lock", lock_path);
  return change();
}

} // namespace sagas
