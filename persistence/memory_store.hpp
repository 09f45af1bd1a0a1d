// The store and the queries in memory: nothing survives the process. For tests, the simulation
// and throw-away runs.
//
// Data and store are apart: "reopening" is opening another store on the same data, which takes a
// higher epoch and so fences the store before it, as a restart of the process would.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "saga/queries.hpp"
#include "saga/store.hpp"

namespace sagas {

/// The tables; shared by the stores and queries opened on them. Thread-safe.
class memory_tables;
std::shared_ptr<memory_tables> make_memory_tables();

/// Lets a commit fail. Called on the committing thread.
struct commit_hooks {
  using hook = std::function<std::optional<failure>(std::span<const changes> batch)>;
  hook before; ///< an error: nothing is written, and the commit answers it
  hook after;  ///< an error: all is written, and the commit answers it nevertheless
};

/// Opens a store on `tables`, with the next epoch.
std::unique_ptr<store> open_memory_store(const std::shared_ptr<memory_tables>& tables,
                                         const commit_hooks& hooks = {},
                                         const std::string& node = "nodo-1");

/// Opens the stores of an engine with so many writers: of one epoch, on the same tables.
store_list open_memory_stores(const std::shared_ptr<memory_tables>& tables, std::size_t writers,
                              const commit_hooks& hooks = {}, const std::string& node = "nodo-1");

std::unique_ptr<queries> open_memory_queries(std::shared_ptr<memory_tables> tables);

} // namespace sagas
