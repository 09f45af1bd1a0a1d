// The groups of figures. Each measures, checks its work in the file, and adds its figures.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "bench/database.hpp"

namespace sagas::bench {

// In the names, KIND is that of the database, and OWN is database_kind::own().
void throughput(context& with, const database_kind& on); ///< sagas_per_second.KIND.*, ...
void over_http(context& with, const database_kind& on);  ///< sagas_per_second.KIND.http*, ...
void http_participants(context& with,
                       const database_kind& on); ///< sagas_per_second.KIND.http_participants
void calls_under_way(context& with, const database_kind& on); ///< calls_under_way.*
void open_circuit(context& with, const database_kind& on);    ///< open_circuit.*
void many_in_flight(context& with, const database_kind& on);  ///< in_flight_100k.*, resume_100k.*
void many_waiting(context& with, const database_kind& on);    ///< waiting_1m.*
void many_parked(context& with, const database_kind& on);     ///< OWNparked_100k.*
void much_stored(context& with, const database_kind& on);     ///< OWNstored_1m.*

void old_removed(context& with, const database_kind& on); ///< OWNretention.*
void encrypted(context& with, const database_kind& on);   ///< OWNencryption.*
void webhooks(context& with, const database_kind& on);    ///< webhooks.*

struct benchmark {
  std::vector<std::string_view> figures; ///< their names, or what these begin with
  void (*run)(context& with, const database_kind& on);
};
/// Those of one kind of database.
struct benchmark_group {
  std::unique_ptr<database_kind> (*make)(const context& with);
  std::vector<benchmark> all;
};
const std::vector<benchmark_group>& benchmarks();

} // namespace sagas::bench
