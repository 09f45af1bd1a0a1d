#include "app/audit/reader.hpp"

#include "app/audit/tables.hpp"

#include <set>
#include <vector>

#include "saga/ledger.hpp"

namespace sagas::audit {
namespace {

// Older files don't say which saga has begun another one: there was none.
std::string sagas_sql(database& of) {
  return std::string{
           "SELECT saga_id, tipo, version, estado, sentido, causa, pasos_totales, timestamp_inicio,"
           " timestamp_fin, coalesce(campania_id, ''), coalesce(metadatos, ''), "}
         + (tells_origins(of) ? "iif(relacion = 'deshace', origen, ''), relacion = 'hija'"
                              : "'', 0")
         + " FROM sagas ORDER BY saga_id";
}
constexpr const char* attempts_sql =
  "SELECT saga_id, orden, nombre, microservicio, tipo_operacion, intento_numero, intento_base,"
  " estado, resultado, timestamp_inicio, timestamp_fin, proxima, datos_entrada, datos_salida,"
  " error_mensaje FROM pasos_saga ORDER BY saga_id, orden";
constexpr const char* decisions_sql =
  "SELECT saga_id, evento, paso FROM eventos_saga ORDER BY saga_id, id";
constexpr const char* keys_sql = "SELECT saga_id, clave FROM claves_idempotencia ORDER BY saga_id";
constexpr const char* effects_sql =
  "SELECT saga_id, microservicio, paso, actuado, deshecho, efecto IS NOT NULL, salida"
  " FROM efectos ORDER BY saga_id";
constexpr const char* diary_sql =
  "SELECT saga_id, id, momento, microservicio, paso, operacion, intento, epoca, que, huella"
  " FROM diario WHERE momento < ?1 ORDER BY saga_id, id";

constexpr const char* moving_sql = "SELECT DISTINCT saga_id FROM diario WHERE momento >= ?1";

// As the ledger writes its times.
std::string to_column(timestamp at) {
  std::string text = to_iso(at);
  text[text.find('T')] = ' ';
  text.pop_back(); // the Z
  return text;
}

// What was given to be stored. The first one that does not open ends the audit.
class payload_texts {
public:
  explicit payload_texts(payload_opener opens) : opens_(std::move(opens)) {}

  std::string open(payload_column which, rows& from, int column, std::int64_t order = 0) {
    const std::string saga = from.text(0); // the first column of every query
    auto text = opens_({which, saga, order}, from.text(column));
    if (text)
      return std::move(*text);
    if (!error_)
      error_ = text.error();
    return {};
  }
  const std::optional<failure>& error() const { return error_; }

private:
  payload_opener opens_;
  std::optional<failure> error_;
};

saga_case read_saga(rows& from, payload_texts& payloads) {
  saga_case read;
  read.id = from.text(0);
  read.type = from.text(1);
  read.version = from.integer(2);
  read.status = from.text(3);
  read.way = from.text(4);
  read.cause = from.text(5);
  read.steps_total = from.integer(6);
  read.started = from.time(7);
  read.ended = from.time(8);
  read.start = start_digest(from.text(9), payloads.open(payload_column::saga_metadata, from, 10));
  read.undoes = from.text(11);
  read.is_child = from.integer(12) != 0;
  return read;
}

attempt read_attempt(rows& from, payload_texts& payloads) {
  attempt read;
  read.order = from.integer(1);
  read.step = from.text(2);
  read.service = from.text(3);
  read.undo = from.text(4) == "COMPENSACION";
  read.number = from.integer(5);
  read.base = from.integer(6);
  read.status = from.text(7);
  read.outcome = from.text(8);
  read.started = from.time(9);
  read.ended = from.time(10);
  read.due = from.time(11);
  read.input = digest64(payloads.open(payload_column::step_input, from, 12, read.order));
  read.output = payloads.open(payload_column::step_output, from, 13, read.order);
  read.error = payloads.open(payload_column::step_error, from, 14, read.order);
  return read;
}

decision_note read_decision(rows& from) { return {from.text(1), from.text(2)}; }

std::string read_key(rows& from) { return from.text(1); }

effect read_effect(rows& from) {
  return {from.text(1),         from.text(2),         from.integer(3) != 0,
          from.integer(4) != 0, from.integer(5) != 0, from.text(6)};
}

diary_line read_line(rows& from) {
  return {from.integer(1),
          from.time(2).value_or(timestamp{}),
          from.text(3),
          from.text(4),
          from.text(5) == "COMPENSACION",
          from.integer(6),
          from.integer(7),
          from.text(8),
          static_cast<std::uint64_t>(from.integer(9))};
}

using orphan_handler = std::function<void(const char*, const std::string&)>;

// The rows of one table, sorted by saga, taken saga by saga.
template <class Row>
class table_cursor {
public:
  table_cursor(const char* name, rows from, std::function<Row(rows&)> read)
    : name_(name), from_(std::move(from)), read_(std::move(read)) {
    advance();
  }

  // Rows of sagas before `saga` belong to none that exists.
  void take(const std::string& saga, std::vector<Row>& to, const orphan_handler& on_orphan) {
    for (; !done_ && at_ < saga; advance())
      on_orphan(name_, at_);
    for (; !done_ && at_ == saga; advance())
      to.push_back(read_(from_));
  }

  void finish(const orphan_handler& on_orphan) {
    for (; !done_; advance())
      on_orphan(name_, at_);
  }

  const std::optional<failure>& error() const { return from_.error(); }

private:
  void advance() {
    done_ = !from_.next();
    if (!done_)
      at_ = from_.text(0);
  }

  const char* name_;
  rows from_;
  std::function<Row(rows&)> read_;
  std::string at_;
  bool done_ = false;
};

} // namespace

result<shapes> read_shapes(database& store) {
  shapes read;
  rows from = store.query("SELECT tipo, version, documento FROM definiciones");
  while (from.next()) {
    auto plan = read_shape(from.text(2));
    if (!plan)
      return plan.error();
    read.emplace(std::pair{from.text(0), from.integer(1)}, std::move(*plan));
  }
  if (from.error())
    return *from.error();
  return read;
}

status saga_reader::run() {
  payload_texts payloads{opens};
  rows from = store.query(sagas_sql(store).c_str());
  table_cursor<attempt> attempts{"pasos_saga", store.query(attempts_sql),
                                 [&](rows& row) { return read_attempt(row, payloads); }};
  table_cursor<decision_note> decisions{"eventos_saga", store.query(decisions_sql), read_decision};
  table_cursor<std::string> keys{"claves_idempotencia", store.query(keys_sql), read_key};
  std::optional<table_cursor<effect>> effects;
  std::optional<table_cursor<diary_line>> diary;
  std::set<std::string> witnesses;
  std::set<std::string> paired;
  if (tells_origins(store)) {
    rows pairs = store.query("SELECT saga_id, origen FROM sagas WHERE relacion = 'deshace'");
    while (pairs.next())
      for (const int column : {0, 1})
        paired.insert(pairs.text(column));
    if (pairs.error())
      return *pairs.error();
  }
  std::set<std::string> moving; // no more than a load moves while its database is copied
  if (ledger) {
    rows later = ledger->query(moving_sql, to_column(until));
    while (later.next())
      moving.insert(later.text(0));
    if (later.error())
      return *later.error();
    rows services = ledger->query("SELECT DISTINCT microservicio FROM diario");
    while (services.next())
      witnesses.insert(services.text(0));
    effects.emplace("efectos", ledger->query(effects_sql), read_effect);
    diary.emplace("diario", ledger->query(diary_sql, to_column(until)), read_line);
  }
  while (!payloads.error() && from.next()) {
    saga_case saga = read_saga(from, payloads);
    attempts.take(saga.id, saga.attempts, on_orphan);
    decisions.take(saga.id, saga.decisions, on_orphan);
    keys.take(saga.id, saga.keys, on_orphan);
    if (ledger) {
      effects->take(saga.id, saga.effects, on_orphan);
      diary->take(saga.id, saga.diary, on_orphan);
      saga.moving = moving.contains(saga.id);
    }
    saga.paired = paired.contains(saga.id);
    const auto plan = plans.find({saga.type, saga.version});
    saga.plan = plan == plans.end() ? nullptr : &plan->second;
    arrange(saga, saga.moving || saga.paired ? std::set<std::string>{} : witnesses);
    on_saga(saga);
  }
  attempts.finish(on_orphan);
  decisions.finish(on_orphan);
  keys.finish(on_orphan);
  if (ledger) {
    effects->finish(on_orphan);
    diary->finish(on_orphan);
  }
  for (const auto& error :
       {payloads.error(), from.error(), attempts.error(), decisions.error(), keys.error(),
        effects ? effects->error() : std::nullopt, diary ? diary->error() : std::nullopt})
    if (error)
      return *error;
  return nothing{};
}

} // namespace sagas::audit
