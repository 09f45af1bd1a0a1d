// The feed of state changes, read with a parser of its own: which states each saga went through.
#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/audit/tables.hpp"

namespace sagas::audit {
namespace {

// From a state to those that may follow it. A saga that undoes another one begins on its way back;
// a child that its parent needs no more may end as it begins.
bool follows(std::string_view before, std::string_view after, bool turned,
             std::string_view relation) {
  using words = std::initializer_list<std::string_view>;
  const auto in = [](std::string_view word, words list) {
    return std::find(list.begin(), list.end(), word) != list.end();
  };
  if (turned && in(after, {"EN_PROGRESO", "COMPLETADA"}))
    return false;
  if (before.empty())
    return in(after, {"INICIADA", "EN_PROGRESO"})
           || (relation == "deshace" && after == "COMPENSANDO")
           || (relation == "hija" && after == "CANCELADA");
  if (before == "INICIADA")
    return after == "EN_PROGRESO";
  if (before == "EN_PROGRESO") // undone steps come by way of COMPENSANDO
    return in(
      after, {"PAUSADA", "COMPENSANDO", "REQUIERE_ATENCION", "COMPLETADA", "CANCELADA", "FALLIDA"});
  if (before == "COMPENSANDO")
    return in(after, {"PAUSADA", "REQUIERE_ATENCION", "COMPENSADA", "CANCELADA", "FALLIDA"});
  if (before == "PAUSADA" || before == "REQUIERE_ATENCION")
    return after != "INICIADA" && after != before
           && !(before == "REQUIERE_ATENCION" && after == "PAUSADA");
  return false; // behind an end
}

std::string_view relation_of(const std::unordered_map<std::string, std::string>& relations,
                             const std::string& saga) {
  const auto found = relations.find(saga);
  return found == relations.end() ? std::string_view{} : found->second;
}

struct path {
  std::string state;
  bool turned = false;
};

std::string_view next_word(std::string_view& line) {
  const std::size_t size = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, size);
  line.remove_prefix(std::min(size + 1, line.size()));
  return word;
}

// The changes of sagas in one row of `lotes`: "n NAME" lines, then "e SAGA TYPE STATE TIME STEP
// ..." with names by number and "=" for the saga of the line before.
template <class Take>
bool read_batch(std::string_view text, Take take) {
  std::vector<std::string_view> names;
  std::string_view saga;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    const std::string_view kind = next_word(line);
    if (kind == "n") {
      names.push_back(line);
      continue;
    }
    const std::string_view id = next_word(line);
    saga = id == "=" ? saga : id;
    next_word(line); // the type
    const std::string_view state = next_word(line);
    next_word(line); // the time
    std::size_t number = 0;
    std::from_chars(state.data(), state.data() + state.size(), number);
    if (kind != "e" || saga.empty() || number >= names.size())
      return false;
    if (next_word(line) == "-")
      take(std::string{saga}, std::string{names[number]});
  }
  return true;
}

} // namespace

status check_feed(database& store, reached& counts, const accuse& wrong) {
  rows first = store.query("SELECT coalesce(min(lote), 1), (SELECT count(*) FROM sqlite_schema "
                           "WHERE name = 'archivo') FROM lotes");
  // None forgotten yet, and no archive, which is given sagas without their feed.
  const bool whole = first.next() && first.integer(0) == 1 && first.integer(1) == 0;
  std::unordered_map<std::string, std::string> relations;
  if (tells_origins(store)) {
    rows origin = store.query("SELECT saga_id, relacion FROM sagas WHERE relacion IS NOT NULL");
    while (origin.next())
      relations.emplace(origin.text(0), origin.text(1));
    if (origin.error())
      return *origin.error();
  }
  std::unordered_map<std::string, path> paths;
  rows batch = store.query("SELECT lote, eventos FROM lotes ORDER BY lote");
  while (batch.next()) {
    const std::string text = batch.text(1);
    const bool sound = read_batch(text, [&](const std::string& saga, std::string state) {
      path& at = paths[saga];
      ++counts.feed_events;
      if ((whole || !at.state.empty())
          && !follows(at.state, state, at.turned, relation_of(relations, saga)))
        wrong("S1", saga,
              "went from " + (at.state.empty() ? "nothing" : at.state) + " to " + state);
      at.turned = at.turned || state == "COMPENSANDO";
      at.state = std::move(state);
    });
    if (!sound)
      wrong("S1", {}, "batch " + batch.text(0) + " of the feed cannot be read");
  }
  if (batch.error())
    return *batch.error();
  rows stored = store.query("SELECT saga_id, estado FROM sagas");
  while (stored.next()) {
    const auto at = paths.find(stored.text(0));
    if (at == paths.end() ? whole : at->second.state != stored.text(1))
      wrong("A5", stored.text(0),
            "is " + stored.text(1) + "; the feed says "
              + (at == paths.end() ? "nothing" : at->second.state));
  }
  if (stored.error())
    return *stored.error();
  return nothing{};
}

} // namespace sagas::audit
