// A long past in a MySQL database, faster than the store writes it: the store writes an hour, and
// the server copies that to every hour of a month.
#pragma once

#include "bench/database.hpp"
#include "persistence/mysql_session.hpp"

namespace sagas::bench {

/// Fills the empty database behind `storage` with `sagas` ended ones or a few more, numbered from
/// 0, in the order of their ids. The rows are those that the store writes: each copy has its own
/// ids, times, campaign and user, in documents too, and the statistics count all of them.
stored_content fill_mysql(const mysql_terms& server, store& storage, std::uint64_t sagas);

} // namespace sagas::bench
