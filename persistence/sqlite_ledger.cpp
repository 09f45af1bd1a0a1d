// The ledger on a SQLite file of its own.
#include <optional>
#include <string>
#include <utility>

#include <soci/soci.h>

#include "persistence/fields.hpp"
#include "persistence/ledger.hpp"
#include "persistence/sqlite_file.hpp"
#include "persistence/sqlite_session.hpp"

namespace sagas {
namespace {

constexpr std::uint32_t application_id = 0x53474C31; // "SGL1"
constexpr std::uint32_t schema_version = 1;
constexpr const char* checkpoint_pages = "8192";

constexpr const char* create_effects = R"(CREATE TABLE efectos (
  saga_id VARCHAR(36) NOT NULL, microservicio VARCHAR(100) NOT NULL, paso VARCHAR(255) NOT NULL,
  actuado INTEGER NOT NULL, rechazado INTEGER NOT NULL, deshecho INTEGER NOT NULL,
  epoca INTEGER NOT NULL, salida LONGTEXT, efecto LONGTEXT,
  PRIMARY KEY (saga_id, microservicio, paso)) WITHOUT ROWID)";
constexpr const char* create_diary = R"(CREATE TABLE diario (
  id INTEGER PRIMARY KEY, momento DATETIME NOT NULL, saga_id VARCHAR(36) NOT NULL,
  microservicio VARCHAR(100) NOT NULL, paso VARCHAR(255) NOT NULL,
  operacion VARCHAR(20) NOT NULL, intento INTEGER NOT NULL, epoca INTEGER NOT NULL,
  que VARCHAR(20) NOT NULL, huella INTEGER NOT NULL))";

// What the prepared statements read from and write to.
struct fields {
  text_field at, saga, service, step, op, what, output, effect;
  number_field acted, refused, undone, attempt, epoch, digest;
};

class ledger_on_file final : public participant_ledger {
public:
  ledger_on_file(file_claim claim, std::unique_ptr<soci::session> session)
    : claim_(std::move(claim)), session_(std::move(session)), find_(*session_),
      put_(make_write(*session_,
                      "INSERT OR REPLACE INTO efectos VALUES (:s, :m, :p, :a, :r, :d, :e, :o, :f)",
                      it_.saga, it_.service, it_.step, it_.acted, it_.refused, it_.undone,
                      it_.epoch, it_.output, it_.effect)),
      note_(make_write(*session_,
                       "INSERT INTO diario (momento, saga_id, microservicio, paso, operacion, "
                       "intento, epoca, que, huella) VALUES (:t, :s, :m, :p, :o, :i, :e, :q, :h)",
                       it_.at, it_.saga, it_.service, it_.step, it_.op, it_.attempt, it_.epoch,
                       it_.what, it_.digest)) {
    fill_fields(find_, it_.acted, it_.refused, it_.undone, it_.epoch, it_.output, it_.effect);
    use_fields(find_, it_.saga, it_.service, it_.step);
    prepare(find_, "SELECT actuado, rechazado, deshecho, epoca, salida, efecto FROM efectos "
                   "WHERE saga_id=:s AND microservicio=:m AND paso=:p");
  }

  result<std::optional<ledger_row>> find(const saga_id& saga, std::string_view service,
                                         std::string_view step) override {
    return as_value([&]() -> result<std::optional<ledger_row>> {
      name(saga, service, step);
      std::optional<ledger_row> found;
      each_row(find_, [&] { found = row(saga); });
      return found;
    });
  }

  status put(const ledger_row& row) override {
    return write(put_, [&] {
      name(row.saga, row.service, row.step);
      it_.acted.value = row.acted ? 1 : 0;
      it_.refused.value = row.refused ? 1 : 0;
      it_.undone.value = row.undone ? 1 : 0;
      it_.epoch.value = static_cast<long long>(row.epoch);
      it_.output.set_document(row.output);
      it_.effect.set_document(row.effect);
    });
  }

  status note(const ledger_note& line) override {
    return write(note_, [&] {
      name(line.saga, line.service, line.step);
      it_.at.set(line.at);
      it_.op.set(to_text(line.op));
      it_.attempt.value = line.attempt;
      it_.epoch.value = static_cast<long long>(line.epoch);
      it_.what.set(line.what);
      it_.digest.value = static_cast<long long>(line.input_digest);
    });
  }

  status commit() override {
    if (broken_)
      return *std::exchange(broken_, std::nullopt);
    if (!std::exchange(writing_, false))
      return nothing{};
    status done = as_value([&]() -> status {
      session_->commit();
      return nothing{};
    });
    return done ? done : undo(done.error());
  }

private:
  void name(const saga_id& saga, std::string_view service, std::string_view step) {
    it_.saga.set(saga);
    it_.service.set(service);
    it_.step.set(step);
  }

  ledger_row row(const saga_id& saga) const {
    return {saga,
            it_.service.text,
            it_.step.text,
            it_.acted.value != 0,
            it_.refused.value != 0,
            it_.undone.value != 0,
            it_.epoch.as<std::uint64_t>(),
            it_.output.as_document(),
            it_.effect.as_document()};
  }

  template <class Fill>
  status write(soci::statement& statement, Fill fill) {
    if (broken_) // what came before is undone: nothing of this group may be kept
      return *broken_;
    status done = as_value([&]() -> status {
      if (!writing_)
        *session_ << "BEGIN IMMEDIATE";
      writing_ = true;
      fill();
      run(statement);
      return nothing{};
    });
    if (done)
      return done;
    broken_ = undo(done.error()); // the commit of this group answers it too
    return *broken_;
  }

  failure undo(const failure& why) {
    writing_ = false;
    const status undone = as_value([&]() -> status {
      roll_back(*session_);
      return nothing{};
    });
    return undone ? why : failure{errc::fatal, undone.error().message};
  }

  file_claim claim_;
  std::unique_ptr<soci::session> session_;
  fields it_;
  soci::statement find_, put_, note_;
  bool writing_ = false;          // since the last commit
  std::optional<failure> broken_; // a write since the last commit has failed
};

void create_schema(soci::session& session) {
  // With the header in the first transaction a crash leaves an empty file or one of ours.
  session << "BEGIN IMMEDIATE";
  session << "PRAGMA application_id=" << application_id;
  session << create_effects;
  session << create_diary;
  session << "PRAGMA user_version=" << schema_version;
  session.commit();
}

} // namespace

result<std::unique_ptr<participant_ledger>>
open_sqlite_ledger(const sqlite_ledger_options& options) {
  auto claim = claim_file({options.path, application_id, schema_version});
  if (!claim)
    return claim.error();
  return as_value([&]() -> result<std::unique_ptr<participant_ledger>> {
    auto session = open_session({.path = options.path});
    int version = 0;
    *session << "PRAGMA user_version", soci::into(version);
    if (version == 0) // new, or a crash came before its first transaction
      create_schema(*session);
    set_pragma(*session, "journal_mode", "WAL", "wal");
    set_pragma(*session, "synchronous", options.synchronous ? "2" : "1");
    set_pragma(*session, "wal_autocheckpoint", checkpoint_pages);
    return std::unique_ptr<participant_ledger>{
      std::make_unique<ledger_on_file>(std::move(*claim), std::move(session))};
  });
}

} // namespace sagas
