#include "persistence/mysql_epoch.hpp"

#include <soci/soci.h>

namespace sagas {
namespace {

using clock = std::chrono::steady_clock;

std::uint64_t raise(soci::session& session, const mysql_store_options& options) {
  session.begin();
  session << "UPDATE contadores SET valor = LAST_INSERT_ID(valor + 1) WHERE nombre = 'epoca'";
  long long epoch = 0;
  if (!session.get_last_insert_id("contadores", epoch) || epoch < 1)
    throw soci::soci_error("the counter of epochs is missing");
  session << "INSERT INTO nodos VALUES (:n, :e, UTC_TIMESTAMP(3)) ON DUPLICATE KEY UPDATE "
             "epoca = VALUES(epoca), latido = VALUES(latido)",
    soci::use(options.node), soci::use(epoch);
  session << "UPDATE escritores SET epoca = :e, ultimo = 0", soci::use(epoch);
  for (int writer = 0; writer < options.writers; ++writer)
    session << "INSERT INTO escritores VALUES (:w, :e, 0) ON DUPLICATE KEY UPDATE ultimo = 0",
      soci::use(writer), soci::use(epoch);
  session.commit();
  return static_cast<std::uint64_t>(epoch);
}

} // namespace

std::uint64_t raise_mysql_epoch(soci::session& session, const mysql_store_options& options) {
  for (const auto until = clock::now() + options.owner_wait;;)
    try {
      return raise(session, options);
    } catch (const soci::soci_error&) {
      if (caught_mysql_problem().kind != mysql_trouble::redo || clock::now() >= until)
        throw;
      session.rollback();
    }
}

} // namespace sagas
