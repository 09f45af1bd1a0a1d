// An answer that somebody waits for: given exactly once, whatever becomes of the actor that owes
// it.
//
// CAF 0.17.6 has no broken promises: what an actor drops when it dies is never answered. This is.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "saga/result.hpp"

namespace sagas::actors {

/// Owned by one actor at a time; shared only because messages must be copyable.
template <class T>
class owed {
public:
  using callback = std::function<void(result<T>)>;
  explicit owed(callback to) : to_(std::move(to)) {}
  owed(const owed&) = delete;
  owed& operator=(const owed&) = delete;
  ~owed() {
    answer(failure{errc::unknown_outcome,
                   "the engine stopped working on it: look the saga up before trying again"});
  }

  /// The first answer counts.
  void answer(result<T> what) {
    if (const callback to = std::exchange(to_, nullptr))
      to(std::move(what));
  }

private:
  callback to_;
};

template <class T>
using owed_ptr = std::shared_ptr<owed<T>>;

} // namespace sagas::actors
