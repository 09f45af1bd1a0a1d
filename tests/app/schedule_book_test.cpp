// What schedules start, on a clock that the test has in its hand; restarts are new books on what
// the store has.
#include "app/schedule_book.hpp"

#include "support/catch.hpp"
#include "tests/http/api_fakes.hpp"
#include "tests/saga/table_zone.hpp"

using namespace sagas;
using namespace sagas::test;
using http::schedule_state;
using http::testing::fake_queries;
using http::testing::silent_log;
using json = nlohmann::ordered_json;
using texts = std::vector<std::string>;

namespace {

// Starts what it is told to, once a key; keeps what it is told where the queries look.
class scripted_engine final : public orchestrator {
public:
  explicit scripted_engine(fake_queries& to) : to_(to) {}
  void start(start_request what, started_callback done, ended_callback) override {
    ++tries;
    if (silent)
      return;
    if (refuses)
      return done(*refuses);
    const std::string key = what.once.value().key;
    const bool fresh = sagas.insert({key, what.input}).second;
    inputs.push_back(std::string{what.input.text()});
    if (forgets)
      return done(failure{errc::unknown_outcome, "it may be stored"});
    done(
      started{http::testing::id_of(static_cast<int>(sagas.size())), saga_status::running, fresh});
  }
  void keep(std::vector<kept_change> what, std::function<void(status)> done) override {
    if (away)
      return done({errc::unavailable, "the store is away"});
    for (const kept_change& each : what)
      for (kept_document& known : to_.documents)
        if (known.name == each.of.name)
          known.position = std::max(known.position, each.of.position);
    done(nothing{});
  }
  void command(const saga_id&, saga_command, command_callback) override {}
  void register_definition(definition_ptr, std::function<void(status)>) override {}
  void remove(std::vector<saga_id>, timestamp, removed_callback) override {}
  void reseal(std::size_t, resealed_callback) override {}
  std::vector<participant_info> participants() const override { return {}; }
  node_info node() const override { return {}; }

  /// The instants of the sagas that there are, in their order.
  texts instants() const {
    texts found;
    for (const auto& [key, input] : sagas)
      found.push_back(key.substr(key.rfind('/') + 12, 5));
    return found;
  }

  std::map<std::string, document> sagas; // by key
  texts inputs;
  int tries = 0;
  std::optional<failure> refuses = {};
  bool forgets = false; // what became of a start
  bool silent = false;  // the process ends before an answer
  bool away = false;

private:
  fake_queries& to_;
};

std::uint64_t position_of(timestamp at) {
  return static_cast<std::uint64_t>(at.time_since_epoch().count());
}

struct book_world {
  book_world() { restart(); }

  void restart() {
    tasks.clear();
    board = std::make_unique<schedule_board>();
    book = std::make_unique<schedule_book>(
      schedule_ports{reads, engine, log, [this] { return wall; }, [this] { return steady; },
                     zone_by_name, [this](const json_value& body) { return read(body); },
                     [this](std::function<void()> task) { tasks.push_back(std::move(task)); }},
      *board);
  }

  result<start_request> read(const json_value& body) {
    if (!known)
      return {errc::invalid_input, "the start: 1 fault"};
    start_request order;
    order.input = document{body.value("entrada", json::object()).dump()};
    return order;
  }

  void put(const std::string& name, const std::string& more = "", timestamp from = noon) {
    const json what = json::parse(R"({"cron":"* * * * *","inicio":{"tipo":"copia"})" + more + "}");
    kept_document row{schedule_kind, name, to_document({from, what}), position_of(from), wall};
    for (kept_document& each : reads.documents)
      if (each.name == name) {
        each.content = row.content;
        return book->serve(name);
      }
    reads.documents.push_back(row);
    book->serve(name);
  }

  /// Turns until nothing is left to do at this time. @returns when it wants to come again
  milliseconds settle() {
    milliseconds next{0};
    for (int i = 0; i < 10'000; ++i) {
      next = book->turn();
      if (tasks.empty() && next.count() > 0)
        break;
      for (auto& each : std::exchange(tasks, {}))
        each();
    }
    return next;
  }
  milliseconds pass(milliseconds time) {
    wall += time;
    steady += time;
    return settle();
  }
  schedule_state state(const std::string& name = "copia") { return board->find(name).value(); }

  static constexpr timestamp noon{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1}
                                  + std::chrono::hours{12}};
  timestamp wall = noon;
  timestamp steady{std::chrono::hours{1'000}};
  bool known = true; // the definition
  fake_queries reads;
  scripted_engine engine{reads};
  silent_log log;
  std::vector<std::function<void()>> tasks;
  std::unique_ptr<schedule_board> board;
  std::unique_ptr<schedule_book> book;
};

} // namespace

TEST_CASE("a schedule starts a saga at each of its instants", "[app][schedule]") {
  book_world w;
  w.put("copia", R"(,"instante_en":"fecha")");
  CHECK(w.settle() == minutes{1});
  CHECK(w.engine.sagas.empty());
  w.pass(minutes{1} - milliseconds{1});
  CHECK(w.engine.sagas.empty());
  w.pass(milliseconds{1});
  w.pass(minutes{1});
  CHECK(w.engine.instants() == texts{"12:01", "12:02"});
  CHECK(w.engine.inputs.front() == R"({"fecha":"2026-06-01T12:01:00.000Z"})");
  const schedule_state state = w.state();
  CHECK(state.how == schedule_state::kind::active);
  CHECK(state.started == 2);
  CHECK(state.last == w.noon + minutes{2});
  CHECK(state.next == w.noon + minutes{3});
  CHECK_FALSE(state.due);
}

TEST_CASE("the position passes over a run only when it is durable", "[app][schedule]") {
  book_world w;
  w.put("copia");
  w.settle();
  w.engine.silent = true;
  w.pass(minutes{1});
  CHECK(w.engine.tries == 1);
  CHECK(w.reads.documents[0].position == position_of(w.noon));
  w.engine.silent = false;
  w.restart();
  w.settle();
  CHECK(w.engine.instants() == texts{"12:01"});
  w.pass(std::chrono::seconds{1});
  CHECK(w.reads.documents[0].position == position_of(w.noon + minutes{1}));
}

TEST_CASE("a run that was started before a crash is not started again", "[app][schedule]") {
  book_world w;
  w.put("copia");
  w.settle();
  w.engine.away = true; // the position is not stored
  for (int i = 0; i < 3; ++i)
    w.pass(minutes{1});
  CHECK(w.engine.sagas.size() == 3);
  w.engine.away = false;
  w.restart();
  w.settle();
  CHECK(w.engine.inputs.size() == 6);
  CHECK(w.engine.instants() == texts{"12:01", "12:02", "12:03"});
}

TEST_CASE("missed runs are made up as the schedule says", "[app][schedule]") {
  book_world w;
  w.put("a", R"(,"perdidas":"omitir")");
  w.put("b", R"(,"perdidas":"una")");
  w.put("c", R"(,"perdidas":"todas")");
  w.settle();
  w.wall += minutes{10}; // the process was away: five minutes are tolerated
  w.restart();
  w.settle();
  CHECK(w.state("a").started == 6);
  CHECK(w.state("a").missed == 4);
  CHECK(w.state("b").started == 7);
  CHECK(w.state("b").missed == 3);
  CHECK(w.state("c").started == 10);
  CHECK(w.state("c").missed == 0);
  CHECK(w.log.says("given up programa=a runs=4 until=2026-06-01T12:04:00.000Z"));
  const schedule_figures all = w.board->figures(w.wall);
  CHECK(all.started == 23);
  CHECK(all.missed == 7);
  CHECK(all.active == 3);
  CHECK(all.lag_s == 0);
}

TEST_CASE("a start that is refused for now is tried again, later each time", "[app][schedule]") {
  book_world w;
  const errc why = GENERATE(errc::overloaded, errc::unavailable, errc::unknown_outcome);
  w.put("copia");
  w.settle();
  w.engine.refuses = failure{why, "come again"};
  CHECK(w.pass(minutes{1}) == milliseconds{250});
  CHECK(w.state().due);
  CHECK(w.state().last_fault == "come again");
  CHECK(w.state().how == schedule_state::kind::active);
  CHECK(w.board->figures(w.wall + milliseconds{1'500}).lag_s == Approx(1.5));
  CHECK(w.pass(milliseconds{250}) == milliseconds{500});
  CHECK(w.pass(milliseconds{500}) == milliseconds{1'000});
  CHECK(w.engine.tries == 3);
  w.engine.refuses.reset();
  w.pass(milliseconds{1'000});
  CHECK(w.engine.instants() == texts{"12:01"});
  CHECK(w.state().failed == 0);
  CHECK(w.state().last_fault.empty());
  CHECK_FALSE(w.state().due);
}

TEST_CASE("what can't be started for too long was missed", "[app][schedule]") {
  book_world w;
  w.put("copia");
  w.settle();
  w.engine.refuses = failure{errc::unavailable, "the store is away"};
  for (int i = 0; i < 60; ++i)
    w.pass(std::chrono::seconds{10});
  w.engine.refuses.reset();
  w.pass(std::chrono::seconds{30});
  CHECK(w.state().missed == 5);
  CHECK(w.engine.instants() == texts{"12:06", "12:07", "12:08", "12:09", "12:10"});
}

TEST_CASE("an outcome that is not known leads to one saga", "[app][schedule]") {
  book_world w;
  w.put("copia");
  w.settle();
  w.engine.forgets = true;
  w.pass(minutes{1});
  w.engine.forgets = false;
  w.pass(std::chrono::seconds{1});
  CHECK(w.engine.tries == 2);
  CHECK(w.engine.instants() == texts{"12:01"});
}

TEST_CASE("a schedule that can't start its saga says why, and goes on", "[app][schedule]") {
  book_world w;
  w.put("copia");
  w.settle();
  w.known = false;
  w.pass(minutes{1});
  CHECK(w.state().how == schedule_state::kind::broken);
  CHECK(w.state().why
        == "the run of 2026-06-01T12:01:00.000Z could not be started: the start: 1 fault");
  CHECK(w.state().failed == 1);
  w.known = true;
  w.pass(minutes{1});
  CHECK(w.state().how == schedule_state::kind::active);
  CHECK(w.state().why.empty());
  CHECK(w.engine.instants() == texts{"12:02"});
}

TEST_CASE("a schedule that is set up anew counts from then", "[app][schedule]") {
  book_world w;
  w.put("copia", R"(,"perdidas":"todas")");
  w.settle();
  SECTION("with other times: nothing of the past") {
    w.wall += minutes{30};
    w.put("copia", R"(,"perdidas":"todas","cron":"*/5 * * * *")", w.wall);
    w.settle();
    CHECK(w.engine.sagas.empty());
    w.pass(minutes{5});
    CHECK(w.engine.instants() == texts{"12:35"});
  }
  SECTION("with the same ones: it goes on where it stands") {
    w.wall += minutes{2};
    w.put("copia", R"(,"perdidas":"todas","instante_en":"t")");
    w.settle();
    CHECK(w.engine.inputs
          == texts{R"({"t":"2026-06-01T12:01:00.000Z"})", R"({"t":"2026-06-01T12:02:00.000Z"})"});
  }
  SECTION("paused, and resumed an hour later") {
    w.put("copia", R"(,"perdidas":"todas","pausado":true)");
    w.pass(minutes{60});
    CHECK(w.state().how == schedule_state::kind::paused);
    CHECK(w.engine.sagas.empty());
    w.put("copia", R"(,"perdidas":"todas")", w.wall);
    w.pass(minutes{1});
    CHECK(w.engine.instants() == texts{"13:01"});
    CHECK(w.state().missed == 0);
  }
  SECTION("removed") {
    w.reads.documents.clear();
    w.book->serve("copia");
    w.pass(minutes{5});
    CHECK(w.engine.sagas.empty());
    CHECK_FALSE(w.board->find("copia"));
  }
}

TEST_CASE("one that is set up anew or removed while a start is under way stays whole",
          "[app][schedule]") {
  book_world w;
  w.put("copia");
  w.settle();
  w.wall += minutes{2};
  w.book->turn(); // the first start is answered, and the answer not looked at yet
  REQUIRE(w.tasks.size() == 1);
  SECTION("anew") {
    w.put("copia", R"(,"instante_en":"t")");
    w.settle();
    CHECK(w.engine.instants() == texts{"12:01", "12:02"});
    CHECK(w.engine.tries == 2);
  }
  SECTION("removed") {
    w.reads.documents.clear();
    w.book->serve("copia");
    w.book->turn();
    w.settle();
    CHECK(w.engine.tries == 1);
    CHECK_FALSE(w.board->find("copia"));
  }
}

TEST_CASE("a clock that is set back starts nothing twice", "[app][schedule]") {
  book_world w;
  w.put("copia");
  w.pass(minutes{3});
  REQUIRE(w.engine.sagas.size() == 3);
  w.wall -= minutes{2};
  w.settle();
  w.pass(minutes{1});
  CHECK(w.engine.tries == 3);
  w.pass(minutes{2});
  CHECK(w.engine.instants() == texts{"12:01", "12:02", "12:03", "12:04"});
}

TEST_CASE("a schedule that can't be read is told, and the others go on", "[app][schedule]") {
  book_world w;
  w.put("copia");
  w.put("rota", R"(,"zona":"Europa/Madrid")");
  w.reads.documents.push_back({schedule_kind, "vieja", document{std::string{"{}"}}, 0, w.wall});
  w.restart();
  w.settle();
  w.pass(minutes{1});
  CHECK(w.engine.instants() == texts{"12:01"});
  CHECK(w.state("rota").how == schedule_state::kind::broken);
  CHECK_THAT(w.state("rota").why, Catch::Matchers::Contains("/zona there is no time zone"));
  CHECK(w.state("vieja").how == schedule_state::kind::broken);
  CHECK(w.board->figures(w.wall).broken == 2);
}

TEST_CASE("schedules that can't be read now are read later", "[app][schedule]") {
  book_world w;
  w.put("copia");
  w.reads.broken = failure{errc::unavailable, "the store is away"};
  w.restart();
  CHECK(w.settle() == milliseconds{1'000});
  w.reads.broken.reset();
  w.pass(minutes{1});
  CHECK(w.engine.instants() == texts{"12:01"});
}

TEST_CASE("ten thousand schedules of one minute start, so many at once", "[app][schedule]") {
  book_world w;
  for (int i = 0; i < 10'000; ++i)
    w.reads.documents.push_back(
      {schedule_kind, "p" + std::to_string(100'000 + i),
       to_document({w.noon, json::parse(R"({"cron":"* * * * *","inicio":{"tipo":"copia"}})")}), 0,
       w.wall});
  w.settle();
  w.wall += minutes{1};
  w.book->turn();
  CHECK(w.engine.tries == 256);
  w.settle();
  CHECK(w.engine.sagas.size() == 10'000);
}
