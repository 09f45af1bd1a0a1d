// The way from the engine to one web service: passes calls on, and lets some of them go wrong.
#pragma once

#include <array>
#include <atomic>
#include <string>

#include "chaos/web/faults.hpp"
#include "tests/http/scripted_service.hpp"

namespace sagas::chaos {

class unruly_path {
public:
  /// @param to "http://127.0.0.1:PORT"
  /// @param share of a hundred calls, that go wrong
  unruly_path(std::string to, std::uint64_t seed, unsigned share);

  std::string target() const { return path_.target(); }
  std::string url(const std::string& path) const { return path_.url(path); }
  std::uint64_t struck(web_fault what) const { return struck_[static_cast<std::size_t>(what)]; }
  /// From now on nothing goes wrong.
  void calm() { share_ = 0; }

private:
  using visit = http::testing::scripted_service::visit;
  bool pass(visit& at);

  const std::string to_;
  const std::uint64_t seed_;
  std::atomic<unsigned> share_;
  std::atomic<std::uint64_t> calls_{0};
  std::array<std::atomic<std::uint64_t>, web_fault_names.size()> struck_{};
  http::testing::scripted_service path_; // last: its threads use the rest
};

} // namespace sagas::chaos
