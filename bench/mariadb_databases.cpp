#include <soci/soci.h>

#include "app/clock.hpp"
#include "bench/database.hpp"
#include "bench/environment.hpp"
#include "bench/mysql_past.hpp"
#include "bench/stored_past.hpp"
#include "persistence/mysql_store.hpp"
#include "tests/support/private_mariadb.hpp"

namespace sagas::bench {
namespace {

// The rest is as the server has it by default: of its log, 96 MiB would make it write pages back
// at every turn.
const std::vector<std::string> flags_of_server{"--innodb-flush-log-at-trx-commit=1",
                                               "--innodb-buffer-pool-size=2G",
                                               "--innodb-log-file-size=1G"};

template <class T>
T ask(const mysql_terms& server, const std::string& query) {
  T value{};
  const status asked = as_mysql_value([&]() -> status {
    soci::indicator state = soci::i_null;
    *open_mysql_session(server) << query, soci::into(value, state);
    return nothing{};
  });
  if (!asked)
    throw failed{query + ": " + asked.error().message};
  return value;
}

status run(const mysql_terms& server, const std::string& statement) {
  return as_mysql_value([&]() -> status {
    *open_mysql_session(server) << statement;
    return nothing{};
  });
}

class mariadb_database final : public database {
public:
  mariadb_database(std::filesystem::path file, mysql_terms server, ::pid_t process)
    : database(std::move(file)), server_(std::move(server)), process_(process) {}
  ~mariadb_database() override {
    mysql_terms none = server_;
    none.database.clear();
    if (const status gone = run(none, "DROP DATABASE IF EXISTS " + server_.database); !gone)
      context::say(gone.error().message); // it goes with the server
  }

  store_list open() const override { return open(mysql_store_options{}.writers); }

  stored_content fill(std::uint64_t sagas) const override {
    const store_list storage = open(1);
    set_flush(0); // the store has looked at it, and refuses anything but 1
    const stored_content content = fill_mysql(server_, *storage.front(), sagas);
    set_flush(1);
    return pause_some(*storage.front(), content, now());
  }

  std::vector<std::string> flags() const override {
    return {"--storage-type", "mysql",          "--db-host",
            server_.host,     "--db-port",      std::to_string(server_.port),
            "--db-name",      server_.database, "--db-user",
            server_.user,     "--db-password",  server_.password,
            "--db",           file().string()}; // the participants' ledger lies beside it
  }

  std::int64_t number(const std::string& sql) const override {
    return ask<long long>(server_, sql);
  }

  json settings() const override {
    json durability;
    for (const char* each :
         {"innodb_flush_log_at_trx_commit", "innodb_doublewrite", "innodb_flush_method", "log_bin",
          "innodb_buffer_pool_size", "innodb_log_file_size"})
      durability[each] = ask<std::string>(server_, std::string{"SELECT @@"} + each);
    return {{"durability", std::move(durability)},
            {"server", ask<std::string>(server_, "SELECT VERSION()")},
            {"server_runs", "same machine"},
            {"writers", mysql_store_options{}.writers}};
  }

  double size_mib() const override {
    return static_cast<double>(
             number("SELECT sum(file_size) FROM information_schema.innodb_sys_tablespaces "
                    "WHERE name LIKE concat(database(), '/%')"))
           / (1 << 20);
  }

  std::chrono::duration<double> server_cpu_time() const override { return cpu_time_of(process_); }

private:
  store_list open(int writers) const {
    mysql_store_options options;
    options.server = server_;
    options.keys = keys();
    options.writers = writers;
    return must(open_mysql_stores(options), "opening " + server_.database);
  }

  void set_flush(int how) const {
    mysql_terms none = server_;
    none.database.clear();
    must(run(none, "SET GLOBAL innodb_flush_log_at_trx_commit = " + std::to_string(how)),
         "setting how the server flushes");
  }

  const mysql_terms server_;
  const ::pid_t process_;
};

class mariadb_kind final : public database_kind {
public:
  explicit mariadb_kind(const std::filesystem::path& folder)
    : folder_(folder), server_(folder, flags_of_server) {}

  std::string name() const override { return "mysql"; }
  std::string own() const override { return "mysql."; }
  std::unique_ptr<database> make(const std::string& name) const override {
    std::string table_name = "bench_" + name;
    std::replace(table_name.begin(), table_name.end(), '-', '_');
    return std::make_unique<mariadb_database>(folder_ / (name + "-mysql"),
                                              server_.terms(table_name), server_.id());
  }

private:
  const std::filesystem::path folder_;
  const test::private_mariadb server_;
};

} // namespace

std::unique_ptr<database_kind> mariadb_databases(const context& with) {
  const auto& folder = with.asked().scratch;
  // The server may run as another user, who must come through to its own folder.
  std::filesystem::permissions(folder, std::filesystem::perms::others_exec,
                               std::filesystem::perm_options::add);
  context::say("starting a MariaDB server");
  return std::make_unique<mariadb_kind>(folder);
}

} // namespace sagas::bench
