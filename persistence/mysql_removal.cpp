#include "persistence/mysql_removal.hpp"

#include <algorithm>

#include "persistence/ancestors.hpp"

namespace sagas {
namespace {

struct bulk_change {
  const char* head;
  const char* tail;
};

// What is counted is still there then, and the rows of a saga go before it, as references want it.
// One writer alone removes, so no other waits for the counts.
constexpr bulk_change sql[] = {
  {"INSERT INTO sagas_retiradas SELECT saga_id FROM sagas WHERE saga_id IN (",
   ") ON DUPLICATE KEY UPDATE saga_id = sagas_retiradas.saga_id"},
  {"INSERT INTO cuentas_retiradas SELECT tipo, '', '', estado, 1 FROM sagas WHERE saga_id IN (",
   ") ON DUPLICATE KEY UPDATE cuenta = cuentas_retiradas.cuenta + 1"},
  {"INSERT INTO cuentas_retiradas SELECT s.tipo, p.nombre, p.tipo_operacion, p.estado, 1 "
   "FROM sagas AS s STRAIGHT_JOIN pasos_saga AS p ON p.saga_id = s.saga_id "
   "WHERE p.timestamp_fin IS NOT NULL AND s.saga_id IN (",
   ") ON DUPLICATE KEY UPDATE cuenta = cuentas_retiradas.cuenta + 1"},
  {"DELETE FROM pasos_saga WHERE saga_id IN (", ")"},
  {"DELETE FROM eventos_saga WHERE saga_id IN (", ")"},
  {"DELETE FROM claves_idempotencia WHERE saga_id IN (", ")"},
  {"DELETE FROM sagas WHERE saga_id IN (", ")"},
};

} // namespace

mysql_removal::mysql_removal(soci::session& session) : find_(session) {
  fill_fields(find_, found_);
  for (text_field& each : asked_)
    use_fields(find_, each);
  use_fields(find_, cutoff_);
  prepare(find_, "SELECT s.saga_id FROM sagas AS s" + ancestors::joined() + " WHERE s.saga_id IN "
                   + placeholders(asked_max) + " AND s.timestamp_fin < :c AND NOT "
                   + ancestors::one_goes_on());
  changes_.reserve(std::size(sql));
  for (const bulk_change& each : sql)
    changes_.emplace_back(session, bulk_text{each.head, ":s", ", ", each.tail});
}

std::vector<std::string> mysql_removal::statements() {
  std::vector<std::string> all;
  for (const bulk_change& each : sql)
    all.emplace_back(each.head);
  return all;
}

// What has ended never changes, nor does one above it begin anew, so it need not be locked between
// this and its removal.
void mysql_removal::find_ended(std::span<const saga_id> ids, std::vector<saga_id>& to) {
  for (std::size_t i = 0; i < asked_max; ++i) // the statement has places for so many
    asked_[i].set(ids[std::min(i, ids.size() - 1)]);
  each_row(find_, [&] { to.push_back(found_.as_id()); });
}

std::size_t mysql_removal::remove(std::span<const saga_id> ids, timestamp ended_before) {
  cutoff_.set(ended_before);
  std::vector<saga_id> gone;
  for (; !ids.empty(); ids = ids.subspan(std::min(asked_max, ids.size())))
    find_ended(ids.first(std::min(asked_max, ids.size())), gone);
  for (auto& change : changes_) {
    change.clear();
    for (const saga_id& id : gone)
      change.add([&](mysql_rows::saga_ref& row) { row.id.set(id); });
    change.finish();
  }
  return gone.size();
}

} // namespace sagas
