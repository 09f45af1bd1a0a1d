// What the services and the network have seen, against the tables.
#include "tests/simulation/checker.hpp"

#include "saga/ledger.hpp"

#include "tests/simulation/services.hpp"

namespace sagas::sim {
namespace {

bool is_in(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

const step_row* row_before(const story& of, moment when, std::string_view step, operation op,
                           std::uint32_t attempt) {
  for (const saga_version* version : of.versions)
    if (version->when < when)
      for (const step_row& row : version->rows.steps)
        if (row.op == op && row.attempt == attempt && of.plan->steps[row.step].name == step)
          return &row;
  return nullptr;
}

template <class Seen>
bool is_about(const Seen& line, const story& of, const step_row& row) {
  return line.saga == of.id && line.op == row.op && line.attempt == row.attempt
         && line.step == of.plan->steps[row.step].name;
}
bool is_about(const sent_call& sent, const story& of, const step_row& row) {
  return sent.saga == of.id && sent.what.op == row.op && sent.what.attempt == row.attempt
         && sent.what.step == row.step;
}

bool service_says(const story& of, const step_row& row, moment settled) {
  return std::any_of(of.diary.begin(), of.diary.end(), [&](const diary_line* line) {
    if (!is_about(*line, of, row) || line->when > settled)
      return false;
    switch (row.kind.value_or(outcome_kind::unknown)) {
    case outcome_kind::done: return is_in(line->what, {"efecto", "duplicado", "deshecho", "vacia"});
    case outcome_kind::business_failure:
      return is_in(line->what, {"rechazo", "duplicado", "colgada", "fallo"});
    case outcome_kind::technical_failure: return is_in(line->what, {"fallo", "epoca"});
    default: return false;
    }
  });
}

bool network_says(const history& seen, const story& of, const step_row& row, moment settled) {
  return std::any_of(seen.given.begin(), seen.given.end(), [&](const given_outcome& given) {
    return is_about(given, of, row) && given.when < settled && given.what.kind == row.kind
           && (row.kind != outcome_kind::done || given.what.output == row.output);
  });
}

// A call that never left fails for certain, and nobody else need have said so.
bool was_never_sent(const history& seen, const story& of, const step_row& row, moment settled) {
  const auto left = [&](const auto& seen_there) {
    return seen_there.when < settled && is_about(seen_there, of, row);
  };
  return row.kind == outcome_kind::technical_failure
         && std::none_of(seen.sent.begin(), seen.sent.end(), left)
         && std::none_of(of.diary.begin(), of.diary.end(),
                         [&](const diary_line* line) { return left(*line); });
}

// Nobody answered: the time is up, or the answer was that it goes on, or that nobody knows.
bool may_be_unknown(const history& seen, const story& of, const step_row& row, moment stored,
                    moment settled) {
  const step_definition& step = of.plan->steps[row.step];
  const bool action = row.op == operation::action;
  if (*row.ended >= row.started + (action ? step.timeout : step.compensation_timeout))
    return true;
  // An undo is sent anew when its action turns out to have been done behind it.
  for (const step_row& later : of.last().rows.steps)
    if (!action && later.step == row.step && later.op == row.op && later.order > row.order
        && later.base == later.attempt)
      return true;
  const auto between = [&](moment when) { return when > stored && when < settled; };
  // The saga was loaded since, and its call could not be sent once more.
  if (std::any_of(seen.doubts.begin(), seen.doubts.end(), between)
      || std::any_of(seen.nodes.begin(), seen.nodes.end(),
                     [&](const node_life& node) { return between(node.opened); }))
    return true;
  if (std::any_of(seen.ledger_faults.begin(), seen.ledger_faults.end(), [&](const auto& fault) {
        return fault.saga == of.id && fault.step == step.name && between(fault.when);
      }))
    return true;
  return std::any_of(seen.given.begin(), seen.given.end(), [&](const given_outcome& given) {
    return is_about(given, of, row)
           && (given.what.kind == outcome_kind::still_running
               || given.what.output.text() == poison);
  });
}

// When the row was first stored.
moment stored_at(const story& of, const step_row& row) {
  for (const saga_version* version : of.versions)
    if (version->rows.steps.size() >= row.order)
      return version->when;
  return 0;
}

} // namespace

finding check_calls(const history& seen, const std::map<saga_id, story>& sagas) {
  for (const sent_call& call : seen.sent) {
    const auto saga = sagas.find(call.saga);
    const step_row* row = saga == sagas.end() ? nullptr
                                              : row_before(saga->second, call.when, call.step,
                                                           call.what.op, call.what.attempt);
    if (!row || row->input != call.what.input)
      return violation{"W1", call.step + " " + to_text(call.what.op) + " "
                               + std::to_string(call.what.attempt)
                               + " was sent before it was stored so"};
  }
  for (const diary_line& line : seen.diary) {
    const auto saga = sagas.find(line.saga);
    const step_row* row = saga == sagas.end()
                            ? nullptr
                            : row_before(saga->second, line.when, line.step, line.op, line.attempt);
    if (!row || digest64(row->input.text()) != line.input_digest)
      return violation{"W1", line.service + " received " + line.step + " " + to_text(line.op)
                               + " before it was stored so"};
  }
  return std::nullopt;
}

finding check_outcomes(const history& seen, const story& of) {
  std::vector<bool> settled; // in an earlier version: its outcome stands (S11)
  for (const saga_version* version : of.versions) {
    settled.resize(version->rows.steps.size());
    for (std::size_t i = 0; i < settled.size(); ++i) {
      const step_row& row = version->rows.steps[i];
      if (settled[i] || !row.ended)
        continue;
      settled[i] = true;
      const bool told = is_actor(of.plan->steps[row.step].service)
                          ? service_says(of, row, version->when)
                          : network_says(seen, of, row, version->when);
      const bool unknown = row.kind == outcome_kind::unknown;
      if (!told && !(unknown && may_be_unknown(seen, of, row, stored_at(of, row), version->when))
          && !was_never_sent(seen, of, row, version->when))
        return violation{"W2", where(of, row.step) + " has an outcome that nobody gave: "
                                 + (row.kind ? to_text(*row.kind) : "none")};
    }
  }
  return std::nullopt;
}

finding check_owners(const history& seen) {
  for (std::size_t i = 1; i < seen.nodes.size(); ++i)
    if (seen.nodes[i].epoch <= seen.nodes[i - 1].epoch)
      return violation{"F1", "the epoch does not rise"};
  for (const sent_call& call : seen.sent)
    if (call.epoch != seen.nodes[call.node].epoch)
      return violation{"F1", "a call carries another epoch than its node's"};
  for (const saga_version& version : seen.versions)
    for (const node_life& node : seen.nodes)
      if (node.opened < version.when && node.epoch > version.epoch)
        return violation{"F2", "epoch " + std::to_string(version.epoch) + " wrote behind epoch "
                                 + std::to_string(node.epoch)};
  std::set<std::pair<std::size_t, saga_id>> recovered;
  for (const taken_up& each : seen.recovered)
    if (!recovered.insert({each.node, each.saga}).second)
      return violation{"R2", "a node recovers saga " + to_text(each.saga) + " twice"};
  std::map<std::tuple<saga_id, std::string, std::string>, std::uint64_t> highest;
  for (const diary_line& line : seen.diary) {
    if (is_in(line.what, {"epoca", "fallo", "perdida"}))
      continue;
    std::uint64_t& known = highest[{line.saga, line.service, line.step}];
    if (line.epoch < known)
      return violation{"F3", line.service + " obeyed an older epoch at " + line.step};
    known = line.epoch;
  }
  return std::nullopt;
}

} // namespace sagas::sim
