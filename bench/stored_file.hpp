// A file with a long past: many ended sagas, spread over a month.
#pragma once

#include <cstdint>
#include <filesystem>

#include "bench/context.hpp"

namespace sagas::bench {

/// One in twenty has failed at its third step and was undone. Beside the ended ones, 500 sagas are
/// paused, so that lists of what is active have something to show.
struct stored_content {
  std::uint64_t ended = 0;
  std::uint64_t undone = 0;
  std::uint64_t paused = 0;
};

/// Writes the file through the store itself, without waiting for the disk.
stored_content write_stored_file(const std::filesystem::path& file, std::uint64_t sagas);

} // namespace sagas::bench
