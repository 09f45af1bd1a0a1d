#include "persistence/payload_writes.hpp"

#include <string>
#include <vector>

#include "persistence/mysql_bulk.hpp"

namespace sagas {
namespace {

struct payload_table {
  std::string name;
  std::string index; // MySQL's, of the keys
  std::vector<std::string> keys, payloads;
};

const payload_table sagas_table{
  "sagas", "PRIMARY", {"saga_id"}, {"entrada", "metadatos", "error_mensaje"}};
const payload_table steps_table{"pasos_saga",
                                "pasos_saga_orden",
                                {"saga_id", "orden"},
                                {"datos_entrada", "datos_salida", "error_mensaje"}};
const payload_table digests_table{"claves_idempotencia", "PRIMARY", {"clave"}, {"huella"}};
const payload_table kept_table{"ajustes", "PRIMARY", {"clase", "nombre"}, {"documento"}};

template <class NameOf>
std::string listed(const std::vector<std::string>& names, const char* joint, NameOf text_of) {
  std::string text;
  for (const std::string& each : names)
    text += (text.empty() ? "" : joint) + text_of(each);
  return text;
}

// -- SQLite ---------------------------------------------------------------------------------------

template <class Row>
class single_writes {
public:
  single_writes(soci::session& session, const payload_table& table) : statement_(session) {
    const auto bind = [this](auto& field) { use_field(statement_, field); };
    for (text_field& each : row_.payloads)
      bind(each);
    row_.each(bind);
    const auto equals = [](const std::string& name) { return name + " = :" + name; };
    prepare(statement_, "UPDATE " + table.name + " SET " + listed(table.payloads, ", ", equals)
                          + " WHERE " + listed(table.keys, " AND ", equals));
  }
  void add(const Row& row) {
    row_ = row;
    run(statement_);
  }
  void finish() {}
  void clear() {}

private:
  Row row_;
  soci::statement statement_;
};

// -- MySQL ----------------------------------------------------------------------------------------

// As mysql_writer.cpp has it: the payloads stay out of the table that the keys make.
bulk_text many_changes(const payload_table& table) {
  const auto selected = [](const std::string& name) { return ":p AS " + name; };
  const auto joined = [](const std::string& name) { return "v." + name + " = t." + name; };
  const auto of_table = [](const std::string& name) { return "t." + name; };
  const auto place = [](const std::string&) { return std::string{":p"}; };
  bulk_text text{"UPDATE " + table.name + " AS t FORCE INDEX (" + table.index + ") STRAIGHT_JOIN (",
                 "SELECT # AS n, " + listed(table.keys, ", ", selected), " UNION ALL ",
                 ") AS v ON " + listed(table.keys, " AND ", joined) + " SET t."
                   + table.payloads.front() + " = ELT(v.n, "};
  for (std::size_t i = 1; i < table.payloads.size(); ++i)
    text.more.push_back({":p", ", ", "), t." + table.payloads[i] + " = ELT(v.n, "});
  text.more.push_back({":p", ", ", ") WHERE (" + listed(table.keys, ", ", of_table) + ") IN ("});
  text.more.push_back({"(" + listed(table.keys, ", ", place) + ")", ", ", ")"});
  return text;
}

template <class Row>
class bulk_writes {
public:
  bulk_writes(soci::session& session, const payload_table& table)
    : bulk_(session, many_changes(table)) {}
  void add(const Row& row) {
    bulk_.add([&row](Row& to) { to = row; });
  }
  void finish() { bulk_.finish(); }
  void clear() { bulk_.clear(); }

private:
  mysql_bulk<Row> bulk_;
};

template <template <class> class Writes>
class writes_to final : public payload_writes {
public:
  explicit writes_to(soci::session& session)
    : sagas_(session, sagas_table), steps_(session, steps_table), digests_(session, digests_table),
      kept_(session, kept_table) {}

  void add(const changed_saga_payloads& row) override { sagas_.add(row); }
  void add(const changed_step_payloads& row) override { steps_.add(row); }
  void add(const changed_digest& row) override { digests_.add(row); }
  void add(const changed_kept_payload& row) override { kept_.add(row); }
  void finish() override {
    sagas_.finish();
    steps_.finish();
    digests_.finish();
    kept_.finish();
  }
  void clear() override {
    sagas_.clear();
    steps_.clear();
    digests_.clear();
    kept_.clear();
  }

private:
  Writes<changed_saga_payloads> sagas_;
  Writes<changed_step_payloads> steps_;
  Writes<changed_digest> digests_;
  Writes<changed_kept_payload> kept_;
};

} // namespace

std::unique_ptr<payload_writes> sqlite_payload_writes(soci::session& session) {
  return std::make_unique<writes_to<single_writes>>(session);
}

std::unique_ptr<payload_writes> mysql_payload_writes(soci::session& session) {
  return std::make_unique<writes_to<bulk_writes>>(session);
}

} // namespace sagas
