// A body must be what the route takes.
#include "api_fakes.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

const std::string start = R"({"tipo":"lanzar_campania_completa","entrada":{}})";

int status_of(world& w, const std::string& path, const std::string& type) {
  return w.post(path, start, {{"content-type", type}}).status;
}

} // namespace

TEST_CASE("a body of another media type, or of none, is a 415 before it is looked at", "[http]") {
  world w;
  for (const std::string path : {"/api/v1/sagas", "/api/v1/sagas/lote"})
    for (const std::string type :
         {"text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""})
      CHECK(status_of(w, path, type) == 415);
  CHECK(status_of(w, "/api/v1/sagas", "application/x-ndjson") == 415);
  CHECK(w.engine.starts.empty());
}

TEST_CASE("a media type may have parameters and capital letters", "[http]") {
  world w;
  CHECK(status_of(w, "/api/v1/sagas", "Application/JSON;charset=utf-8") != 415);
  CHECK(status_of(w, "/api/v1/sagas/lote", "application/x-NDJSON ; charset=utf-8") == 200);
}
