#include "saga/attention.hpp"

#include <algorithm>
#include <utility>

namespace sagas {
namespace {

constexpr std::size_t error_looked_at = 200; // bytes
constexpr const char* load_abandoned = "carga_abandonada";

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'
         || c == '_';
}

// "lote b-7 de 12 euros" and "lote c-9 de 5 euros" are the same error: words with digits go.
std::string without_numbers(std::string_view error) {
  error = error.substr(0, error_looked_at);
  std::string text;
  for (std::size_t at = 0; at < error.size();) {
    std::size_t end = at;
    while (end < error.size() && is_word(error[end]))
      ++end;
    const std::string_view word = error.substr(at, end - at);
    if (word.find_first_of("0123456789") != std::string_view::npos)
      text += '#';
    else
      text += word;
    if (end < error.size())
      text += error[end++];
    at = end;
  }
  return text;
}

// FNV-1a of 32 bits: tells alike from unlike, no more.
std::string digest(std::string_view text) {
  std::uint32_t hash = 2'166'136'261U;
  for (const char c : text)
    hash = (hash ^ static_cast<std::uint8_t>(c)) * 16'777'619U;
  std::string hex(8, '0');
  for (std::size_t i = 0; i < hex.size(); ++i)
    hex[i] = "0123456789abcdef"[hash >> (28 - 4 * i) & 15];
  return hex;
}

timestamp parked_at(const step_view& at) { return at.row.ended.value_or(at.row.started); }

} // namespace

std::optional<language> parse_language(std::string_view text) {
  const std::string_view word = text.substr(0, text.find('-'));
  if (word == "es" || word == "ES")
    return language::spanish;
  if (word == "en" || word == "EN")
    return language::english;
  return std::nullopt;
}

bool matches(const saga_header& saga, const step_view& at, const attention_filter& what) {
  return (what.type.empty() || saga.type == what.type)
         && (what.service.empty() || at.service == what.service)
         && (what.step.empty() || at.name == what.step)
         && (!what.parked_before || parked_at(at) < *what.parked_before)
         && (what.cause.empty() || cause_of(saga, at) == what.cause);
}

bool narrow(parked_view& saga, const attention_filter& what) {
  if (saga.at.empty())
    return (what.type.empty() || saga.saga.header.type == what.type) && what.service.empty()
           && what.step.empty() && !what.parked_before
           && (what.cause.empty() || what.cause == load_abandoned);
  std::erase_if(saga.at, [&](const step_view& at) { return !matches(saga.saga.header, at, what); });
  return !saga.at.empty();
}

std::string cause_of(const saga_header& saga, const step_view& at) {
  std::string kind = at.row.kind ? to_text(*at.row.kind) : "";
  const std::string alike = saga.type + '\n' + at.service + '\n' + without_numbers(at.row.error);
  return at.name.substr(0, 40) + ":" + to_text(at.row.op) + ":" + kind + ":"
         + digest(at.name + '\n' + alike);
}

std::vector<choice> choices_of(direction way, bool pivot_open, language in) {
  const bool es = in == language::spanish;
  if (way == direction::backward)
    return {{decision::retry,
             es ? "vuelve a enviar la compensación ahora, con una nueva ronda de intentos"
                : "sends the undo again now, with a new round of attempts"},
            {decision::complete, es ? "cuenta como deshecho a mano; se deshace lo demás"
                                    : "counts as undone by hand; the others are undone"},
            {decision::skip,
             es ? "renuncia a deshacerlo; se deshace lo demás y la saga termina FALLIDA"
                : "gives this undo up; the others are undone and the saga ends as FALLIDA"},
            {decision::fail,
             es ? "como omitir, y consta como fallido" : "as omitir, and noted as failed"}};
  return {
    {decision::retry, es ? "vuelve a enviar el paso ahora, con una nueva ronda de intentos"
                         : "sends the step again now, with a new round of attempts"},
    {decision::complete, es ? "cuenta como hecho a mano, con la salida que se dé; la saga sigue"
                            : "counts as done by hand, with the given output; the saga goes on"},
    {decision::skip, es ? "la saga sigue sin él" : "the saga goes on without it"},
    {decision::fail, pivot_open ? (es ? "cuenta como fallido: se deshace lo anterior"
                                      : "has failed: what came before is "
                                        "undone")
                                : (es ? "la saga termina FALLIDA, sin deshacer nada"
                                      : "the saga ends as FALLIDA, with nothing undone")},
    {decision::turn, es ? "se deshace lo que tiene compensación, lo demás queda, y la saga termina "
                          "FALLIDA"
                        : "what has a compensation is undone, the rest stays, and the saga ends as "
                          "FALLIDA"}};
}

std::vector<choice> choices_of(const definition& plan, const parked_view& saga, language in) {
  const bool pivot_open = std::any_of(saga.at.begin(), saga.at.end(), [&](const step_view& at) {
    return plan.pivot && at.row.step == *plan.pivot;
  });
  return choices_of(saga.saga.header.way, pivot_open, in);
}

void attention_tally::add(const parked_view& saga) {
  ++sagas_;
  const auto count = [&](const std::string& cause, timestamp since, const auto& fill) {
    auto found = groups_.find(cause);
    if (found == groups_.end() && groups_.size() >= causes_max) {
      ++others_;
      return;
    }
    if (found == groups_.end()) {
      found = groups_.emplace(cause, cause_group{}).first;
      found->second.cause = cause;
      found->second.type = saga.saga.header.type;
      fill(found->second);
    }
    cause_group& group = found->second;
    ++group.count;
    if (since < group.oldest) {
      group.oldest = since;
      group.example = saga.saga.header.id;
    }
  };
  for (const step_view& at : saga.at)
    count(cause_of(saga.saga.header, at), parked_at(at), [&](cause_group& made) {
      made.step = at.name;
      made.service = at.service;
      made.op = at.row.op;
      made.kind = at.row.kind;
      made.error = at.row.error;
    });
  if (saga.at.empty())
    count(load_abandoned, saga.saga.header.started,
          [&](cause_group& made) { made.error = saga.saga.header.error; });
}

attention_summary attention_tally::finish(timestamp at, bool whole) && {
  attention_summary made{at, sagas_, {}, others_, whole};
  for (auto& [cause, group] : groups_)
    made.causes.push_back(std::move(group));
  std::stable_sort(made.causes.begin(), made.causes.end(),
                   [](const cause_group& a, const cause_group& b) { return a.count > b.count; });
  return made;
}

} // namespace sagas
