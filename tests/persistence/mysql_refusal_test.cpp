// What the store refuses to be opened on, each in one line that says what to do; and rows that the
// tables of MySQL don't take.
#include "persistence/schema.hpp"
#include "saga/text.hpp"
#include "tests/persistence/fake_mysql.hpp"
#include "tests/persistence/mariadb_server.hpp"
#include "tests/persistence/store_bed.hpp"

using namespace sagas;
using namespace sagas::test;
using verdict = commit_ack::verdict;

namespace {

mysql_store_options fresh_options() {
  mysql_store_options made;
  made.server = mariadb_server::shared().terms(mariadb_server::shared().fresh_name());
  made.writers = 1;
  made.owner_wait = milliseconds{0};
  return made;
}

void check_refused(const mysql_store_options& options, errc code, const std::string& remedy) {
  const auto refused = open_mysql_stores(options);
  REQUIRE_FALSE(refused);
  INFO(refused.error().message);
  CHECK(refused.error().code == code);
  CHECK(refused.error().message.find(remedy) != std::string::npos);
  CHECK(refused.error().message.find(options.server.database) != std::string::npos);
  CHECK(refused.error().message.find('\n') == std::string::npos);
  if (!options.server.password.empty())
    CHECK(refused.error().message.find(options.server.password) == std::string::npos);
}

// Sets a variable of the server for as long as it lives.
class global_setting {
public:
  global_setting(std::string name, const std::string& value) : name_(std::move(name)) {
    set(value);
  }
  global_setting(const global_setting&) = delete;
  global_setting& operator=(const global_setting&) = delete;
  ~global_setting() { set("DEFAULT"); }

private:
  void set(const std::string& value) {
    run(mariadb_server::shared().terms(""), "SET GLOBAL " + name_ + " = " + value);
  }

  const std::string name_;
};

} // namespace

TEST_CASE("credentials and addresses that are wrong are named", "[persistence][mysql]") {
  mysql_store_options options = fresh_options();
  const mysql_terms root = mariadb_server::shared().terms("");
  options.server.password = "falsa'\\ \"";
  check_refused(options, errc::unavailable, "db.password");
  options.server = root;
  options.server.database = "otra";
  options.server.host = "no-existe.invalid";
  check_refused(options, errc::unavailable, "db.host");
  options.server.host = "127.0.0.1";
  options.server.port = 1;
  check_refused(options, errc::unavailable, "db.port");
}

TEST_CASE("a user without privileges is told which ones", "[persistence][mysql]") {
  mysql_store_options options = fresh_options();
  const mysql_terms root = options.server;
  mysql_terms nowhere = root;
  nowhere.database.clear();
  run(nowhere, "CREATE USER pobre@'%' IDENTIFIED BY 'clave'");
  options.server.user = "pobre";
  options.server.password = "clave";
  check_refused(options, errc::unavailable, "GRANT");
  run(nowhere, "CREATE DATABASE " + root.database);
  check_refused(options, errc::unavailable, "GRANT");
  run(nowhere, "GRANT SELECT ON " + root.database + ".* TO pobre@'%'");
  check_refused(options, errc::unavailable, "GRANT");
  run(nowhere, "GRANT ALL ON " + root.database + ".* TO pobre@'%'");
  CHECK(open_mysql_stores(options));
  run(nowhere, "DROP USER pobre@'%'");
}

TEST_CASE("a server's settings that would lose or refuse data are named", "[persistence][mysql]") {
  const mysql_store_options options = fresh_options();
  {
    const global_setting lazy{"innodb_flush_log_at_trx_commit", "2"};
    check_refused(options, errc::invalid_input, "innodb_flush_log_at_trx_commit");
  }
  {
    const global_setting small{"max_allowed_packet", "1048576"};
    check_refused(options, errc::invalid_input, "max_allowed_packet");
  }
  const global_setting loose{"sql_mode", "''"}; // the store sets its own
  CHECK(open_mysql_stores(options));
}

TEST_CASE("a server that is too old is told which one is needed", "[persistence][mysql]") {
  const auto check_version = [](const std::string& version, bool fit) {
    const fake_mysql server{version, {{"SELECT VERSION()", version}}};
    mysql_store_options options;
    options.server = server.terms();
    CAPTURE(version);
    if (!fit)
      check_refused(options, errc::invalid_input, "MariaDB 10.6 or MySQL 8.0");
    else // it comes as far as the next question, which nobody answers
      check_refused(options, errc::invalid_input, "innodb_flush_log_at_trx_commit");
  };
  check_version("5.7.44-log", false);
  check_version("10.5.29-MariaDB-1:10.5.29+maria~deb11", false);
  check_version("5.5.5", false);
  check_version("nobody knows", false);
  check_version("8.0.11", true);
  check_version("10.6.1-MariaDB", true);
  check_version("11.8.9-MariaDB", true);
}

TEST_CASE("a sql_mode that something between the store and the server has changed is named",
          "[persistence][mysql]") {
  const auto check_mode = [](const std::string& mode) {
    const fake_mysql server{"8.4.0",
                            {{"SELECT VERSION()", "8.4.0"},
                             {"innodb_flush_log_at_trx_commit", "1"},
                             {"max_allowed_packet", "67108864"},
                             {"SELECT @@sql_mode", mode}}};
    mysql_store_options options;
    options.server = server.terms();
    CAPTURE(mode);
    check_refused(options, errc::invalid_input, "sql_mode");
  };
  check_mode("");
  check_mode("NO_ENGINE_SUBSTITUTION");
  check_mode("STRICT_TRANS_TABLES");
  check_mode("STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES");
  check_mode("ANSI_QUOTES,STRICT_ALL_TABLES");
}

TEST_CASE("a max_allowed_packet below what requests may bring is named", "[persistence][mysql]") {
  mysql_store_options options = fresh_options();
  options.payload_max = std::size_t{256} << 20;
  check_refused(options, errc::invalid_input, "http.body_max");
  options.payload_max = std::size_t{1} << 20;
  CHECK(open_mysql_stores(options));
}

TEST_CASE("tables that are not ours are left alone", "[persistence][mysql]") {
  const mysql_store_options options = fresh_options();
  mysql_terms nowhere = options.server;
  nowhere.database.clear();
  const std::string database = options.server.database;
  run(nowhere, "CREATE DATABASE " + database);
  run(options.server, "CREATE TABLE sagas (titulo TEXT)");
  check_refused(options, errc::corrupt, "db.name");
  CHECK(ask(options.server, "SHOW TABLES") == "sagas");
  run(options.server, "DROP TABLE sagas");
  REQUIRE(open_mysql_stores(options));
  run(options.server, "ALTER TABLE lotes ENGINE=MyISAM");
  check_refused(options, errc::corrupt, "InnoDB");
  run(options.server, "ALTER TABLE lotes ENGINE=InnoDB");
  run(options.server, "UPDATE esquema SET version = 99");
  check_refused(options, errc::conflict, "newer version");
}

TEST_CASE("a creation that was cut off is taken up again", "[persistence][mysql]") {
  const mysql_store_options options = fresh_options();
  REQUIRE(open_mysql_stores(options));
  run(options.server, "DROP TABLE duraciones_pasos");
  run(options.server, "UPDATE esquema SET version = 0");
  CHECK(open_mysql_stores(options));
  CHECK(ask(options.server, "SELECT version FROM esquema") == std::to_string(schema::version()));
  CHECK(ask(options.server, "SELECT count(*) FROM duraciones_pasos") == "0");
}

TEST_CASE("an upgrade that was cut off behind its index is taken up again",
          "[persistence][mysql]") {
  const mysql_store_options options = fresh_options();
  REQUIRE(open_mysql_stores(options));
  run(options.server, "DROP TABLE sagas_retiradas");
  run(options.server, "DROP TABLE cuentas_retiradas");
  run(options.server, "UPDATE esquema SET version = 1");
  CHECK(open_mysql_stores(options));
  CHECK(ask(options.server, "SELECT version FROM esquema") == std::to_string(schema::version()));
  CHECK(ask(options.server, "SELECT count(*) FROM cuentas_retiradas") == "0");
}

TEST_CASE("a text that is too long for its column takes no other saga with it",
          "[persistence][mysql]") {
  store_bed bed{store_kind::mariadb};
  saga_run first{1};
  saga_run poison{2};
  poison.state.header.user_id = std::string(37, 'u');
  saga_run last{3};
  const auto done = bed.commit(
    std::vector{first.start(), poison.start("clave", "h"), last.start()});
  CHECK(done.acks[0].what == verdict::committed);
  CHECK(done.acks[1].what == verdict::rejected);
  CHECK(done.acks[1].error.find("uuuu") == std::string::npos);
  CHECK(done.acks[2].what == verdict::committed);
  CHECK(done.events.batch == 1); // the first try has left no gap
  check_stored(bed, first);
  check_stored(bed, last);
  CHECK_FALSE(bed.knows(poison.id()));
  saga_run later{4};
  CHECK(bed.commit(later.start("clave", "h")) == verdict::committed);
}

TEST_CASE("texts come back from MySQL as they were given, broken UTF-8 mended",
          "[persistence][mysql]") {
  store_bed bed{store_kind::mariadb};
  const std::string broken = "\xFF\xFE broken \xC3";
  const std::string mended = repair_utf8(broken);
  std::uint64_t number = 0;
  for (const std::string& text :
       {std::string{"'; DROP TABLE sagas; --"}, std::string{"\"q\" `b` :name ?1 %s \\ \\n\\"},
        std::string{"zero \0 inside", 13}, std::string{"Ñandú, 日本語, 🦤, e\xCC\x81"},
        std::string{"line\nbreak\r\n\ttab "}, broken, std::string(1 << 20, '\'')}) {
    saga_run run{++number};
    run.state.header.metadata = document{text};
    run.state.header.input = document{text};
    const std::string key = text.substr(0, 40) + std::to_string(number);
    CHECK(bed.commit(run.start(key, key)) == verdict::committed);
    CHECK(bed.commit(run.done(0, text)) == verdict::committed);
    CHECK(bed.commit(run.feed(cancel_requested{noon, {text, text}})) == verdict::committed);
    const std::string& expected = text == broken ? mended : text;
    const stored_saga stored = bed.load(run.id());
    CHECK(stored.header.metadata == document{expected});
    CHECK(stored.header.input == document{expected});
    CHECK(stored.steps[0].output == document{expected});
    bed.commit(run.answer(1, {outcome_kind::business_failure, {}, text, text, {}}));
    CHECK(bed.load(run.id()).steps[1].error == expected);
    saga_run twin{1000};
    CHECK(bed.commit(twin.start(key, key)) == verdict::duplicate);
  }
}
