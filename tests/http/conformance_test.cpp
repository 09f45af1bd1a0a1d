// The checker of participants, against one that is right and against every classic mistake.
#include "http/conformance/conformance.hpp"

#include <map>
#include <set>

#include "flawed_participant.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;
namespace conf = sagas::http::conformance;

namespace {

timestamp now() {
  return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
}

conf::target target_at(const std::string& url, const std::string& host) {
  conf::target made;
  made.to.service = "ventas";
  made.to.url = url;
  made.to.lane.special_targets = {host};
  made.step = "vender";
  made.input = document{R"({"cosa":"libro"})"};
  made.refused_input = document{R"({"cosa":"libro","lleno":true})"};
  made.seed = 7;
  return made;
}

result<conf::report> examined(const conf::target& what) {
  auto opened = web_client::open();
  REQUIRE(opened);
  return conf::examine(what, std::shared_ptr<web_client>{std::move(*opened)}, now);
}

conf::report report_on(flawed_participant& one, bool with_effects = true,
                       const std::string& secret = {}) {
  conf::target what = target_at(one.url(), one.target());
  what.effects_url = with_effects ? one.effects_url() : "";
  what.to.signing_secret = secret;
  what.restart = [&one]() -> status {
    one.restart();
    return nothing{};
  };
  const auto made = examined(what);
  INFO((made ? "" : made.error().message));
  REQUIRE(made);
  return *made;
}

std::set<std::string> failed_in(const conf::report& of) {
  std::set<std::string> names;
  for (const conf::finding& each : of.findings)
    if (each.how == conf::verdict::failed) {
      UNSCOPED_INFO(each.check << ": " << each.problem);
      names.insert(each.check);
    }
  return names;
}

const conf::finding& finding_of(const conf::report& in, const std::string& check) {
  for (const conf::finding& each : in.findings)
    if (each.check == check)
      return each;
  FAIL("no check " << check);
  return in.findings.front();
}

} // namespace

TEST_CASE("a right participant passes every check", "[http][conformance]") {
  const bool slow = GENERATE(false, true);
  flawed_participant one{{.secret = "s3cr3t0", .slow = slow}};
  const conf::report found = report_on(one, true, "s3cr3t0");
  CHECK(failed_in(found).empty());
  CHECK(finding_of(found, "retry-after").how
        == (slow ? conf::verdict::passed : conf::verdict::skipped));
  CHECK(found.count(conf::verdict::skipped) == (slow ? 0 : 1));
  CHECK(one.in_force() == 0); // nothing is left behind
}

TEST_CASE("each classic mistake fails the check that names it", "[http][conformance]") {
  struct row {
    flaw with;
    std::string check;
    std::string words; // of the problem
  };
  const auto of = GENERATE(values<row>({
    {flaw::acts_on_repetition, "repetition", "it was done more than once"},
    {flaw::looks_then_acts, "duplicates-at-once", "it was done more than once"},
    {flaw::not_found_undo, "undo-first", "404"},
    {flaw::acts_after_undo, "action-after-undo", "as if it had been done"},
    {flaw::undoes_twice, "repeated-undo", "undone more than once"},
    {flaw::not_found_again, "repeated-undo", "404"},
    {flaw::ignores_epochs, "old-epoch", "older Saga-Epoca"},
    {flaw::answers_anew, "repetition", "the same key must get the same answer"},
    {flaw::conflict_on_repetition, "repetition", "the engine undoes the saga"},
    {flaw::refuses_with_500, "refusal", "only 409"},
    {flaw::forgets_refusals, "refusal", "as if it had been done"},
    {flaw::knows_by_input, "sagas-apart", "effects for the"},
    {flaw::strict_about_members, "unknown-members", "422"},
    {flaw::undo_does_not_wait, "undo-meanwhile", "still in force"},
    {flaw::undo_keeps_effect, "undo", "still in force"},
    {flaw::forgets_on_restart, "restart", "the same key must get the same answer"},
    {flaw::answers_text, "action", "must be JSON or nothing"},
    {flaw::asks_again_never, "retry-after", "soon"},
  }));
  flawed_participant one{{.with = of.with}};
  const conf::report found = report_on(one);
  const std::set<std::string> failed = failed_in(found);
  INFO(of.check);
  REQUIRE(failed.contains(of.check));
  const conf::finding& told = finding_of(found, of.check);
  INFO(told.problem);
  CHECK(told.problem.find(of.words) != std::string::npos);
  CHECK_FALSE(told.mend.empty());
  if (of.with != flaw::asks_again_never)
    CHECK_FALSE(told.exchanges.empty());
}

TEST_CASE("a participant that trusts anybody is found out", "[http][conformance]") {
  flawed_participant one{{.with = flaw::trusts_anybody, .secret = "s3cr3t0"}};
  const conf::report found = report_on(one, true, "s3cr3t0");
  CHECK(failed_in(found) == std::set<std::string>{"signature"});
  for (const conf::finding& each : found.findings)
    for (const conf::exchange& line : each.exchanges)
      CHECK(line.sent.find("s3cr3t0") == std::string::npos);
}

TEST_CASE("a mistake does not drag down the checks beside it", "[http][conformance]") {
  flawed_participant epochs{{.with = flaw::ignores_epochs}};
  CHECK(failed_in(report_on(epochs)) == std::set<std::string>{"old-epoch"});
  flawed_participant refusals{{.with = flaw::refuses_with_500}};
  CHECK(failed_in(report_on(refusals)) == std::set<std::string>{"refusal"});
}

TEST_CASE("without a count of effects a hidden second one passes", "[http][conformance]") {
  flawed_participant one{{.with = flaw::acts_on_repetition}};
  CHECK(failed_in(report_on(one, false)).empty());
}

TEST_CASE("a restart that fails, fails its check", "[http][conformance]") {
  const flawed_participant one{{}};
  conf::target what = target_at(one.url(), one.target());
  what.restart = []() -> status { return {errc::unavailable, "it does not come up"}; };
  const auto found = examined(what);
  REQUIRE(found);
  CHECK(failed_in(*found) == std::set<std::string>{"restart"});
  CHECK(finding_of(*found, "restart").problem == "it does not come up");
}

TEST_CASE("what can't be tried is skipped, and says why", "[http][conformance]") {
  const flawed_participant one{{}};
  conf::target what = target_at(one.url(), one.target());
  what.refused_input = {};
  what.undoes = false;
  const auto found = examined(what);
  REQUIRE(found);
  CHECK(failed_in(*found).empty());
  CHECK(finding_of(*found, "refusal").problem == "no --refused-input was given");
  CHECK(finding_of(*found, "signature").how == conf::verdict::skipped);
  CHECK(finding_of(*found, "restart").problem == "no --restart was given");
  CHECK(finding_of(*found, "undo-first").how == conf::verdict::skipped);

  what.input = document{R"({"cosa":"libro","lleno":true})"};
  const auto refused = examined(what);
  REQUIRE(refused);
  CHECK(failed_in(*refused) == std::set<std::string>{"action"});
  CHECK(finding_of(*refused, "repetition").how == conf::verdict::skipped);
}

TEST_CASE("a service that is not there is no failed check", "[http][conformance]") {
  const std::string nobody = dead_target();
  const auto found = examined(target_at("http://" + nobody + "/", nobody));
  REQUIRE_FALSE(found);
  CHECK(found.error().code == errc::unavailable);

  conf::target misnamed = target_at("http://" + nobody + "/", nobody);
  misnamed.step = "no es un nombre";
  CHECK(examined(misnamed).error().code == errc::invalid_input);
}
