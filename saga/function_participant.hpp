// A participant that is a function.
#pragma once

#include <functional>
#include <utility>

#include "saga/participant.hpp"

namespace sagas {

/// Answers what the function returns. The function may block, and is called by several threads at
/// once; the rules of participant.hpp are its to keep.
class function_participant final : public participant {
public:
  explicit function_participant(std::function<outcome(const call&)> does)
    : does_(std::move(does)) {}

  void invoke(const call& what, answer reply) override { reply(does_(what)); }

private:
  const std::function<outcome(const call&)> does_;
};

} // namespace sagas
