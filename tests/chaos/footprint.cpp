#include "chaos/footprint.hpp"

#include <filesystem>
#include <fstream>

namespace sagas::chaos {
namespace {

constexpr std::uint64_t memory_more = 256; // MiB
constexpr std::uint64_t descriptors_more = 16;
constexpr std::uint64_t threads_more = 8;

} // namespace

std::optional<footprint> footprint_of(pid_t process) {
  const std::string folder = "/proc/" + std::to_string(process);
  footprint found;
  std::ifstream lines{folder + "/status"};
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("VmRSS:"))
      found.memory_mib = std::stoull(line.substr(6)) >> 10;
    if (line.starts_with("Threads:"))
      found.threads = std::stoull(line.substr(8));
  }
  std::error_code gone;
  for (auto entry = std::filesystem::directory_iterator{folder + "/fd", gone};
       !gone && entry != std::filesystem::directory_iterator{}; entry.increment(gone))
    ++found.descriptors;
  return found.threads > 0 && !gone ? std::optional{found} : std::nullopt;
}

bool is_near(const footprint& now, const footprint& idle) {
  return now.memory_mib <= idle.memory_mib + memory_more
         && now.descriptors <= idle.descriptors + descriptors_more
         && now.threads <= idle.threads + threads_more;
}

std::string as_text(const footprint& what) {
  return std::to_string(what.memory_mib) + " MiB, " + std::to_string(what.descriptors)
         + " descriptors, " + std::to_string(what.threads) + " threads";
}

} // namespace sagas::chaos
