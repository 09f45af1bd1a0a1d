#include "persistence/sqlite_removal.hpp"

#include "persistence/ancestors.hpp"

namespace sagas {
namespace {

enum : std::size_t { note, count, count_steps, drop_steps, drop_history, drop_keys, drop_saga };

// Only of a saga that was noted is anything removed; its rows go before it, as references want it.
const std::string sql[] = {
  "INSERT OR REPLACE INTO sagas_retiradas SELECT s.saga_id FROM sagas AS s" + ancestors::joined()
    + " WHERE s.saga_id=:s AND s.timestamp_fin < :c AND NOT " + ancestors::one_goes_on(),
  "INSERT INTO cuentas_retiradas SELECT tipo, '', '', estado, 1 FROM sagas WHERE saga_id=:s "
  "ON CONFLICT DO UPDATE SET cuenta = cuenta + 1",
  "INSERT INTO cuentas_retiradas SELECT s.tipo, p.nombre, p.tipo_operacion, p.estado, 1 "
  "FROM sagas AS s CROSS JOIN pasos_saga AS p ON p.saga_id = s.saga_id WHERE s.saga_id=:s "
  "AND p.timestamp_fin IS NOT NULL ON CONFLICT DO UPDATE SET cuenta = cuenta + 1",
  "DELETE FROM pasos_saga WHERE saga_id=:s",
  "DELETE FROM eventos_saga WHERE saga_id=:s",
  "DELETE FROM claves_idempotencia WHERE saga_id=:s",
  "DELETE FROM sagas WHERE saga_id=:s",
};

} // namespace

sqlite_removal::sqlite_removal(soci::session& session)
  : note_(make_write(session, sql[note], saga_, cutoff_)),
    count_(make_write(session, sql[count], saga_)),
    count_steps_(make_write(session, sql[count_steps], saga_)),
    drop_steps_(make_write(session, sql[drop_steps], saga_)),
    drop_history_(make_write(session, sql[drop_history], saga_)),
    drop_keys_(make_write(session, sql[drop_keys], saga_)),
    drop_saga_(make_write(session, sql[drop_saga], saga_)) {}

std::span<const std::string> sqlite_removal::statements() { return sql; }

std::size_t sqlite_removal::remove(std::span<const saga_id> ids, timestamp ended_before) {
  cutoff_.set(ended_before);
  std::size_t removed = 0;
  for (const saga_id& id : ids) {
    saga_.set(id);
    if (run(note_) != 1)
      continue;
    for (soci::statement* each :
         {&count_, &count_steps_, &drop_steps_, &drop_history_, &drop_keys_, &drop_saga_})
      run(*each);
    ++removed;
  }
  return removed;
}

} // namespace sagas
