// A hotel as a participant of sagas over HTTP: cpp-httplib, SOCI on SQLite, and the barrier.
//
//   example_participant PORT DATABASE          (port 0: any free one)
//
// Takes rooms, {"habitaciones": N}, and gives them back. Right under kill -9 and under duplicates
// at once: the barrier's row, the booking and the answer are one transaction, and the answer leaves
// behind its commit.
#include <charconv>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <optional>

#include <httplib.h>
#include <nlohmann/json.hpp>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "persistence/barrier.hpp"

using namespace sagas;
using nlohmann::json;

namespace {

int rooms_of_environment() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here changes the environment
  const char* const text = std::getenv("PARTICIPANTE_HABITACIONES");
  return text == nullptr ? 100 : std::stoi(text);
}
const int rooms = rooms_of_environment();

struct said {
  int status = 200;
  std::string body = "{}";
};

said refusing(const char* reason) { return {409, json{{"motivo", reason}}.dump()}; }

class hotel {
public:
  explicit hotel(const std::string& file) : db_(soci::sqlite3, "dbname=" + file) {
    std::string mode;
    db_ << "PRAGMA journal_mode = WAL", soci::into(mode);
    db_ << "PRAGMA synchronous = FULL"; // an answer survives a power cut, too
    db_ << "PRAGMA busy_timeout = 10000";
    if (const status made = create_barrier(db_); !made)
      throw std::runtime_error{made.error().message};
    db_ << "CREATE TABLE IF NOT EXISTS reservas ("
           "id INTEGER PRIMARY KEY AUTOINCREMENT, saga_id VARCHAR(36) NOT NULL, "
           "paso VARCHAR(255) NOT NULL, habitaciones INTEGER NOT NULL)";
    db_ << "CREATE INDEX IF NOT EXISTS reservas_de_saga ON reservas (saga_id)";
  }

  /// Whatever fails on the way leaves nothing: the call comes again.
  said answer(const barrier_call& what, const std::string& input) {
    const std::lock_guard lock{guard_};
    try {
      db_ << "BEGIN IMMEDIATE";
      const said made = decide(what, input);
      db_ << (made.status == 503 ? "ROLLBACK" : "COMMIT");
      return made;
    } catch (const std::exception& why) {
      std::cerr << why.what() << "\n";
      try {
        db_ << "ROLLBACK";
      } catch (const soci::soci_error&) { // there was no transaction
      }
      return {503, "{}"};
    }
  }

  /// How often the saga's booking is in force, for `sagas check-participant --effects`.
  int effects(const std::string& saga) {
    const std::lock_guard lock{guard_};
    int count = 0;
    db_ << "SELECT COUNT(*) FROM reservas WHERE saga_id = :s", soci::use(saga), soci::into(count);
    return count;
  }

private:
  said decide(const barrier_call& what, const std::string& input) {
    const auto pass = enter_barrier(db_, what);
    if (!pass)
      return {503, "{}"};
    switch (pass->what) {
    case verdict::act: return book(what, input);
    case verdict::same_answer: return {200, pass->output};
    case verdict::same_refusal: return {409, pass->output};
    case verdict::hanging: return refusing("la acción llegó después de su compensación");
    case verdict::undo:
      db_ << "DELETE FROM reservas WHERE saga_id = :s AND paso = :p", soci::use(what.saga),
        soci::use(what.step);
      return {};
    case verdict::nothing_to_undo:
    case verdict::undone_already: return {};
    case verdict::stale_epoch: return {412, R"({"motivo":"la llamada es de una época anterior"})"};
    }
    return {503, "{}"};
  }

  said book(const barrier_call& what, const std::string& input) {
    const json body = json::parse(input, nullptr, false);
    const auto wanted = body.is_object() ? body.find("habitaciones") : body.end();
    said made = refusing("no quedan habitaciones");
    int taken = 0;
    db_ << "SELECT COALESCE(SUM(habitaciones), 0) FROM reservas", soci::into(taken);
    if (wanted == body.end() || !wanted->is_number_integer() || wanted->get<std::int64_t>() < 1) {
      made = refusing("habitaciones debe ser un número desde 1");
    } else if (wanted->get<std::int64_t>() <= rooms - taken) {
      const int count = wanted->get<int>();
      long long id = 0;
      db_ << "INSERT INTO reservas (saga_id, paso, habitaciones) VALUES (:s, :p, :n)",
        soci::use(what.saga), soci::use(what.step), soci::use(count);
      db_ << "SELECT last_insert_rowid()", soci::into(id);
      made = {200, json{{"localizador", "R-" + std::to_string(id)}}.dump()};
    }
    const status kept = made.status == 200 ? keep_answer(db_, what, made.body)
                                           : keep_refusal(db_, what, made.body);
    return kept ? made : said{503, "{}"};
  }

  std::mutex guard_; // SQLite has one writer anyway
  soci::session db_;
};

std::optional<barrier_call> call_in(const httplib::Request& from) {
  barrier_call what{.saga = from.get_header_value("Saga-Id"),
                    .step = from.get_header_value("Saga-Paso")};
  const std::string op = from.get_header_value("Saga-Operacion");
  const std::string epoch = from.get_header_value("Saga-Epoca");
  const auto read = std::from_chars(epoch.data(), epoch.data() + epoch.size(), what.epoch);
  what.op = op == "compensacion" ? operation::compensation : operation::action;
  if (what.saga.empty() || what.step.empty() || read.ec != std::errc{}
      || read.ptr != epoch.data() + epoch.size() || (op != "accion" && op != "compensacion"))
    return std::nullopt;
  return what;
}

} // namespace

int main(int argc, char** argv) try {
  if (argc != 3)
    throw std::invalid_argument{"usage: example_participant PORT DATABASE"};
  hotel one{argv[2]};
  httplib::Server server;
  server.new_task_queue = [] { return new httplib::ThreadPool{64}; }; // a kept connection holds one
  server.set_payload_max_length(1 << 20);
  server.set_tcp_nodelay(true);
  server.Post(".*", [&](const httplib::Request& request, httplib::Response& response) {
    const auto what = call_in(request);
    const said made = what ? one.answer(*what, request.body) : said{400, "{}"};
    response.status = made.status;
    response.set_content(made.body, "application/json");
  });
  server.Get("/efectos/([^/]+)", [&](const httplib::Request& request, httplib::Response& response) {
    response.set_content(json{{"efectos", one.effects(request.matches[1])}}.dump(),
                         "application/json");
  });
  const int wanted = std::stoi(argv[1]);
  const bool bound = wanted == 0 || server.bind_to_port("127.0.0.1", wanted);
  const int port = wanted == 0 ? server.bind_to_any_port("127.0.0.1") : wanted;
  if (!bound || port <= 0)
    throw std::runtime_error{"can't listen there"};
  std::cout << "listening on http://127.0.0.1:" << port << std::endl;
  return server.listen_after_bind() ? 0 : 1;
} catch (const std::exception& why) {
  std::cerr << why.what() << "\n";
  return 1;
}
