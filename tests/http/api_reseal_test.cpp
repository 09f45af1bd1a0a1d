// Encrypting payloads anew.
#include "api_fakes.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http::testing;

namespace {

constexpr const char* path = "/api/v1/sagas/recifrar";

} // namespace

TEST_CASE("payloads are encrypted anew some sagas at a time, and the answer says how far",
          "[http][payloads]") {
  world w;
  w.engine.reseal_outcome = reseal_report{.key = "k2", .sagas = 25, .resealed = 210};
  const auto answer = w.post(path, "");
  CHECK(answer.status == 200);
  CHECK(answer.body
        == R"({"clave":"k2","sagas":25,"recifradas":210,"ilegibles":0,"causa":null,)"
           R"("terminada":false,"claves_en_uso":[]})");
  w.engine.reseal_outcome = reseal_report{
    .locked = 1, .why = "no key", .finished = true, .keys_in_use = {"k1"}};
  const auto last = w.send("POST", path, {.query = {{"limite", "3"}}})->answer();
  CHECK(last.body
        == R"({"clave":null,"sagas":0,"recifradas":0,"ilegibles":1,"causa":"no key",)"
           R"("terminada":true,"claves_en_uso":["k1"]})");
  CHECK(w.engine.resealed == std::vector<std::size_t>{25, 3});
}

TEST_CASE("encrypting that the store can't do now, and a wrong number, are told so",
          "[http][payloads]") {
  world w;
  w.engine.reseal_outcome = failure{errc::unavailable, "no store"};
  CHECK(w.post(path, "").status == 503);
  for (const char* wrong : {"0", "x", "1001"})
    CHECK(w.send("POST", path, {.query = {{"limite", wrong}}})->answer().status == 422);
  CHECK(w.engine.resealed.size() == 1);
}
