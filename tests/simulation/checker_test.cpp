// The checker accepts honest histories, and rejects each that is spoiled, by the right name.
#include <functional>

#include "tests/simulation/checker.hpp"
#include "tests/simulation/made_history.hpp"

using namespace sagas;
using namespace sagas::sim;

namespace {

constexpr const char* three_steps = R"({"tipo":"uno","pasos":[
  {"nombre":"a","microservicio":"red_a","compensacion":"no_a"},
  {"nombre":"b","microservicio":"red_b","compensacion":"no_b"},
  {"nombre":"c","microservicio":"red_a","compensacion":"no_c"}]})";
constexpr const char* with_pivot = R"({"tipo":"uno","pasos":[
  {"nombre":"a","microservicio":"red_a","compensacion":"no_a"},
  {"nombre":"b","microservicio":"red_b","pivote":true},
  {"nombre":"c","microservicio":"red_a"}]})";

history completed(const char* plan = three_steps) {
  made_history made{plan};
  made.start();
  for (const std::size_t step : {0U, 1U, 2U})
    made.done(step);
  return made.seen;
}

history compensated() {
  made_history made{three_steps};
  made.start();
  made.done(0);
  made.done(1);
  made.refused(2);
  made.undone(1);
  made.undone(0);
  return made.seen;
}

// The first step's attempts end unknown, one is retried, and the step is undone though never done.
history lost() {
  made_history made{three_steps};
  made.start();
  while (made.state.header.way == direction::forward)
    made.wake();
  made.answer(0, operation::compensation, "vacia", outcome_kind::done);
  return made.seen;
}

history cancelled() {
  made_history made{three_steps};
  made.start();
  made.done(0);
  made.command({saga_command::kind::cancel, {}, {}, {}, {"ana", ""}},
               cancel_requested{made.now, {"ana", ""}});
  made.done(1);
  made.undone(1);
  made.undone(0);
  return made.seen;
}

using spoiler = std::function<void(history&)>;

/// The invariant that a spoiled history is said to break.
std::string verdict(history seen, const spoiler& spoil) {
  spoil(seen);
  const finding found = check(seen);
  return found ? found->invariant : "nothing";
}

saga_version& last(history& seen) { return seen.versions.back(); }
step_row& row(history& seen, std::size_t order) { return last(seen).rows.steps[order - 1]; }

/// One more version behind the last, changed.
void append(history& seen, const std::function<void(saga_version&)>& change) {
  saga_version next = last(seen);
  next.when = 1'000;
  next.history.push_back({next.at, "x", {}, {}, {}});
  change(next);
  seen.versions.push_back(next);
}

void add_diary(history& seen, const char* step, const char* word, std::uint64_t epoch = 1) {
  for (const diary_line& line : seen.diary)
    if (line.step == step) {
      diary_line more = line;
      more.when = 1'000;
      more.what = word;
      more.epoch = epoch;
      seen.diary.push_back(more);
      return;
    }
}

} // namespace

TEST_CASE("honest histories are accepted", "[simulation][checker]") {
  for (const history& honest :
       {completed(), completed(with_pivot), compensated(), lost(), cancelled()}) {
    const finding found = check(honest);
    INFO((found ? found->invariant + " " + found->text : ""));
    CHECK_FALSE(found);
  }
}

TEST_CASE("lies about starts are rejected", "[simulation][checker]") {
  CHECK(verdict(completed(), [](history& it) { it.starts[0].answers[0].ok->id = {}; }) == "A1");
  CHECK(verdict(completed(), [](history& it) { it.starts[0].answers[0].when = 0; }) == "A1");
  CHECK(verdict(completed(),
                [](history& it) { it.starts[0].answers.push_back(it.starts[0].answers[0]); })
        == "A1");
  CHECK(verdict(completed(), [](history& it) { it.starts[0].answers.clear(); }) == "A1");
  CHECK(verdict(completed(),
                [](history& it) {
                  it.starts[0].answers[0].ok.reset();
                  it.starts[0].answers[0].error = errc::overloaded;
                  it.starts[0].ends.clear();
                })
        == "A2");
  CHECK(verdict(completed(), [](history& it) { it.starts.clear(); }) == "A2");
  CHECK(verdict(completed(), [](history& it) { it.starts[0].input = document{"{}"}; }) == "A3");
  CHECK(verdict(completed(),
                [](history& it) { // the same key has made another saga as well
                  it.versions.push_back(it.versions[0]);
                  last(it).rows.header.id.bytes[15] = 1;
                })
        == "A3");
  CHECK(verdict(completed(), [](history& it) { it.starts[0].ends[0].status = saga_status::failed; })
        == "S2");
  CHECK(verdict(completed(), [](history& it) { it.starts[0].ends.clear(); }) == "V1");
}

TEST_CASE("lies about commands are rejected", "[simulation][checker]") {
  CHECK(verdict(cancelled(),
                [](history& it) {
                  for (saga_version& version : it.versions)
                    version.history.clear();
                })
        == "A1");
  CHECK(verdict(cancelled(), [](history& it) { it.commands.push_back(it.commands[0]); }) == "A1");
  CHECK(verdict(cancelled(), [](history& it) { it.commands[0].answers.clear(); }) == "A1");
}

TEST_CASE("wrong changes of a saga are rejected", "[simulation][checker]") {
  CHECK(verdict(completed(), [](history& it) { append(it, [](saga_version&) {}); }) == "S1");
  CHECK(verdict(compensated(),
                [](history& it) { it.versions[4].rows.header.status = saga_status::running; })
        == "S1");
  CHECK(verdict(completed(), [](history& it) { row(it, 1).kind = outcome_kind::unknown; })
        == "S11");
  CHECK(verdict(completed(), [](history& it) { row(it, 1).input = document{"[]"}; }) == "R1");
  CHECK(verdict(completed(), [](history& it) { last(it).rows.steps.pop_back(); }) == "R1");
  CHECK(verdict(completed(), [](history& it) { last(it).rows.header.version = 2; }) == "S13");
}

TEST_CASE("wrong orders of sends are rejected", "[simulation][checker]") {
  CHECK(verdict(compensated(),
                [](history& it) { // c turns the saga: its row comes behind that
                  for (std::size_t i = 2; i < it.versions.size(); ++i)
                    it.versions[i].rows.header.way = direction::backward;
                })
        == "S7");
  CHECK(verdict(completed(),
                [](history& it) { // b is sent with a
                  it.versions[0].rows.steps.push_back(it.versions[1].rows.steps[1]);
                })
        == "S8");
  CHECK(verdict(compensated(),
                [](history& it) { // a is undone with b
                  it.versions[3].rows.steps.push_back(it.versions[4].rows.steps[4]);
                })
        == "S6");
  CHECK(verdict(completed(with_pivot),
                [](history& it) { // a is undone behind its pivot
                  step_row undo = row(it, 1);
                  undo.order = 4;
                  undo.op = operation::compensation;
                  last(it).rows.steps.push_back(undo);
                })
        == "S10");
  CHECK(verdict(compensated(),
                [](history& it) { // c was never sent
                  for (saga_version& version : it.versions)
                    for (step_row& each : version.rows.steps)
                      if (each.op == operation::compensation && each.step == 1)
                        each.step = 2;
                  for (saga_version& version : it.versions)
                    if (version.rows.steps.size() > 2)
                      version.rows.steps[2].step = 1, version.rows.steps[2].attempt = 2;
                })
        != "nothing");
}

TEST_CASE("the undo of what was never sent is rejected", "[simulation][checker]") {
  made_history made{three_steps};
  made.start();
  made.done(0);
  made.refused(1);
  made.undone(0);
  CHECK_FALSE(check(made.seen));
  CHECK(verdict(made.seen,
                [](history& it) { // of the third step, as if it were the first one's
                  for (saga_version& version : it.versions)
                    for (step_row& each : version.rows.steps)
                      if (each.op == operation::compensation)
                        each.step = 2;
                  for (sent_call& call : it.sent)
                    if (call.what.op == operation::compensation)
                      call.what.step = 2, call.step = "c";
                })
        == "S9");
}

TEST_CASE("attempts too early, too many and left out are rejected", "[simulation][checker]") {
  const auto everywhere = [](history& it, std::size_t order, const auto& change) {
    for (saga_version& version : it.versions)
      if (version.rows.steps.size() >= order)
        change(version.rows.steps[order - 1]);
  };
  CHECK(verdict(lost(),
                [&](history& it) {
                  everywhere(it, 2,
                             [](step_row& each) { each.started -= std::chrono::seconds{5}; });
                })
        == "S12");
  CHECK(
    verdict(lost(), [&](history& it) { everywhere(it, 3, [](step_row& each) { each.base = 3; }); })
    == "V5");
}

TEST_CASE("half a transition is rejected", "[simulation][checker]") {
  CHECK(verdict(completed(), [](history& it) { it.versions[1].rows.steps.pop_back(); }) == "A5");
}

TEST_CASE("wrong ends are rejected", "[simulation][checker]") {
  CHECK(verdict(completed(), [](history& it) { add_diary(it, "b", "efecto"); }) == "S3");
  CHECK(verdict(completed(), [](history& it) { add_diary(it, "b", "deshecho"); }) == "S3");
  CHECK(verdict(completed(),
                [](history& it) {
                  std::erase_if(it.diary, [](const diary_line& line) { return line.step == "b"; });
                })
        == "S3");
  CHECK(verdict(compensated(), [](history& it) { it.diary.back().what = "vacia"; }) == "S4");
  CHECK(verdict(compensated(),
                [](history& it) { // the last undo is left out
                  for (std::size_t i = 4; i < it.versions.size(); ++i)
                    it.versions[i].rows.steps.resize(4);
                  std::erase_if(it.sent, [](const sent_call& call) {
                    return call.step == "a" && call.what.op == operation::compensation;
                  });
                  it.versions[4].rows.header.status = saga_status::compensated;
                  it.versions.pop_back();
                  std::erase_if(it.diary, [](const diary_line& line) {
                    return line.step == "a" && line.op == operation::compensation;
                  });
                })
        == "S5");
}

TEST_CASE("calls that are not stored are rejected", "[simulation][checker]") {
  CHECK(verdict(completed(), [](history& it) { it.sent[1].when = it.versions[0].when; }) == "W1");
  CHECK(verdict(completed(), [](history& it) { it.sent[1].what.attempt = 2; }) == "W1");
  CHECK(verdict(completed(), [](history& it) { it.sent[1].what.input = document{"[]"}; }) == "W1");
  CHECK(verdict(completed(), [](history& it) { it.diary[1].input_digest = 0; }) == "W1");
}

TEST_CASE("outcomes that nobody gave are rejected", "[simulation][checker]") {
  CHECK(verdict(completed(), [](history& it) { it.given.erase(it.given.begin()); }) == "W2");
  CHECK(verdict(compensated(),
                [](history& it) { it.given[2].what.kind = outcome_kind::technical_failure; })
        == "W2");
  CHECK(verdict(lost(),
                [](history& it) { // given up before its time
                  for (saga_version& version : it.versions)
                    if (version.rows.steps[0].ended)
                      version.rows.steps[0].ended = version.rows.steps[0].started;
                })
        == "W2");
}

TEST_CASE("a feed out of order, made up or cut short is rejected", "[simulation][checker]") {
  const auto tells = [](const std::vector<std::uint64_t>& published) {
    return verdict(completed(), [&](history& it) {
      it.acknowledged = {{100, 0, 2}, {101, 0, 1}};
      for (const std::uint64_t number : published)
        it.published.push_back({200 + it.published.size(), 0, number});
    });
  };
  CHECK(tells({1, 2}) == "nothing");
  CHECK(tells({2, 1}) == "E1");
  CHECK(tells({1, 1, 2}) == "E1");
  CHECK(tells({1, 2, 3}) == "E2");
  CHECK(tells({2}) == "E2");
}

TEST_CASE("two owners at once are rejected", "[simulation][checker]") {
  CHECK(verdict(completed(), [](history& it) { it.nodes.push_back({2, {}, 1}); }) == "F1");
  CHECK(verdict(completed(), [](history& it) { it.sent[1].epoch = 7; }) == "F1");
  CHECK(verdict(completed(), [](history& it) { it.nodes.push_back({4, {}, 2}); }) == "F2");
  CHECK(verdict(completed(),
                [](history& it) {
                  const saga_id id = it.versions[0].rows.header.id;
                  it.recovered = {{0, id}, {0, id}};
                })
        == "R2");
  CHECK(verdict(completed(),
                [](history& it) {
                  it.nodes.push_back({900, {}, 2});
                  add_diary(it, "a", "duplicado", 2);
                  add_diary(it, "a", "duplicado", 1);
                })
        == "F3");
}
