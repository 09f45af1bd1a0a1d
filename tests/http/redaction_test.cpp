// What is to be hidden shows in no answer, and is whole everywhere else.
#include "api_fakes.hpp"
#include "http/redaction.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

std::string hidden(const std::vector<std::string>& what, const std::string& text) {
  return std::string{redaction{what}.of(document{text}).text()};
}

} // namespace

TEST_CASE("names are hidden at any depth, pointers where they point", "[http][redaction]") {
  CHECK(hidden({}, R"({"a": 1})") == R"({"a": 1})");
  CHECK(hidden({"b"}, R"({"a":{"b":{"c":1}},"b":[1],"c":[{"b":null,"d":2}]})")
        == R"({"a":{"b":"***"},"b":"***","c":[{"b":"***","d":2}]})");
  CHECK(hidden({"/a/b"}, R"({"a":{"b":1,"c":2},"b":3})") == R"({"a":{"b":"***","c":2},"b":3})");
  CHECK(hidden({"/a/*/b"}, R"({"a":[{"b":1},{"b":2,"c":3}],"b":4})")
        == R"({"a":[{"b":"***"},{"b":"***","c":3}],"b":4})");
  CHECK(hidden({"/a/1"}, R"({"a":[1,2,3]})") == R"({"a":[1,"***",3]})");
  CHECK(hidden({"/a~1b/c~0d"}, R"({"a/b":{"c~d":1}})") == R"({"a/b":{"c~d":"***"}})");
  CHECK(hidden({"/a/b"}, R"({"a":7})") == R"({"a":7})");
  // A name may be written with escapes; it is the same name.
  CHECK(hidden({"pin"}, R"({"p\u0069n":"1234"})") == R"({"pin":"***"})");
}

TEST_CASE("what can't be read is hidden whole", "[http][redaction]") {
  CHECK(hidden({"a"}, "{nope") == "\"***\"");
  CHECK(hidden({"a"}, std::string(10'000, '[') + std::string(10'000, ']')) == "\"***\"");
  CHECK(hidden({"a"}, "7") == "7");
}

TEST_CASE("entries that name nothing are faults", "[http][redaction]") {
  for (const char* bad : {"", "/", "/a//b", "/a/", "a/b"})
    CHECK_FALSE(redaction_fault(bad).empty());
  for (const char* good : {"a", "/a", "/a/*/b", "tarjeta de crédito"})
    CHECK(redaction_fault(good).empty());
}

TEST_CASE("no answer shows a hidden field", "[http][redaction]") {
  world w{false, {}, {}, redaction{{"secreto"}}};
  const saga_id id = id_of(1);
  saga_view saga = completed_saga(id);
  saga.header.metadata = document{R"({"secreto":"no-lo-digas","origen":"panel"})"};
  w.reads.sagas[id] = saga;
  step_view step = step_row_of(1, 0, "solicitar_afiliados_elegibles", "afiliados",
                               operation::action, step_status::completed);
  step.row.input = document{R"({"lista":[{"secreto":"no-lo-digas"}]})"};
  step.row.output = document{R"({"secreto":{"hondo":"no-lo-digas"},"encontrados":3})"};
  w.reads.rows[id] = {step};
  campaign_view campaign;
  campaign.campaign_id = "camp-001";
  campaign.saga = saga;
  campaign.input = document{R"({"nombre":"x","descripcion":{"secreto":"no-lo-digas"}})"};
  campaign.outputs["solicitar_afiliados_elegibles"] = document{
    R"({"encontrados":1,"afiliados":[{"secreto":"no-lo-digas"}]})"};
  w.reads.campaign_list = {campaign};

  const std::string path = "/api/v1/sagas/" + to_text(id);
  std::size_t masked = 0;
  for (const std::string& one :
       {path, path + "/pasos", path + "/progreso", path + "/eventos", std::string{"/api/v1/sagas"},
        std::string{"/api/v1/sagas/activas"}, std::string{"/api/v1/campanias"},
        std::string{"/api/v1/campanias/camp-001"}}) {
    const response answer = w.get(one);
    INFO(one << ": " << answer.body);
    CHECK(answer.status == 200);
    CHECK(answer.body.find("no-lo-digas") == std::string::npos);
    masked += answer.body.find("***") == std::string::npos ? 0U : 1U;
  }
  CHECK(masked >= 6);
}
