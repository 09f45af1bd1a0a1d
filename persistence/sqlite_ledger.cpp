// The ledger on a SQLite file of its own.
#include <optional>
#include <string>
#include <utility>

#include <soci/soci.h>

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

// A document column: NULL for none.
struct text_column {
  std::string text;
  soci::indicator state = soci::i_null;

  void set(const document& from) {
    state = from.empty() ? soci::i_null : soci::i_ok;
    text = from.text();
  }
  document value() const { return state == soci::i_ok ? document{text} : document{}; }
};

// What the prepared statements read from and write to.
struct buffers {
  std::string at, saga, service, step, op, what;
  int acted = 0, refused = 0, undone = 0;
  long long attempt = 0, epoch = 0, digest = 0;
  text_column output, effect;
};

class ledger_on_file final : public participant_ledger {
public:
  ledger_on_file(file_claim claim, std::unique_ptr<soci::session> session)
    : claim_(std::move(claim)), session_(std::move(session)),
      find_((session_->prepare << "SELECT actuado, rechazado, deshecho, epoca, salida, efecto "
                                  "FROM efectos WHERE saga_id=:s AND microservicio=:m AND paso=:p",
             soci::into(it_.acted), soci::into(it_.refused), soci::into(it_.undone),
             soci::into(it_.epoch), soci::into(it_.output.text, it_.output.state),
             soci::into(it_.effect.text, it_.effect.state), soci::use(it_.saga),
             soci::use(it_.service), soci::use(it_.step))),
      put_((session_->prepare << "INSERT OR REPLACE INTO efectos VALUES "
                                 "(:s, :m, :p, :a, :r, :d, :e, :o, :f)",
            soci::use(it_.saga), soci::use(it_.service), soci::use(it_.step), soci::use(it_.acted),
            soci::use(it_.refused), soci::use(it_.undone), soci::use(it_.epoch),
            soci::use(it_.output.text, it_.output.state),
            soci::use(it_.effect.text, it_.effect.state))),
      note_((session_->prepare << "INSERT INTO diario (momento, saga_id, microservicio, paso, "
                                  "operacion, intento, epoca, que, huella) VALUES "
                                  "(:t, :s, :m, :p, :o, :i, :e, :q, :h)",
             soci::use(it_.at), soci::use(it_.saga), soci::use(it_.service), soci::use(it_.step),
             soci::use(it_.op), soci::use(it_.attempt), soci::use(it_.epoch), soci::use(it_.what),
             soci::use(it_.digest))) {}

  result<std::optional<ledger_row>> find(const saga_id& saga, std::string_view service,
                                         std::string_view step) override {
    return as_value([&]() -> result<std::optional<ledger_row>> {
      name(saga, service, step);
      std::optional<ledger_row> found;
      if (find_.execute(true)) {
        found = row(saga);
        find_.fetch(); // to the end, which gives the read lock back
      }
      return found;
    });
  }

  status put(const ledger_row& row) override {
    return write(put_, [&] {
      name(row.saga, row.service, row.step);
      it_.acted = row.acted ? 1 : 0;
      it_.refused = row.refused ? 1 : 0;
      it_.undone = row.undone ? 1 : 0;
      it_.epoch = static_cast<long long>(row.epoch);
      it_.output.set(row.output);
      it_.effect.set(row.effect);
    });
  }

  status note(const ledger_note& line) override {
    return write(note_, [&] {
      name(line.saga, line.service, line.step);
      it_.at = to_iso(line.at);
      it_.op = to_text(line.op);
      it_.attempt = line.attempt;
      it_.epoch = static_cast<long long>(line.epoch);
      it_.what = line.what;
      it_.digest = static_cast<long long>(line.input_digest);
    });
  }

  status commit() override {
    if (broken_)
      return *std::exchange(broken_, std::nullopt);
    if (!std::exchange(writing_, false))
      return nothing{};
    const status done = as_value([&]() -> status {
      session_->commit();
      return nothing{};
    });
    return done ? done : undo(done.error());
  }

private:
  void name(const saga_id& saga, std::string_view service, std::string_view step) {
    it_.saga = to_text(saga);
    it_.service = service;
    it_.step = step;
  }

  ledger_row row(const saga_id& saga) const {
    return {saga,
            it_.service,
            it_.step,
            it_.acted != 0,
            it_.refused != 0,
            it_.undone != 0,
            static_cast<std::uint64_t>(it_.epoch),
            it_.output.value(),
            it_.effect.value()};
  }

  template <class Fill>
  status write(soci::statement& statement, Fill fill) {
    if (broken_) // what came before is undone: nothing of this group may be kept
      return *broken_;
    const status done = as_value([&]() -> status {
      if (!writing_)
        *session_ << "BEGIN IMMEDIATE";
      writing_ = true;
      fill();
      statement.execute(true);
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
  buffers it_;
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
    if (claim->version() == 0) // new, or a crash came before its first transaction
      create_schema(*session);
    set_pragma(*session, "journal_mode", "WAL", "wal");
    set_pragma(*session, "synchronous", options.synchronous ? "2" : "1");
    set_pragma(*session, "wal_autocheckpoint", checkpoint_pages);
    return std::unique_ptr<participant_ledger>{
      std::make_unique<ledger_on_file>(std::move(*claim), std::move(session))};
  });
}

} // namespace sagas
