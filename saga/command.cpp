#include "saga/command.hpp"

#include <utility>

namespace sagas {

result<event> event_of(const definition& plan, saga_command what, timestamp at) {
  switch (what.what) {
  case saga_command::kind::cancel: return event{cancel_requested{at, std::move(what.who)}};
  case saga_command::kind::pause: return event{pause_requested{at, std::move(what.who)}};
  case saga_command::kind::resume: return event{resume_requested{at, std::move(what.who)}};
  case saga_command::kind::signal:
    return event{
      signal_received{at, std::move(what.step), std::move(what.output), std::move(what.who)}};
  case saga_command::kind::report:
  case saga_command::kind::news:
  case saga_command::kind::decide: break;
  }
  const auto step = plan.find_step(what.step);
  if (!step)
    return {errc::not_found, "the saga has no step of that name"};
  if (what.what == saga_command::kind::report)
    return event{result_reported{at, *step, what.op, std::move(what.said)}};
  if (what.what == saga_command::kind::news)
    return event{news_came{at, *step}};
  return event{operator_decided{at, *step, what.decided, std::move(what.output),
                                std::move(what.who), std::move(what.input)}};
}

} // namespace sagas
