// The database that the configuration names: opened for writing and for reading.
#pragma once

#include <memory>
#include <string>

#include "app/config.hpp"
#include "http/live_events.hpp"
#include "persistence/mysql_session.hpp"
#include "saga/queries.hpp"
#include "saga/store.hpp"

namespace sagas {

/// The MySQL database that the configuration names.
mysql_terms server_of(const config& values);

/// How many writers the database is opened with.
std::size_t writers_of(const config& values);

/// What the engine writes to and everybody reads from. The readers go before the writers do.
struct opened_storage {
  store_list writers;
  std::unique_ptr<queries> reads;
  /// How those who watch learn what others have written.
  http::live_options live = {};
  std::string sealed_with = {}; ///< the name of the key that encrypts payloads; empty: none does
};

/// Each error is one line with its remedy.
result<opened_storage> open_storage(const config& values);

} // namespace sagas
