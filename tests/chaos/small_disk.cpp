#include "chaos/small_disk.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace sagas::chaos {
namespace {

constexpr std::uint64_t whole_size = std::uint64_t{3} << 30;
constexpr std::uint64_t least_room = 64 << 20;

failure refused(const std::string& what) {
  return {errc::unavailable, what + ": " + std::generic_category().message(errno)};
}

bool write_file(const char* path, const std::string& text) {
  return static_cast<bool>(std::ofstream{path} << text << std::flush);
}

// A namespace of our own; somebody who is not root is root in there.
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

std::string size_option(std::uint64_t bytes) { return "mode=0700,size=" + std::to_string(bytes); }

} // namespace

result<small_disk> small_disk::mount(const std::string& folder) {
  if (const status left = leave_namespace(); !left)
    return left.error();
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return refused("the mounts can't be made private");
  if (::mount("sagas-chaos", folder.c_str(), "tmpfs", 0, size_option(whole_size).c_str()) != 0)
    return refused("no tmpfs on " + folder);
  return small_disk{folder};
}

void small_disk::unmount() const { ::umount2(folder_.c_str(), MNT_DETACH); }

status small_disk::resize(std::uint64_t bytes) const {
  if (::mount(nullptr, folder_.c_str(), nullptr, MS_REMOUNT, size_option(bytes).c_str()) != 0)
    return refused("the disk can't be given another size");
  return nothing{};
}

// It shrinks to what lies on it. While it is written to that takes a few tries.
status small_disk::fill() const {
  for (int tries = 0; tries < 100; ++tries) {
    struct statvfs now {};
    if (::statvfs(folder_.c_str(), &now) != 0)
      return refused("the disk can't be looked at");
    if (resize((now.f_blocks - now.f_bfree) * now.f_frsize))
      return nothing{};
  }
  return failure{errc::unavailable, "the disk could not be filled"};
}

status small_disk::make_room() const { return resize(whole_size); }

bool small_disk::is_used_up() const {
  struct statvfs now {};
  return ::statvfs(folder_.c_str(), &now) == 0 && now.f_bavail * now.f_frsize < least_room;
}

} // namespace sagas::chaos
