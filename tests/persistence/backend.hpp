// A store with its queries, of each kind: the suites about reading run against all.
#pragma once

#include <functional>
#include <memory>

#include "saga/queries.hpp"
#include "saga/store.hpp"

namespace sagas::test {

struct backend {
  std::unique_ptr<store> writes;
  std::unique_ptr<queries> reads; ///< goes before the store
};

/// Runs a test against a fresh backend of each kind, as sections.
void with_each_backend(const std::function<void(backend&)>& test);

} // namespace sagas::test
