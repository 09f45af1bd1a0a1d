// What the clients were told, against the tables.
#include <set>

#include "tests/simulation/checker.hpp"

namespace sagas::sim {
namespace {

using stories = std::map<saga_id, story>;

std::string name_of(std::size_t start) { return "start " + std::to_string(start); }

bool has_same_body(const client_start& start, const saga_header& header) {
  return start.type == header.type && start.version == header.version
         && start.input == header.input;
}

bool stored_before(const story& of, moment when) { return of.versions.front()->when < when; }

bool lives(const history& seen, std::size_t node) { return !seen.nodes[node].ended; }

finding check_ok(const client_start& start, std::size_t number, const client_start::answer& told,
                 const stories& sagas) {
  const auto saga = sagas.find(told.ok->id);
  if (saga == sagas.end() || !stored_before(saga->second, told.when))
    return violation{"A1", name_of(number) + " was acknowledged and is not stored"};
  if (!has_same_body(start, saga->second.versions.front()->rows.header))
    return violation{"A3", name_of(number) + " was answered with a saga of another body"};
  return std::nullopt;
}

finding check_error(const client_start& start, std::size_t number, const client_start::answer& told,
                    const history& seen, const stories& sagas) {
  switch (told.error) {
  case errc::overloaded:
  case errc::unavailable:
  case errc::unknown_outcome: return std::nullopt;
  case errc::invalid_input: // another body has taken the key
    for (const auto& [id, of] : sagas)
      for (const client_start& other : seen.starts)
        if (!start.key.empty() && other.key == start.key && !(other.input == start.input)
            && has_same_body(other, of.versions.front()->rows.header)
            && stored_before(of, told.when))
          return std::nullopt;
    return violation{"A3", name_of(number) + " was refused for a key that was free"};
  default: return violation{"A1", name_of(number) + " was answered " + to_text(told.error)};
  }
}

finding check_end_told(const client_start& start, std::size_t number, const history& seen,
                       const stories& sagas) {
  const client_start::answer* told = start.answers.empty() ? nullptr : &start.answers.front();
  // Whoever was told that nobody knows may learn it by the end.
  const bool in_doubt = told && !told->ok && told->error == errc::unknown_outcome;
  if (start.ends.size() > 1 || (!start.ends.empty() && !in_doubt && !(told && told->ok)))
    return violation{"A1", name_of(number) + " was told an end too many"};
  if (!told || !told->ok)
    return std::nullopt;
  const story& of = sagas.at(told->ok->id);
  for (const client_start::end& end : start.ends)
    if (end.when < told->when || end.when < of.last().when || end.status != of.ended_as())
      return violation{"S2", name_of(number) + " was told " + to_text(end.status)
                               + ", the tables say " + to_text(of.ended_as())};
  if (seen.healed && lives(seen, start.node) && start.ends.empty())
    return violation{"V1", name_of(number) + " was never told the end"};
  return std::nullopt;
}

finding check_start(const client_start& start, std::size_t number, const history& seen,
                    const stories& sagas) {
  if (start.answers.size() > 1)
    return violation{"A1", name_of(number) + " was answered twice"};
  if (seen.healed && lives(seen, start.node) && start.answers.empty())
    return violation{"A1", name_of(number) + " was never answered"};
  for (const client_start::answer& told : start.answers)
    if (auto found = told.ok ? check_ok(start, number, told, sagas)
                             : check_error(start, number, told, seen, sagas))
      return found;
  return check_end_told(start, number, seen, sagas);
}

// A2, and that no start has become two sagas or a refused one become one.
finding check_counts(const history& seen, const stories& sagas) {
  std::map<std::string, int> of_key;
  std::map<std::string, int> of_body;
  for (const auto& [id, of] : sagas) {
    const saga_header& header = of.versions.front()->rows.header;
    std::size_t possible = 0;
    std::string key;
    for (const client_start& start : seen.starts) {
      if (!has_same_body(start, header) || start.when > of.versions.front()->when)
        continue;
      const bool refused = !start.answers.empty() && !start.answers.front().ok
                           && start.answers.front().error != errc::unknown_outcome;
      possible += !refused;
      key = start.key;
    }
    if (possible == 0)
      return violation{"A2", "nobody has started saga " + to_text(id) + ", or it was refused"};
    if (!key.empty() && ++of_key[key] > 1)
      return violation{"A3", "two sagas have the key " + key};
    if (key.empty() && ++of_body[std::string{header.input.text()}] > 1)
      return violation{"A1", "one start has become two sagas"};
  }
  return std::nullopt;
}

} // namespace

finding check_starts(const history& seen, const stories& sagas) {
  std::set<saga_id> fresh;
  for (std::size_t i = 0; i < seen.starts.size(); ++i) {
    if (auto found = check_start(seen.starts[i], i, seen, sagas))
      return found;
    for (const client_start::answer& told : seen.starts[i].answers)
      if (told.ok && told.ok->fresh && !fresh.insert(told.ok->id).second)
        return violation{"A3", "two starts are told to have made the same saga"};
  }
  return check_counts(seen, sagas);
}

} // namespace sagas::sim
