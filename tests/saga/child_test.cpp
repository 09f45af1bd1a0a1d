// Steps that are sagas of their own: how they are defined, and what a parent is told of its child.
#include "saga/child.hpp"

#include <nlohmann/json.hpp>

#include "saga/definition_json.hpp"
#include "saga/explain.hpp"
#include "saga/outcomes.hpp"
#include "tests/saga/driver.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

definition_ptr parsed(const std::string& steps) {
  const auto read = parse_definition(R"({"tipo":"t","pasos":[)" + steps + "]}");
  INFO((read ? "" : read.error().message));
  REQUIRE(read);
  return *read;
}

std::vector<std::string> faults_of(const std::string& step) {
  const auto read = parse_definition(R"({"tipo":"t","pasos":[)" + step + "]}");
  REQUIRE_FALSE(read);
  std::vector<std::string> pointers;
  for (const field_error& each : read.error().fields)
    pointers.push_back(each.pointer);
  return pointers;
}

constexpr const char* family =
  R"({"nombre":"a","microservicio":"s","compensacion":"no_a"},
     {"nombre":"h","hija":{"tipo":"cobro"}},
     {"nombre":"z","microservicio":"s"})";

// A parent whose child has been begun, and goes on.
driver waiting_parent() {
  driver saga{parsed(family)};
  saga.start();
  saga.done(0);
  saga.answer(1, operation::action, outcomes::running_until(saga.now + milliseconds{60'000}));
  return saga;
}

stored_saga rows_of(const driver& of) { return of.rows.stored; }

} // namespace

TEST_CASE("a step may be a saga of its own", "[definition][child]") {
  const auto plan = parsed(family);
  REQUIRE(plan->steps[1].child);
  CHECK(plan->steps[1].child->type == "cobro");
  CHECK(plan->steps[1].child->version == 0);
  CHECK(plan->steps[1].service == child_service);
  CHECK(plan->steps[1].compensation == child_undo);
  const auto alone = parsed(
    R"({"nombre":"h","hija":{"tipo":"cobro","version":2,"al_retroceder":"dejar"}})");
  CHECK(alone->steps[0].child->version == 2);
  CHECK(alone->steps[0].child->left_alone);
  CHECK(alone->steps[0].compensation.empty());
}

TEST_CASE("behind the pivot nothing is undone, so neither is a child", "[definition][child]") {
  const auto plan = parsed(R"({"nombre":"p","microservicio":"s","pivote":true},
                              {"nombre":"h","hija":{"tipo":"cobro"}})");
  CHECK(plan->steps[1].compensation.empty());
}

TEST_CASE("what makes no sense of a child is named", "[definition][child]") {
  using names = std::vector<std::string>;
  CHECK(faults_of(R"({"nombre":"h","hija":{}})") == names{"/pasos/0/hija/tipo"});
  CHECK(faults_of(R"({"nombre":"h","hija":{"tipo":"c","al_retroceder":"x"}})")
        == names{"/pasos/0/hija/al_retroceder"});
  CHECK(faults_of(R"({"nombre":"h","hija":{"tipo":"c"},"microservicio":"s","compensacion":"c"})")
        == names{"/pasos/0/microservicio", "/pasos/0/compensacion"});
  CHECK(faults_of(R"({"nombre":"h","hija":{"tipo":"c"},"espera":{"senal":"s"}})")
        == names{"/pasos/0/hija"});
  CHECK(faults_of(R"({"nombre":"h","microservicio":"saga_hija"})")
        == names{"/pasos/0/microservicio"});
}

TEST_CASE("news of a child make its parent ask again at once", "[machine][child]") {
  driver saga = waiting_parent();
  const auto calls = saga.feed(news_came{saga.now, 1});
  REQUIRE(calls.size() == 1);
  CHECK(calls[0].step == 1);
  CHECK(calls[0].attempt == 1);                               // the same one
  CHECK(saga.refused(news_came{saga.now, 1}) == errc::stale); // it is being asked
  CHECK(saga.refused(news_came{saga.now, 0}) == errc::stale); // it waits for none of these
  saga.done(1, R"({"salidas":{}})");
  saga.done(2);
  CHECK(saga.status() == saga_status::completed);
  CHECK(saga.refused(news_came{saga.now, 1}) == errc::stale);
}

TEST_CASE("news that come in a pause are looked at when it is over", "[machine][child]") {
  driver saga = waiting_parent();
  saga.feed(pause_requested{saga.now, {"ana", "x"}});
  CHECK(saga.feed(news_came{saga.now, 1}).empty());
  CHECK(saga.feed(resume_requested{saga.now, {"ana", "x"}}).size() == 1);
}

TEST_CASE("a parent that turns back undoes its child, whatever it has come to",
          "[machine][child]") {
  driver saga = waiting_parent();
  const auto calls = saga.feed(cancel_requested{saga.now, {"ana", "x"}});
  REQUIRE(calls.size() == 1);
  CHECK(calls[0].step == 1);
  CHECK(calls[0].op == operation::compensation);
  saga.answer(1, operation::compensation, outcomes::running_until(saga.now + milliseconds{5'000}));
  CHECK(saga.feed(news_came{saga.now, 1}).size() == 1);
  CHECK(saga.undone(1).at(0).step == 0);
  saga.undone(0);
  CHECK(saga.status() == saga_status::cancelled);
}

TEST_CASE("a child that is annulled ends before it begins", "[machine][child]") {
  driver saga{parsed(family)};
  CHECK(saga.feed(saga_annulled{saga.now}).empty());
  CHECK(saga.status() == saga_status::cancelled);
  CHECK(saga.rows.stored.steps.empty());
}

TEST_CASE("a child has its own deadline", "[machine][child]") {
  auto plan = std::make_shared<definition>(*parsed(family));
  plan->deadline = milliseconds{1'000};
  saga_header header;
  header.started = noon;
  header.origin = saga_origin{{}, saga_relation::child, "x"};
  CHECK(new_saga(*plan, header).header.deadline == noon + milliseconds{1'000});
}

TEST_CASE("a parent is told what its child's steps have answered", "[child]") {
  driver child{sequence({step("a"), step("b")})};
  child.start();
  child.done(0, R"({"n":1})");
  child.done(1, R"(["x"])");
  const outcome told = result_of_child(*child.plan, rows_of(child));
  CHECK(told.kind == outcome_kind::done);
  const auto said = nlohmann::json::parse(told.output.text());
  CHECK(said["estado"] == "COMPLETADA");
  CHECK(said["saga_id"] == to_text(child.state.header.id));
  CHECK(said["salidas"] == nlohmann::json::parse(R"({"a":{"n":1},"b":["x"]})"));

  driver wordy{sequence({step("a")})};
  wordy.start();
  wordy.done(0, '"' + std::string(child_outputs_max, 'x') + '"');
  const auto cut = nlohmann::json::parse(
    result_of_child(*wordy.plan, rows_of(wordy)).output.text());
  CHECK(cut["recortada"] == true);
  CHECK(cut["salidas"].empty());
}

TEST_CASE("a child that is undone has failed without an effect", "[child]") {
  driver child{sequence({step("a"), step("b")})};
  child.start();
  child.done(0);
  child.refuse(1);
  child.undone(0);
  REQUIRE(child.status() == saga_status::compensated);
  const outcome told = result_of_child(*child.plan, rows_of(child));
  CHECK(told.kind == outcome_kind::business_failure);
  CHECK(told.reason.find("no hay saldo") != std::string::npos);
  CHECK(undo_of_failed_child(*child.plan, rows_of(child)).kind == outcome_kind::done);
}

TEST_CASE("a child of which something stays is not said to be undone", "[child]") {
  driver child{sequence({step("a"), step("b")})};
  child.start();
  child.done(0);
  child.refuse(1);
  child.refuse(0, operation::compensation);
  child.feed(operator_decided{child.now, 0, decision::skip, {}, {"ana", "x"}});
  REQUIRE(child.status() == saga_status::failed);
  CHECK(remains_of(*child.plan, rows_of(child)) == std::vector<std::string>{"a"});
  const outcome told = result_of_child(*child.plan, rows_of(child));
  CHECK(told.kind == outcome_kind::unknown); // so its parent has it undone, which
  CHECK(told.code == child_incomplete);      // is asked once,
  const outcome undo = undo_of_failed_child(*child.plan, rows_of(child));
  CHECK(undo.kind == outcome_kind::business_failure); // and parks
  CHECK(undo.reason.find('a') != std::string::npos);
}

TEST_CASE("an effect behind the pivot stays when its saga was given up there", "[child]") {
  step_definition pivot = step("p");
  pivot.pivot = true;
  pivot.compensation.clear();
  step_definition last = step("z");
  last.compensation.clear();
  driver child{sequence({step("a"), pivot, last})};
  child.start();
  child.done(0);
  child.done(1);
  child.refuse(2);
  REQUIRE(child.status() == saga_status::parked);
  child.feed(operator_decided{child.now, 2, decision::fail, {}, {"ana", "x"}});
  REQUIRE(child.status() == saga_status::failed);
  CHECK(remains_of(*child.plan, rows_of(child)) == std::vector<std::string>{"a", "p"});
}

TEST_CASE("a parent that was told so is asked for no other attempt", "[machine][child]") {
  driver saga = waiting_parent();
  saga.feed(news_came{saga.now, 1});
  const auto calls = saga.answer(1, operation::action,
                                 {outcome_kind::unknown, {}, child_incomplete, "queda algo", {}});
  REQUIRE(calls.size() == 1);
  CHECK(calls[0].op == operation::compensation); // of the child, whose undo tells
  CHECK(calls[0].step == 1);
}

TEST_CASE("a child of whose end nobody tells is asked after in time", "[child]") {
  const auto in = [](milliseconds age) {
    return child_asked_after(noon, noon + age) - (noon + age);
  };
  CHECK(in(milliseconds{0}) == milliseconds{1'000});
  CHECK(in(milliseconds{90'000}) == milliseconds{90'000});
  CHECK(in(std::chrono::hours{500}) == std::chrono::hours{1});
}

TEST_CASE("a parent explains that it waits for its child", "[explain][child]") {
  const driver saga = waiting_parent();
  const std::string text = explain(*saga.plan, saga.state, saga.rows.stored.steps, saga.now,
                                   language::english);
  INFO(text);
  CHECK(text.find("waits for the end of its child saga «h» (cobro)") != std::string::npos);
}
