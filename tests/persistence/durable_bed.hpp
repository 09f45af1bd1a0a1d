// A store on either kind of database, with what an outsider may do to it, and sagas that carry a
// text in every payload.
#pragma once

#include <filesystem>
#include <string>

#include "tests/persistence/mariadb_server.hpp"
#include "tests/persistence/plain_sql.hpp"
#include "tests/persistence/store_bed.hpp"

namespace sagas::test {

// A store of one of the two kinds of database, with what an outsider may do to it.
class durable_bed : public store_bed {
public:
  explicit durable_bed(store_kind what, const payload_keys_ptr& keys = {})
    : store_bed(what), kind(what) {
    reopen_with(keys);
  }
  void reopen_with(const payload_keys_ptr& keys) {
    give_keys(keys);
    reopen();
  }
  std::string sql(const std::string& query) {
    return kind == store_kind::mariadb ? test::ask(mysql_options().server, query)
                                       : test::ask(path(), query);
  }
  void change(const std::string& statement) {
    kind == store_kind::mariadb ? test::run(mysql_options().server, statement)
                                : test::run(path(), statement);
  }
  // The files in which the database keeps everything.
  std::string folder() {
    return kind == store_kind::mariadb ? mariadb_server::shared().data_folder()
                                       : std::filesystem::path{path()}.parent_path().string();
  }
  failure trouble(const saga_id& id) {
    const auto found = (*this)->find(id);
    REQUIRE_FALSE(found);
    return found.error();
  }
  const store_kind kind;
};

inline store_kind each_database() { return GENERATE(store_kind::sqlite, store_kind::mariadb); }

// A saga that carries `secret` in every payload that there is.
inline saga_run tell(store_bed& bed, std::uint64_t number, const std::string& secret,
                     const std::string& key = {}) {
  saga_run run{number};
  run.state.header.input = document{"{\"tarjeta\":\"" + secret + "\"}"};
  run.state.header.metadata = document{"{\"traza\":\"" + secret + "\"}"};
  bed.commit(key.empty() ? run.start() : run.start(key, "huella"));
  bed.commit(run.done(0, "{\"recibo\":\"" + secret + "\"}"));
  bed.commit(run.answer(1, {outcome_kind::business_failure, {}, "negocio", "no: " + secret, {}}));
  return run;
}

} // namespace sagas::test
