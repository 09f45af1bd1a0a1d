// A disk of our own whose power can go: an ext4 in a file. What has been synced is there
// afterwards; of the rest, nothing.
#pragma once

#include <string>
#include <utility>

#include "saga/result.hpp"

namespace sagas::chaos {

class power_disk {
public:
  /// Makes and mounts it in a temporary folder, which goes with it; this process
  /// and its children see it, nobody else. Call before any thread exists. errc::unavailable where
  /// the system allows no such mounts (it takes root).
  static result<power_disk> make();
  power_disk(power_disk&& other) noexcept : folder_(std::exchange(other.folder_, {})) {}
  power_disk& operator=(power_disk&&) = delete;
  ~power_disk();

  /// Where it is mounted; any user may write there.
  std::string mounted() const { return folder_ + "/disk"; }

  /// Every read and write fails from now on, and what has not been synced is gone.
  status cut() const;
  /// Once nobody has a file open there: as it is found when the power is back.
  status restore() const;

private:
  explicit power_disk(std::string folder) : folder_(std::move(folder)) {}
  std::string image() const { return folder_ + "/image"; }
  status mount() const;

  std::string folder_; // empty: moved away
};

} // namespace sagas::chaos
