// Which faults strike a server, when and how long: drawn from a seed, so that a run can be repeated
// as far as the machine's own timing allows. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "saga/time.hpp"
#include "support/tcp_proxy.hpp"

namespace sagas::chaos {

enum class fault_kind : std::uint8_t {
  kill,   ///< kill -9, and now and then once more while it recovers
  stop,   ///< SIGSTOP for seconds, then SIGCONT
  term,   ///< SIGTERM under load: it stores what it is doing and exits with 0
  disk,   ///< no room on the disk for a while
  second, ///< another process wants the same file: it must be refused
  oust,   ///< another process gets the file while this one is frozen: this one must stop
  net,    ///< its clients' connections are delayed, held, reset or cut
};
inline constexpr std::array fault_names{
  std::string_view{"kill"}, std::string_view{"stop"},   std::string_view{"term"},
  std::string_view{"disk"}, std::string_view{"second"}, std::string_view{"oust"},
  std::string_view{"net"},
};
std::string_view name_of(fault_kind what);

struct fault {
  fault_kind what = fault_kind::kill;
  milliseconds after{0}; ///< from the end of the one before
  milliseconds lasts{0}; ///< of stop, disk, net
  std::optional<milliseconds> again =
    {};                               ///< of kill: so long after the new start the next kill comes
  test::network_trouble trouble = {}; ///< of net
};

struct plan_options {
  std::uint64_t seed = 1;
  std::size_t kills = 20; ///< without kills: how many faults
  std::vector<fault_kind> kinds;
};

/// The kills, and one other fault for each two of them, every kind at least once, in mixed order.
std::vector<fault> make_plan(const plan_options& how);

/// "kill,stop": the kinds; nothing when a word is none of them.
std::optional<std::vector<fault_kind>> parse_kinds(std::string_view list);

/// One line, for people.
std::string as_text(const fault& what);

} // namespace sagas::chaos
