// Bugs that are planted on purpose, to see whether the tests find them: ./dev chaos --planted.
//
// Only a build with SAGAS_PLANT has them, and there SAGAS_PLANTED_BUG names the one that bites. In
// any other build planted() is false for the compiler, and nothing of them is left in the program.
#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace sagas {

enum class bug : std::uint8_t {
  acknowledge_before_commit,
  send_before_commit,
  skip_unknown_undo,
  undo_in_forward_order,
  no_fence,
  key_with_attempt,
  late_reply_turns_forward,
  drop_half_batch,
  normal_sync,
  retry_commit_blindly,
};

inline constexpr std::array bug_names{
  std::string_view{"acknowledge_before_commit"},
  std::string_view{"send_before_commit"},
  std::string_view{"skip_unknown_undo"},
  std::string_view{"undo_in_forward_order"},
  std::string_view{"no_fence"},
  std::string_view{"key_with_attempt"},
  std::string_view{"late_reply_turns_forward"},
  std::string_view{"drop_half_batch"},
  std::string_view{"normal_sync"},
  std::string_view{"retry_commit_blindly"},
};

inline constexpr const char* bug_variable = "SAGAS_PLANTED_BUG";

#ifdef SAGAS_PLANT
inline constexpr bool can_plant = true;

inline bool planted(bug which) {
  static const char* const chosen = std::getenv(bug_variable);
  return chosen && bug_names[static_cast<std::size_t>(which)] == chosen;
}
#else
inline constexpr bool can_plant = false;

constexpr bool planted(bug) { return false; }
#endif

} // namespace sagas
