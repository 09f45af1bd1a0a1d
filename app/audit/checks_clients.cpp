// The database against what clients were told.
#include <algorithm>
#include <array>

#include "app/audit/checks.hpp"

namespace sagas::audit {
namespace {

bool is_terminal_word(const std::string& state) {
  return state == "COMPLETADA" || state == "COMPENSADA" || state == "CANCELADA"
         || state == "FALLIDA";
}

void never_gone(const saga_case& saga, const say& wrong) {
  if (!saga.client)
    return;
  for (const auto& reading : saga.client->readings)
    if (reading.state == "404")
      return wrong("was acknowledged or stored, and yet a client was told that it is not there");
}

void same_as_asked_for(const saga_case& saga, const say& wrong) {
  if (!saga.client || saga.client->acknowledged.empty())
    return; // without an acknowledgement its key tells (audit.cpp)
  for (const std::uint64_t digest : saga.client->acknowledged)
    if (digest != saga.start)
      return wrong("is not what the client asked for that was given it");
}

void one_terminal_reading(const saga_case& saga, const say& wrong) {
  if (!saga.client)
    return;
  std::string end = saga.is_terminal() ? saga.status : "";
  std::vector<std::size_t> told; // clients that have read its end
  for (const auto& reading : saga.client->readings) {
    const bool ended = is_terminal_word(reading.state);
    const bool was_told = std::find(told.begin(), told.end(), reading.client) != told.end();
    if (ended && !end.empty() && reading.state != end)
      return wrong("was read as " + reading.state + "; it ended as " + end);
    if (ended && !saga.is_terminal())
      return wrong("was read as " + reading.state + "; it is " + saga.status);
    if (!ended && was_told)
      return wrong("was read as " + reading.state + " after its end by the same client");
    if (ended && !was_told)
      told.push_back(reading.client);
  }
}

constexpr std::array checks{
  saga_check{"A1", "what was acknowledged is there", never_gone},
  saga_check{"A2", "no saga but what was asked for", same_as_asked_for},
  saga_check{"S2", "who read a terminal state reads no other", one_terminal_reading},
};

} // namespace

std::span<const saga_check> client_checks() { return checks; }

} // namespace sagas::audit
