#include "app/audit/removals.hpp"

namespace sagas::audit {

removals::removals(database& store) : store_(store) {
  exist_ = ask("SELECT count(*) FROM sqlite_schema WHERE name = 'sagas_retiradas'") > 0;
  if (exist_)
    count_ = static_cast<std::uint64_t>(ask("SELECT count(*) FROM sagas_retiradas"));
}

bool removals::contain(const std::string& saga) {
  if (count_ > 0 && saga != asked_) {
    contained_ = ask("SELECT count(*) FROM sagas_retiradas WHERE saga_id = ?1", saga) > 0;
    asked_ = saga;
  }
  return contained_ && saga == asked_;
}

std::int64_t removals::ask(const char* sql, const std::string& parameter) {
  rows from = store_.query(sql, parameter);
  const std::int64_t answer = from.next() ? from.integer(0) : 0;
  if (from.error())
    error_ = from.error();
  return answer;
}

} // namespace sagas::audit
