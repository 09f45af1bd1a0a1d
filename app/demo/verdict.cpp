#include "app/demo/verdict.hpp"

#include <algorithm>
#include <cmath>

#include "app/audit/sqlite.hpp"

namespace sagas::demo {
namespace {

struct stored_campaign {
  std::string saga;
  std::string status;
};
using stored_campaigns = std::multimap<std::string, stored_campaign>;

double seconds_between(timestamp from, timestamp to) {
  return std::chrono::duration<double>(to - from).count();
}

double share_of(const std::vector<double>& sorted, double share) {
  if (sorted.empty())
    return 0;
  const auto place = static_cast<std::size_t>(
    std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::clamp<std::size_t>(place, 1, sorted.size()) - 1];
}

void judge_one(const campaign& order, const stored_campaigns& stored, verdict& made) {
  const auto [first, last] = stored.equal_range(order.id);
  const std::string who = "campaign " + order.id + " (" + std::string{order.plan->name} + ")";
  if (first == last) {
    made.faults.push_back("saga " + order.saga + " of " + who + " is missing");
    return;
  }
  if (std::next(first) != last)
    made.faults.push_back("saga " + first->second.saga + " of " + who + " exists twice");
  if (first->second.saga != order.saga)
    made.faults.push_back("saga " + first->second.saga + " of " + who
                          + " is not the acknowledged one, " + order.saga);
  if (!order.may_end_as(first->second.status))
    made.faults.push_back("saga " + first->second.saga + " of " + who + " is "
                          + first->second.status + ", not " + order.expected());
}

} // namespace

result<verdict> judge(const std::vector<campaign>& orders, const std::string& database) {
  auto store = audit::database::open(database);
  if (!store)
    return store.error();
  stored_campaigns stored;
  std::vector<double> durations;
  std::map<std::int64_t, std::uint64_t> ended_in; // second
  timestamp first = timestamp::max();
  timestamp last = timestamp::min();
  verdict made;
  auto row = store->query(
    "SELECT saga_id, campania_id, estado, timestamp_inicio, timestamp_fin FROM sagas"
    " WHERE relacion IS NULL"); // children and undos are part of others
  while (row.next()) {
    stored.emplace(row.text(1), stored_campaign{row.text(0), row.text(2)});
    ++made.by_state[row.text(2)];
    const auto began = row.time(3);
    const auto ended = row.time(4);
    if (!began || !ended)
      continue;
    durations.push_back(seconds_between(*began, *ended));
    ++ended_in[std::chrono::floor<std::chrono::seconds>(*ended).time_since_epoch().count()];
    first = std::min(first, *began);
    last = std::max(last, *ended);
  }
  if (row.error())
    return *row.error();
  for (const campaign& order : orders)
    judge_one(order, stored, made);
  if (stored.size() > orders.size())
    made.faults.push_back(std::to_string(stored.size()) + " sagas for "
                          + std::to_string(orders.size()) + " campaigns");
  std::sort(durations.begin(), durations.end());
  made.p50_s = share_of(durations, 0.50);
  made.p95_s = share_of(durations, 0.95);
  made.p99_s = share_of(durations, 0.99);
  made.seconds = durations.empty() ? 0 : seconds_between(first, last);
  for (const auto& [second, count] : ended_in)
    made.busiest = std::max(made.busiest, count);
  return made;
}

result<std::uint64_t> in_flight(const std::string& database) {
  auto store = audit::database::open(database);
  if (!store)
    return store.error();
  auto row = store->query("SELECT count(*) FROM sagas WHERE timestamp_fin IS NULL");
  const std::uint64_t count = row.next() ? static_cast<std::uint64_t>(row.integer(0)) : 0;
  if (row.error())
    return *row.error();
  return count;
}

} // namespace sagas::demo
