// What those were told who steered, against the sagas' histories.
#include "tests/simulation/checker.hpp"

namespace sagas::sim {
namespace {

const char* note_of(const saga_command& what) {
  switch (what.what) {
  case saga_command::kind::cancel: return "cancelacion_pedida";
  case saga_command::kind::pause: return "pausada";
  case saga_command::kind::signal: return "senal";
  case saga_command::kind::report: return "resultado";
  case saga_command::kind::news: return "novedad";
  case saga_command::kind::resume: return "reanudada";
  case saga_command::kind::decide: break;
  }
  return to_text(what.decided);
}

bool is_fair_refusal(const client_command& command, const history& seen) {
  const client_command::answer& told = command.answers.front();
  switch (told.error) {
  case errc::conflict:
  case errc::unavailable:
  case errc::overloaded:
  case errc::unknown_outcome: return true;
  case errc::corrupt: // a node that has been succeeded need not know what its successor registered
    return command.node + 1 < seen.nodes.size() && seen.nodes[command.node + 1].opened < told.when;
  default: return false;
  }
}

finding check_command(const client_command& command, const history& seen, const story& of) {
  const std::string name = std::string{note_of(command.what)} + " of saga " + to_text(of.id);
  if (command.answers.size() > 1)
    return violation{"A1", name + " was answered twice"};
  if (command.answers.empty()) {
    if (seen.healed && !seen.nodes[command.node].ended)
      return violation{"A1", name + " was never answered"};
    return std::nullopt;
  }
  const client_command::answer& told = command.answers.front();
  if (!told.ok && !is_fair_refusal(command, seen))
    return violation{"A1", name + " was answered " + to_text(told.error)};
  const auto bears_it_out = [&](const saga_version* version) {
    return version->when > command.when && version->when < told.when
           && version->rows.header.status == *told.ok
           && has_note(*version, note_of(command.what), command.what.step);
  };
  if (told.ok && std::none_of(of.versions.begin(), of.versions.end(), bears_it_out))
    return violation{"A1", name + " was acknowledged and is not stored"};
  return std::nullopt;
}

} // namespace

finding check_commands(const history& seen, const std::map<saga_id, story>& sagas) {
  std::map<std::tuple<saga_id, std::string, std::string>, std::pair<int, int>> asked; // ok, maybe
  for (const client_command& command : seen.commands) {
    if (auto found = check_command(command, seen, sagas.at(command.saga)))
      return found;
    auto& [ok, maybe] = asked[{command.saga, note_of(command.what), command.what.step}];
    const bool open = command.answers.empty();
    ok += !open && command.answers.front().ok;
    maybe += open || command.answers.front().error == errc::unknown_outcome;
  }
  for (const auto& [what, counts] : asked) {
    const auto& [id, kind, step] = what;
    const auto& notes = sagas.at(id).last().history;
    // Named anew: clang 14 knows no capture of a structured binding.
    const auto is_it = [&kind = kind, &step = step](const history_row& row) {
      return row.kind == kind && row.step == step;
    };
    const auto stored = std::count_if(notes.begin(), notes.end(), is_it);
    if (stored < counts.first || stored > counts.first + counts.second)
      return violation{"A1", kind + " of saga " + to_text(id) + " was acknowledged "
                               + std::to_string(counts.first) + " times and is stored "
                               + std::to_string(stored) + " times"};
  }
  return std::nullopt;
}

} // namespace sagas::sim
