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
  // Of a database that is a server:
  db_kill,  ///< kill -9, and started again after a while
  db_power, ///< its disk's power goes
  db_stop,  ///< SIGSTOP for seconds, then SIGCONT
  db_net,   ///< the same as net, between the server and its database
  commit,   ///< one connection is cut before, in or after a COMMIT
};
inline constexpr std::array fault_names{
  std::string_view{"kill"},    std::string_view{"stop"},    std::string_view{"term"},
  std::string_view{"disk"},    std::string_view{"second"},  std::string_view{"oust"},
  std::string_view{"net"},     std::string_view{"db_kill"}, std::string_view{"db_power"},
  std::string_view{"db_stop"}, std::string_view{"db_net"},  std::string_view{"commit"},
};
/// What the faults are when nobody asks for certain ones.
inline constexpr std::string_view all_of_sqlite = "kill,stop,term,disk,second,oust,net";
inline constexpr std::string_view all_of_mariadb =
  "kill,stop,term,second,oust,net,db_kill,db_power,db_stop,db_net,commit";
std::string_view name_of(fault_kind what);

struct fault {
  fault_kind what = fault_kind::kill;
  milliseconds after{0}; ///< from the end of the one before
  milliseconds lasts{0}; ///< of stop, disk, net, and of what begins with db_
  std::optional<milliseconds> again =
    {};                               ///< of kill: so long after the new start the next kill comes
  test::network_trouble trouble = {}; ///< of net, db_net
  test::cut_moment moment = test::cut_moment::before; ///< of commit
};

struct plan_options {
  std::uint64_t seed = 1;
  std::size_t kills = 20; ///< without kills: how many faults
  std::vector<fault_kind> kinds;
  std::optional<milliseconds> lasts = {}; ///< each fault that lasts; drawn when not given
};

/// The kills, and one other fault for each two of them, every kind at least once, in mixed order.
std::vector<fault> make_plan(const plan_options& how);

/// "kill,stop": the kinds; nothing when a word is none of them.
std::optional<std::vector<fault_kind>> parse_kinds(std::string_view list);

/// One line, for people.
std::string as_text(const fault& what);

} // namespace sagas::chaos
