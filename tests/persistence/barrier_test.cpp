// The barrier of persistence/barrier.hpp and the SQL of examples/barrier/, on SQLite and MySQL: one
// suite, and both on one table.
#include "persistence/barrier.hpp"

#include <fstream>
#include <future>
#include <iterator>
#include <map>

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "persistence/mysql_session.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"
#include "tests/persistence/mariadb_server.hpp"

namespace sagas {
namespace {

using session_maker = std::function<std::unique_ptr<soci::session>()>;

// A database that knows how to begin a transaction that waits for others.
struct database {
  std::string name;
  std::string begin;
  session_maker open;
};

// The statements of a file of examples/barrier/, by their names.
std::map<std::string, std::string> statements_of(const std::string& name) {
  std::ifstream file{std::string{SAGAS_SOURCE_DIR} + "/examples/barrier/" + name + ".sql"};
  std::map<std::string, std::string> found;
  std::string line, at;
  while (std::getline(file, line)) {
    if (line.starts_with("-- ") && line.find(": ") < 14)
      at = line.substr(3, line.find(':') - 3);
    else if (!line.starts_with("--") && !line.empty())
      found[at] += line.substr(0, line.find(" --")) + "\n";
  }
  for (auto& [ignored, text] : found)
    text.erase(text.rfind(';'));
  return found;
}

/// What a participant has of a barrier, whichever it is.
class way_in {
public:
  virtual ~way_in() = default;
  virtual void create(soci::session& in) = 0;
  virtual barrier_pass enter(soci::session& in, const barrier_call& what) = 0;
  virtual void keep(soci::session& in, const barrier_call& what, bool done,
                    const std::string& output) = 0;
};

class by_header final : public way_in {
  void create(soci::session& in) override { REQUIRE(create_barrier(in)); }
  barrier_pass enter(soci::session& in, const barrier_call& what) override {
    const auto pass = enter_barrier(in, what);
    if (!pass)
      throw std::runtime_error{pass.error().message};
    return *pass;
  }
  void keep(soci::session& in, const barrier_call& what, bool done,
            const std::string& output) override {
    const status kept = done ? keep_answer(in, what, output) : keep_refusal(in, what, output);
    if (!kept)
      throw std::runtime_error{kept.error().message};
  }
};

class by_copied_sql final : public way_in {
public:
  explicit by_copied_sql(const std::string& name) : sql_(statements_of(name)) {}

  void create(soci::session& in) override { in << sql_.at("tabla"); }
  barrier_pass enter(soci::session& in, const barrier_call& what) override {
    const auto epoch = static_cast<long long>(what.epoch);
    const std::string op = what.op == operation::action ? "accion" : "compensacion";
    in << sql_.at("entrar"), soci::use(what.saga), soci::use(what.step), soci::use(epoch);
    std::string word, output;
    soci::indicator some = soci::i_null;
    in << sql_.at("decidir"), soci::use(epoch), soci::use(op), soci::use(what.saga),
      soci::use(what.step), soci::into(word), soci::into(output, some);
    if (word == "deshacer" || word == "vacia")
      in << sql_.at("deshecho"), soci::use(what.saga), soci::use(what.step);
    static const std::map<std::string, verdict> meanings{
      {"epoca", verdict::stale_epoch}, {"colgada", verdict::hanging},
      {"hecha", verdict::same_answer}, {"rechazada", verdict::same_refusal},
      {"actuar", verdict::act},        {"deshecha", verdict::undone_already},
      {"deshacer", verdict::undo},     {"vacia", verdict::nothing_to_undo},
    };
    return {meanings.at(word), some == soci::i_ok ? output : ""};
  }
  void keep(soci::session& in, const barrier_call& what, bool done,
            const std::string& output) override {
    in << sql_.at(done ? "hecho" : "rechazado"), soci::use(output), soci::use(what.saga),
      soci::use(what.step);
  }

private:
  const std::map<std::string, std::string> sql_;
};

// A participant with an effect in a table of its own.
class shop {
public:
  shop(const database& of, way_in& by) : database_(of), by_(by), session_(of.open()) {}

  void create() {
    by_.create(*session_);
    by_.create(*session_); // the second start
    *session_ << "CREATE TABLE ventas (saga_id VARCHAR(36) NOT NULL)";
  }

  barrier_pass call(const barrier_call& what, bool refuse = false) {
    *session_ << database_.begin;
    const barrier_pass pass = by_.enter(*session_, what);
    if (pass.what == verdict::act) {
      if (!refuse)
        *session_ << "INSERT INTO ventas VALUES (:s)", soci::use(what.saga);
      by_.keep(*session_, what, !refuse, refuse ? "agotado" : R"({"venta":"ñ'"})");
    }
    if (pass.what == verdict::undo)
      *session_ << "DELETE FROM ventas WHERE saga_id = :s", soci::use(what.saga);
    *session_ << "COMMIT";
    return pass;
  }
  verdict act(const std::string& saga, std::uint64_t epoch = 5) {
    return call({saga, "vender", operation::action, epoch}).what;
  }
  verdict undo(const std::string& saga, std::uint64_t epoch = 5) {
    return call({saga, "vender", operation::compensation, epoch}).what;
  }
  int sold() {
    int count = 0;
    *session_ << "SELECT COUNT(*) FROM ventas", soci::into(count);
    return count;
  }
  soci::session& session() { return *session_; }

private:
  const database& database_;
  way_in& by_;
  std::unique_ptr<soci::session> session_;
};

database sqlite_in(const test::temp_folder& folder) {
  return {"sqlite", "BEGIN IMMEDIATE", [path = folder.file("shop.db")] {
            auto made = std::make_unique<soci::session>(soci::sqlite3, "dbname=" + path);
            *made << "PRAGMA busy_timeout = 5000";
            return made;
          }};
}

database mysql_fresh() {
  auto& server = test::mariadb_server::shared();
  const std::string name = server.fresh_name();
  test::run(server.terms(""), "CREATE DATABASE " + name);
  return {"mysql", "BEGIN", [terms = server.terms(name)] { return open_mysql_session(terms); }};
}

void with_each(const std::function<void(const database&, way_in&)>& test) {
  const test::temp_folder folder;
  by_header header;
  const bool on_mysql = GENERATE(false, true);
  const bool copied = GENERATE(false, true);
  const database where = on_mysql ? mysql_fresh() : sqlite_in(folder);
  by_copied_sql sql{where.name};
  INFO(where.name << (copied ? ", copied" : ", header"));
  test(where, copied ? static_cast<way_in&>(sql) : header);
}

} // namespace

TEST_CASE("a call behind the barrier has one effect", "[persistence][barrier][mysql]") {
  with_each([](const database& where, way_in& by) {
    shop one{where, by};
    one.create();
    CHECK(one.act("a") == verdict::act);
    const barrier_pass again = one.call({"a", "vender", operation::action, 5});
    CHECK(again.what == verdict::same_answer);
    CHECK(again.output == R"({"venta":"ñ'"})");
    CHECK(one.sold() == 1);
    CHECK(one.act("b") == verdict::act); // sagas are apart, and steps, and case counts
    CHECK(one.call({"a", "VENDER", operation::action, 5}).what == verdict::act);

    CHECK(one.undo("b") == verdict::undo);
    CHECK(one.undo("b") == verdict::undone_already);
    CHECK(one.act("b") == verdict::hanging);
    CHECK(one.undo("c") == verdict::nothing_to_undo);
    CHECK(one.undo("c") == verdict::undone_already);
    CHECK(one.act("c") == verdict::hanging);
    CHECK(one.sold() == 2);
  });
}

TEST_CASE("the barrier remembers a refusal", "[persistence][barrier][mysql]") {
  with_each([](const database& where, way_in& by) {
    shop one{where, by};
    one.create();
    const barrier_call action{"a", "vender", operation::action, 5};
    CHECK(one.call(action, true).what == verdict::act);
    const barrier_pass again = one.call(action);
    CHECK(again.what == verdict::same_refusal);
    CHECK(again.output == "agotado");
    CHECK(one.undo("a") == verdict::nothing_to_undo);
    CHECK(one.act("a") == verdict::hanging);
    CHECK(one.sold() == 0);
  });
}

TEST_CASE("an older epoch passes no barrier and changes nothing", "[persistence][barrier][mysql]") {
  with_each([](const database& where, way_in& by) {
    shop one{where, by};
    one.create();
    CHECK(one.act("a", 5) == verdict::act);
    CHECK(one.act("a", 4) == verdict::stale_epoch);
    CHECK(one.undo("a", 4) == verdict::stale_epoch);
    CHECK(one.act("a", 7) == verdict::same_answer);
    CHECK(one.undo("a", 6) == verdict::stale_epoch); // 7 has been seen
    CHECK(one.sold() == 1);
    CHECK(one.undo("a", 7) == verdict::undo);
    CHECK(one.sold() == 0);
  });
}

TEST_CASE("what is rolled back is not remembered", "[persistence][barrier][mysql]") {
  with_each([](const database& where, way_in& by) {
    shop one{where, by};
    one.create();
    one.session() << where.begin;
    const barrier_call action{"a", "vender", operation::action, 5};
    CHECK(by.enter(one.session(), action).what == verdict::act);
    by.keep(one.session(), action, true, "{}");
    one.session() << "ROLLBACK";
    CHECK(one.act("a") == verdict::act);
    CHECK(one.sold() == 1);
  });
}

TEST_CASE("of duplicates at once one acts, and all learn its answer",
          "[persistence][barrier][mysql]") {
  with_each([](const database& where, way_in& by) {
    shop first{where, by};
    first.create();
    for (int round = 0; round < 10; ++round) {
      const std::string saga = "s" + std::to_string(round);
      std::vector<std::future<verdict>> all;
      for (int i = 0; i < 4; ++i)
        all.push_back(std::async(std::launch::async, [&] { return shop{where, by}.act(saga); }));
      int acted = 0;
      for (auto& each : all) {
        const verdict told = each.get();
        CHECK((told == verdict::act || told == verdict::same_answer));
        acted += told == verdict::act ? 1 : 0;
      }
      CHECK(acted == 1);
      CHECK(first.sold() == round + 1);
    }
  });
}

TEST_CASE("header and copied SQL share a table", "[persistence][barrier][mysql]") {
  const test::temp_folder folder;
  for (const database& where : {sqlite_in(folder), mysql_fresh()}) {
    by_header header;
    by_copied_sql sql{where.name};
    shop one{where, header}, other{where, sql};
    one.create();
    CHECK(other.act("a") == verdict::act);
    CHECK(one.act("a") == verdict::same_answer);
    CHECK(one.undo("a") == verdict::undo);
    CHECK(other.act("a") == verdict::hanging);
  }
}

TEST_CASE("a barrier without its table is a failure", "[persistence][barrier]") {
  const test::temp_folder folder;
  const auto session = sqlite_in(folder).open();
  CHECK_FALSE(enter_barrier(*session, {"a", "vender", operation::action, 1}));
  CHECK_FALSE(keep_answer(*session, {"a", "vender", operation::action, 1}, "{}"));
}

} // namespace sagas
