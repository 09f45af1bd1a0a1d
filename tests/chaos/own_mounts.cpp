#include "chaos/own_mounts.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

namespace sagas::chaos {
namespace {

failure refused(const std::string& what) {
  return {errc::unavailable, what + ": " + std::generic_category().message(errno)};
}

bool write_file(const char* path, const std::string& text) {
  return static_cast<bool>(std::ofstream{path} << text << std::flush);
}

// Somebody who is not root is root in there.
status leave_namespace() {
  const auto user = std::to_string(::geteuid());
  const auto group = std::to_string(::getegid());
  if (::geteuid() == 0)
    return ::unshare(CLONE_NEWNS) == 0 ? status{nothing{}} : refused("no mount namespace");
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
    return refused("no mount namespace without root");
  if (!write_file("/proc/self/setgroups", "deny")
      || !write_file("/proc/self/uid_map", "0 " + user + " 1")
      || !write_file("/proc/self/gid_map", "0 " + group + " 1"))
    return refused("no user namespace");
  return nothing{};
}

status enter() {
  if (const status left = leave_namespace(); !left)
    return left;
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return refused("the mounts can't be made private");
  return nothing{};
}

} // namespace

status enter_own_mounts() {
  static const status entered = enter();
  return entered;
}

} // namespace sagas::chaos
