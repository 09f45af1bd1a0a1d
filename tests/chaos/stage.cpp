#include "chaos/stage.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace sagas::chaos {
namespace {

namespace fs = std::filesystem;

// The disk that faults of this kind need, when they are wanted.
template <class Disk, class Make>
status provide(std::optional<Disk>& to, std::vector<fault_kind>& kinds, fault_kind needed_by,
               bool asked_for, Make make) {
  if (std::find(kinds.begin(), kinds.end(), needed_by) == kinds.end())
    return nothing{};
  auto made = make();
  if (made) {
    to.emplace(std::move(*made));
    return nothing{};
  }
  if (asked_for)
    return made.error();
  std::erase(kinds, needed_by);
  std::cerr << "chaos: NO FAULTS OF " << name_of(needed_by) << ": " << made.error().message << "\n";
  return nothing{};
}

} // namespace

status stage::set(run_options& how, bool on_mariadb, bool asked_for) {
  auto& kinds = how.faults.kinds;
  if (const status done = provide(disk_, kinds, fault_kind::disk, asked_for,
                                  [&] { return small_disk::mount(how.server_folder); });
      !done)
    return done;
  how.disk = disk_ ? &*disk_ : nullptr;
  if (const status done = provide(power_, kinds, fault_kind::db_power, asked_for,
                                  [] { return power_disk::make(); });
      !done)
    return done;
  how.power = power_ ? &*power_ : nullptr;
  if (on_mariadb)
    how.mariadb = &mariadb_.emplace(power_ ? fs::path{power_->mounted()}
                                           : fs::temp_directory_path(),
                                    std::vector<std::string>{"--innodb-buffer-pool-size=256M"});
  return nothing{};
}

void stage::clear() const {
  if (disk_)
    disk_->unmount();
}

} // namespace sagas::chaos
