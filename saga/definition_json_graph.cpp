#include <algorithm>
#include <map>
#include <optional>

#include "saga/definition_json_parts.hpp"

namespace sagas {
namespace {

using index_by_name = std::map<std::string, std::size_t, std::less<>>;

index_by_name index_names(const std::vector<read_step>& steps, fault_list& faults) {
  index_by_name names;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::string& name = steps[i].what.name;
    if (name.empty())
      continue; // its fault is named already
    const auto [known, fresh] = names.emplace(name, i);
    if (!fresh)
      faults.add(steps[i].pointer + "/nombre",
                 "\"" + name + "\" is the name of step " + std::to_string(known->second) + " too");
  }
  return names;
}

void resolve(std::vector<read_step>& steps, const index_by_name& names, fault_list& faults) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!steps[i].graph) {
      if (i > 0)
        steps[i].what.depends_on.push_back(i - 1);
      continue;
    }
    for (std::size_t k = 0; k < steps[i].depends_on.size(); ++k) {
      const std::string& name = steps[i].depends_on[k];
      const auto known = names.find(name);
      if (known != names.end())
        steps[i].what.depends_on.push_back(known->second);
      else if (!name.empty())
        faults.add(pointer_to(steps[i].pointer + "/depende_de", k),
                   "there is no step \"" + name + "\"");
    }
  }
}

// Depth-first search for a cycle; at most definition_steps_max deep.
class cycle_search {
public:
  explicit cycle_search(const std::vector<read_step>& steps)
    : steps_(steps), seen_(steps.size(), mark::fresh) {}

  // The steps of one cycle in order, if there is any.
  std::optional<std::vector<std::size_t>> find() {
    for (std::size_t i = 0; i < steps_.size(); ++i)
      if (seen_[i] == mark::fresh && visit(i))
        return path_;
    return std::nullopt;
  }

private:
  enum class mark : char { fresh, open, done };

  bool visit(std::size_t step) {
    seen_[step] = mark::open;
    path_.push_back(step);
    for (const std::size_t before : steps_[step].what.depends_on) {
      if (seen_[before] == mark::open) {
        path_.erase(path_.begin(), std::find(path_.begin(), path_.end(), before));
        return true;
      }
      if (seen_[before] == mark::fresh && visit(before))
        return true;
    }
    path_.pop_back();
    seen_[step] = mark::done;
    return false;
  }

  const std::vector<read_step>& steps_;
  std::vector<mark> seen_;
  std::vector<std::size_t> path_;
};

bool names_cycle(const std::vector<read_step>& steps, fault_list& faults) {
  const auto cycle = cycle_search{steps}.find();
  if (!cycle)
    return false;
  std::string text;
  for (const std::size_t step : *cycle)
    text += steps[step].what.name + " -> ";
  faults.add(steps[cycle->front()].pointer + "/depende_de",
             "a cycle: " + text + steps[cycle->front()].what.name);
  return true;
}

// Which steps must be done before `step`, itself not included.
std::vector<bool> ancestors(const std::vector<read_step>& steps, std::size_t step) {
  std::vector<bool> found(steps.size(), false);
  std::vector<std::size_t> open = steps[step].what.depends_on;
  while (!open.empty()) {
    const std::size_t before = open.back();
    open.pop_back();
    if (found[before])
      continue;
    found[before] = true;
    open.insert(open.end(), steps[before].what.depends_on.begin(),
                steps[before].what.depends_on.end());
  }
  return found;
}

void check_references(const json_template& what, const std::string& pointer,
                      const std::vector<bool>& usable, const index_by_name& names,
                      fault_list& faults) {
  for (const std::string& name : what.steps()) {
    const auto known = names.find(name);
    if (known == names.end())
      faults.add(pointer, "refers to \"" + name + "\", which is no step");
    else if (!usable[known->second])
      faults.add(pointer, "refers to \"" + name + "\", which need not be done by then");
  }
}

void check_all_references(const std::vector<read_step>& steps, const index_by_name& names,
                          fault_list& faults) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    std::vector<bool> usable = ancestors(steps, i);
    check_references(steps[i].what.input, steps[i].pointer + "/entrada", usable, names, faults);
    usable[i] = true; // an undo may look at what its own action answered
    if (steps[i].what.compensation_input)
      check_references(*steps[i].what.compensation_input,
                       steps[i].pointer + "/compensacion/entrada", usable, names, faults);
  }
}

void check_signals(const std::vector<read_step>& steps, fault_list& faults) {
  index_by_name waits;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& wait = steps[i].what.wait;
    if (!wait || wait->signal.empty())
      continue;
    const auto [known, fresh] = waits.emplace(wait->signal, i);
    if (!fresh)
      faults.add(steps[i].pointer + "/espera/senal",
                 "\"" + steps[known->second].what.name + "\" waits for this signal already");
  }
}

void check_pivot(std::vector<read_step>& steps, fault_list& faults) {
  std::optional<std::size_t> pivot;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!steps[i].what.pivot)
      continue;
    if (pivot)
      faults.add(steps[i].pointer + "/pivote",
                 "\"" + steps[*pivot].what.name + "\" is the pivot already");
    else
      pivot = i;
    if (steps[i].what.optional)
      faults.add(steps[i].pointer + "/opcional", "the pivot cannot be optional");
  }
  if (!pivot)
    return;
  const std::vector<bool> before = ancestors(steps, *pivot);
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (steps[i].what.child && i != *pivot && !before[i])
      steps[i].what.compensation.clear(); // which it has without being told
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (i != *pivot && !before[i] && !steps[i].what.compensation.empty())
      faults.add(steps[i].pointer + "/compensacion",
                 "never used: the step does not come before the pivot \"" + steps[*pivot].what.name
                   + "\", and behind it nothing is undone");
}

} // namespace

void check_graph(std::vector<read_step>& steps, fault_list& faults) {
  const index_by_name names = index_names(steps, faults);
  resolve(steps, names, faults);
  if (names_cycle(steps, faults))
    return; // without an order there are no ancestors to check
  check_all_references(steps, names, faults);
  check_pivot(steps, faults);
  check_signals(steps, faults);
}

} // namespace sagas
