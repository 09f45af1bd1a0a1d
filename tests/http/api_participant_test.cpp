// Registering web services as participants.
#include "api_fakes.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http::testing;

namespace {

constexpr const char* path = "/api/v1/participantes/afiliados";
constexpr const char* paper = R"({"url":"http://a/","headers":{"X":"${env:SAGAS_SECRET_A}"}})";

std::shared_ptr<fake_exchange> put(world& w, const std::string& body) {
  return w.send("PUT", path, {.body = body});
}

} // namespace

TEST_CASE("a web service is registered durably, and only then called", "[http][participant]") {
  world w;
  const auto answer = put(w, paper)->answer();
  CHECK(answer.status == 200);
  CHECK(answer.body == R"({"microservicio":"afiliados","clase":"http"})");
  REQUIRE(w.engine.kept.size() == 1);
  CHECK(w.engine.kept[0].what == kept_change::kind::put);
  CHECK(w.engine.kept[0].of.kind == "participante");
  CHECK(w.engine.kept[0].of.name == "afiliados");
  CHECK(w.engine.kept[0].of.content.text() == paper);
  CHECK(w.desk.told == std::vector{std::string{"afiliados="} + paper});

  w.engine.keep_outcome = failure{errc::unavailable, "the store is away"};
  CHECK(put(w, paper)->answer().status == 503);
  CHECK(w.desk.told.size() == 1);
}

TEST_CASE("a document that says not how to call it is refused", "[http][participant]") {
  world w;
  CHECK(put(w, "{")->answer().status == 400);
  const auto wrong = put(w, R"({"mal":1})")->answer();
  CHECK(wrong.status == 422);
  CHECK(pointers_of(wrong) == std::vector<std::string>{"/mal"});
  CHECK(w.send("PUT", "/api/v1/participantes/a b", {.body = paper})->answer().status == 422);
  CHECK(w.engine.kept.empty());
  CHECK(w.desk.told.empty());
}

TEST_CASE("one is shown with how it was registered, if it was", "[http][participant]") {
  world w;
  CHECK(w.get(path).body.find(R"("registro":null)") != std::string::npos);
  w.reads.documents.push_back({"participante", "afiliados", document{paper}, 0, w.now});
  CHECK(w.get(path).body.find(std::string{R"("registro":)"} + paper) != std::string::npos);
  CHECK(w.get("/api/v1/participantes/nadie").status == 404);
}

TEST_CASE("what was registered is taken back, and nothing else", "[http][participant]") {
  world w;
  CHECK(w.send("DELETE", path)->answer().status == 404);
  w.reads.documents.push_back({"participante", "afiliados", document{paper}, 0, w.now});
  CHECK(w.send("DELETE", path)->answer().status == 204);
  REQUIRE(w.engine.kept.size() == 1);
  CHECK(w.engine.kept[0].what == kept_change::kind::erase);
  CHECK(w.desk.told == std::vector<std::string>{"-afiliados"});
}
