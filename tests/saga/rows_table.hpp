// What a store would hold of one saga; what is wrong about its rows is thrown.
#pragma once

#include <vector>

#include "saga/machine.hpp"
#include "tests/support/expect.hpp"

namespace sagas::test {

/// What a store keeps of one saga.
class table {
public:
  void apply(const changes& written) {
    if (written.header)
      stored.header = *written.header;
    for (const step_row& row : written.steps) {
      if (row.insert) {
        expect(row.order == stored.steps.size() + 1, "a new row is the next one");
        stored.steps.push_back(row);
        continue;
      }
      expect(row.order <= stored.steps.size(), "only a row that is there is updated");
      step_row& old = stored.steps[row.order - 1];
      expect(old.started == row.started, "an update leaves the row's start");
      const document input = old.input;
      old = row;
      old.input = input;
    }
    history.insert(history.end(), written.history.begin(), written.history.end());
  }

  stored_saga stored;
  std::vector<history_row> history;
};

/// The state but for when attempts in flight were last sent, which a restart sets anew.
inline saga_state without_sending_times(saga_state state) {
  for (step_state& step : state.steps) {
    step.action.sent_at = {};
    step.compensation.sent_at = {};
  }
  return state;
}

} // namespace sagas::test
