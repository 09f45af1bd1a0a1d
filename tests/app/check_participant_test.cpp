// sagas check-participant, the real program.
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "app/binary.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"
#include "tests/http/flawed_participant.hpp"

using namespace sagas;
using namespace sagas::test;
using namespace sagas::http::testing;
using json = nlohmann::json;

namespace {

bool holds(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

} // namespace

TEST_CASE("a failed check tells what came, what is right and how to mend it",
          "[app][participant]") {
  const flawed_participant one{{.with = flaw::not_found_undo}};
  const temp_folder folder;
  std::ofstream{folder.file("in.json")} << R"({"cosa":"<libro>"})";
  const auto checked = run_sagas({"check-participant", one.url(), "--input",
                                  "@" + folder.file("in.json"), "--effects", one.effects_url(),
                                  "--junit", folder.file("out.xml"), "--seed", "11"});
  INFO(checked.out << checked.err);
  CHECK(checked.code == 1);
  CHECK(holds(checked.out, "FAIL  an undo of what never came is done [undo-first]"));
  CHECK(holds(checked.out, "-> 404"));
  CHECK(holds(checked.out, "mend:  When nothing is known of the action"));
  CHECK(holds(checked.out, "seed 11"));
  CHECK(checked.err.empty()); // no terminal: no progress

  std::ifstream file{folder.file("out.xml")};
  const std::string xml{std::istreambuf_iterator<char>{file}, {}};
  CHECK(holds(xml, R"(tests="16" failures=")"));
  CHECK(holds(xml, R"(name="undo-first")"));
  CHECK(holds(xml, "&lt;libro&gt;"));
  CHECK_FALSE(holds(xml, "<libro>"));
}

TEST_CASE("headers are sent along with every call, secrets in place", "[app][participant]") {
  const flawed_participant one{{}};
  const auto checked = run_sagas({"check-participant", "--header",
                                  "Authorization: Bearer ${env:LLAVE}", "--header", "X-Zona: norte",
                                  one.url(), "--effects", one.effects_url()},
                                 {{"LLAVE", "s3cr3t0"}});
  INFO(checked.err);
  CHECK(checked.code == 0);
  CHECK_FALSE(holds(checked.out, "s3cr3t0"));
  REQUIRE_FALSE(one.requests().empty());
  for (const std::string& sent : one.requests()) {
    CHECK(holds(sent, "\r\nAuthorization: Bearer s3cr3t0\r\n"));
    CHECK(holds(sent, "\r\nX-Zona: norte\r\n"));
  }
}

TEST_CASE("the outcome as JSON, and what was not counted", "[app][participant]") {
  const flawed_participant one{{}};
  const auto checked = run_sagas({"check-participant", one.url(), "--json"});
  CHECK(checked.code == 0);
  const json told = json::parse(checked.out);
  CHECK(told["failed"] == 0);
  CHECK(told["effects_counted"] == false);
  CHECK(told["checks"].size() == 16);
  const auto plain = run_sagas({"check-participant", one.url()});
  CHECK(plain.code == 0);
  CHECK(holds(plain.out, "Effects were not counted"));
}

TEST_CASE("wrong flags of the check are named, and nothing is sent", "[app][participant]") {
  const flawed_participant one{{}};
  const auto code_of = [&](std::vector<std::string> flags, const std::string& words) {
    flags.insert(flags.begin(), {"check-participant", one.url()});
    const auto ended = run_sagas(flags);
    INFO(ended.err);
    CHECK(holds(ended.err, words));
    return ended.code;
  };
  CHECK(code_of({"--input", "{nonsense"}, "--input") == 2);
  CHECK(code_of({"--timeout", "soon"}, "--timeout") == 2);
  CHECK(code_of({"--seed", "x"}, "--seed") == 2);
  CHECK(code_of({"--header", "no colon"}, "--header") == 2);
  CHECK(code_of({"--header", "Saga-Id: x"}, "engine writes itself") == 2);
  CHECK(code_of({"--sign", "env:NOBODY_HAS_IT"}, "secret") == 2);
  CHECK(code_of({"--effects", "ftp://x/"}, "--effects") == 2);
  CHECK(code_of({"--step", "a b"}, "/pasos/0/nombre") == 2);
  CHECK(one.requests().empty());
}

TEST_CASE("the command of --restart is run, and must succeed", "[app][participant]") {
  const flawed_participant one{{}};
  const temp_folder folder;
  const auto with = [&](const std::string& command) {
    return run_sagas({"check-participant", one.url(), "--restart", command, "--timeout", "5s"});
  };
  CHECK(with("echo noise; touch " + folder.file("ran")).code == 0);
  CHECK(std::ifstream{folder.file("ran")}.good());
  const auto failed = with("exit 3");
  CHECK(failed.code == 1);
  CHECK(holds(failed.out, "--restart ended with 3"));
}

TEST_CASE("a service that can't be reached is no failed check", "[app][participant]") {
  const auto ended = run_sagas({"check-participant", "http://" + dead_target() + "/"});
  CHECK(ended.code == 3);
  CHECK_FALSE(ended.err.empty());
}
