// Four services in three languages, the examples that ship: killed and started again, each with an
// unruly path in front of it.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/child_process.hpp"
#include "chaos/web/unruly_path.hpp"
#include "saga/result.hpp"

namespace sagas::chaos {

/// One thread: it dies with the one that started it.
class web_service {
public:
  /// @param language "C++", "Python", "JavaScript"
  /// @param folder of its data and its errors
  web_service(std::string name, std::string language, std::string folder)
    : name_(std::move(name)), language_(std::move(language)), folder_(std::move(folder)) {}

  const std::string& name() const { return name_; }
  const std::string& language() const { return language_; }
  /// Starts it, and again after its end, at the same port.
  status start();
  void kill();
  unruly_path& path() { return *path_; }
  void set_path(std::uint64_t seed, unsigned share) {
    path_ = std::make_unique<unruly_path>(url_, seed, share);
  }
  /// How many effects of a saga are in force, by its own data.
  result<std::int64_t> effects(const std::string& saga) const;

private:
  const std::string name_, language_, folder_;
  std::optional<child_process> process_;
  std::string url_;
  std::unique_ptr<unruly_path> path_;
};

/// In the order in which a journey calls them.
inline constexpr std::array travel_services{"vuelos", "hoteles", "coches", "entradas"};
/// Each in the language of its place: C++, Python, JavaScript, C++. Errors: one is not installed.
result<std::vector<web_service>> start_web_services(const std::string& folder);

} // namespace sagas::chaos
