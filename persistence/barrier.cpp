#include "persistence/barrier.hpp"

#include <functional>

#include <soci/soci.h>

#include "persistence/fields.hpp"
#include "persistence/mysql_session.hpp"
#include "persistence/sqlite_session.hpp"

namespace sagas {
namespace {

// What differs. The write comes first and takes the row's lock; a row that it makes holds no mark.
struct words {
  const char* table_options; // names of steps differ by case
  const char* on_duplicate;
  const char* lock; // so that the newest row is read, not the transaction's view of it
};

constexpr words on_sqlite{" WITHOUT ROWID",
                          " ON CONFLICT (saga_id, paso) DO UPDATE SET "
                          "epoca = MAX(epoca, excluded.epoca)",
                          ""};
constexpr words on_mysql{" ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
                         " ON DUPLICATE KEY UPDATE epoca = GREATEST(epoca, VALUES(epoca))",
                         " FOR UPDATE"};

constexpr const char* table = R"(CREATE TABLE IF NOT EXISTS barrera (
  saga_id VARCHAR(36) NOT NULL, paso VARCHAR(255) NOT NULL,
  actuado INTEGER NOT NULL DEFAULT 0, rechazado INTEGER NOT NULL DEFAULT 0,
  deshecho INTEGER NOT NULL DEFAULT 0, epoca BIGINT NOT NULL, salida LONGTEXT,
  creado DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (saga_id, paso)))";

// Runs `work` with the words of the session's database; what it throws becomes a value.
template <class Work>
auto speaking(soci::session& in, Work work) -> decltype(work(on_sqlite)) {
  const std::string kind = in.get_backend_name();
  if (kind == "sqlite3")
    return as_value([&] { return work(on_sqlite); });
  if (kind == "mysql")
    return as_mysql_value([&] { return work(on_mysql); });
  return failure{errc::invalid_input, "the barrier speaks SQLite and MySQL, not " + kind};
}

status keep(soci::session& in, const barrier_call& what, const char* column,
            const std::string& output) {
  return speaking(in, [&](const words&) -> status {
    in << "UPDATE barrera SET " << column << " = 1, salida = :o WHERE saga_id = :s AND paso = :p",
      soci::use(output), soci::use(what.saga), soci::use(what.step);
    return nothing{};
  });
}

} // namespace

status create_barrier(soci::session& in) {
  return speaking(in, [&](const words& of) -> status {
    in << table << of.table_options;
    return nothing{};
  });
}

result<barrier_pass> enter_barrier(soci::session& in, const barrier_call& what) {
  return speaking(in, [&](const words& of) -> result<barrier_pass> {
    const auto epoch = static_cast<long long>(what.epoch);
    in << "INSERT INTO barrera (saga_id, paso, epoca) VALUES (:s, :p, :e)" << of.on_duplicate,
      soci::use(what.saga), soci::use(what.step), soci::use(epoch);
    int acted = 0, refused = 0, undone = 0;
    long long newest = 0;
    text_field output;
    in << "SELECT actuado, rechazado, deshecho, epoca, salida FROM barrera "
          "WHERE saga_id = :s AND paso = :p"
       << of.lock,
      soci::use(what.saga), soci::use(what.step), soci::into(acted), soci::into(refused),
      soci::into(undone), soci::into(newest), soci::into(output.text, output.state);
    const barrier_mark known{acted != 0, refused != 0, undone != 0,
                             static_cast<std::uint64_t>(newest)};
    const verdict decided = judge(known, what.op, what.epoch);
    if (decided == verdict::undo || decided == verdict::nothing_to_undo)
      in << "UPDATE barrera SET deshecho = 1 WHERE saga_id = :s AND paso = :p",
        soci::use(what.saga), soci::use(what.step);
    return barrier_pass{decided, output.as_text()};
  });
}

status keep_answer(soci::session& in, const barrier_call& what, const std::string& output) {
  return keep(in, what, "actuado", output);
}

status keep_refusal(soci::session& in, const barrier_call& what, const std::string& reason) {
  return keep(in, what, "rechazado", reason);
}

} // namespace sagas
