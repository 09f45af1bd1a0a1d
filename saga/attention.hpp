// What waits for a person: which of it is asked for, why it waits, and what can be decided. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "saga/definition.hpp"
#include "saga/queries.hpp"

namespace sagas {

/// The languages that texts for people come in.
enum class language : std::uint8_t { spanish, english };
/// "es", "en", also with a region ("es-ES"); nothing when it is neither.
std::optional<language> parse_language(std::string_view text);

/// Which of the steps that sagas are parked at; an empty field lets all through.
struct attention_filter {
  std::string type;
  std::string service; ///< of the step, not of all that the saga has called
  std::string step;
  std::string cause; ///< as cause_of() names it
  std::optional<timestamp> parked_before;
};

bool matches(const saga_header& saga, const step_view& at, const attention_filter& what);
/// Leaves of the saga's steps those that match. Whether any of it does: a saga that is parked
/// because loading it failed, at no step, does when nothing is asked of a step.
bool narrow(parked_view& saga, const attention_filter& what);

/// Why it is parked there: type, step, operation, outcome and error, in which numbers and ids do
/// not count. The same for sagas that have failed alike; a name that filters take.
std::string cause_of(const saga_header& saga, const step_view& at);

/// What can be decided about a step, and what it would do.
struct choice {
  decision what = decision::retry;
  const char* effect = "";
};
/// @param pivot_open the saga is parked at its pivot, whose outcome is not known
std::vector<choice> choices_of(direction way, bool pivot_open, language in);
/// The same for a step of a saga in the queue.
std::vector<choice> choices_of(const definition& plan, const parked_view& saga, language in);

/// Sagas that are parked alike.
struct cause_group {
  std::string cause; ///< see cause_of()
  std::string type;
  std::string step;
  std::string service;
  operation op = operation::action;
  std::optional<outcome_kind> kind;
  std::string error; ///< of the example
  std::uint64_t count = 0;
  timestamp oldest = timestamp::max();
  saga_id example;
};

/// What is parked, at some moment.
struct attention_summary {
  timestamp at{};
  std::uint64_t sagas = 0;
  std::vector<cause_group> causes; ///< the largest first
  std::uint64_t others = 0;        ///< steps of causes beyond the bound
  bool whole = true;               ///< false: there are more sagas than were looked at
};

/// Counts pages of parked sagas; as large as its number of causes, which is bounded.
class attention_tally {
public:
  static constexpr std::size_t causes_max = 200;

  void add(const parked_view& saga);
  attention_summary finish(timestamp at, bool whole) &&;

private:
  std::map<std::string, cause_group> groups_;
  std::uint64_t sagas_ = 0;
  std::uint64_t others_ = 0;
};

} // namespace sagas
