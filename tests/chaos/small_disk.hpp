// A disk of our own that can be full: a tmpfs in a mount namespace of this process, so that nothing
// is left behind however the process ends.
#pragma once

#include <cstdint>
#include <string>

#include "saga/result.hpp"

namespace sagas::chaos {

class small_disk {
public:
  /// Mounts it on an existing folder; this process and its children see it, nobody else. Call
  /// before any thread exists. errc::unavailable where the system allows no mounts.
  static result<small_disk> mount(const std::string& folder);

  /// Takes it away, with all that lies on it.
  void unmount() const;

  /// No room for another byte, until there is room again.
  status fill() const;
  status make_room() const;
  /// Whether it is full by its content alone: then the run was too long for it.
  bool is_used_up() const;

private:
  explicit small_disk(std::string folder) : folder_(std::move(folder)) {}
  status resize(std::uint64_t bytes) const;

  std::string folder_;
};

} // namespace sagas::chaos
