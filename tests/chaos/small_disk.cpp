#include "chaos/small_disk.hpp"

#include <cerrno>
#include <system_error>

#include <sys/mount.h>
#include <sys/statvfs.h>

#include "chaos/own_mounts.hpp"

namespace sagas::chaos {
namespace {

constexpr std::uint64_t whole_size = std::uint64_t{3} << 30;
constexpr std::uint64_t least_room = 64 << 20;

failure refused(const std::string& what) {
  return {errc::unavailable, what + ": " + std::generic_category().message(errno)};
}

std::string size_option(std::uint64_t bytes) { return "mode=0700,size=" + std::to_string(bytes); }

} // namespace

result<small_disk> small_disk::mount(const std::string& folder) {
  if (const status entered = enter_own_mounts(); !entered)
    return entered.error();
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
