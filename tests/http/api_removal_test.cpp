// Removing sagas that ended long ago.
#include "api_fakes.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http::testing;

namespace {

constexpr const char* path = "/api/v1/sagas/retirar";

std::string body_of(const std::vector<saga_id>& ids) {
  std::string list;
  for (const saga_id& id : ids)
    list += (list.empty() ? "\"" : ",\"") + to_text(id) + "\"";
  return R"({"saga_ids":[)" + list + "]}";
}

} // namespace

TEST_CASE("the sagas of a list are removed, and the answer says how many", "[http][removal]") {
  world w;
  w.engine.remove_outcome = std::size_t{2};
  const auto answer = w.post(path, body_of({id_of(1), id_of(2), id_of(3)}));
  CHECK(answer.status == 200);
  CHECK(answer.body == R"({"retiradas":2})");
  CHECK(w.engine.removed == std::vector{id_of(1), id_of(2), id_of(3)});
  CHECK(w.post(path, body_of({})).status == 200);
}

TEST_CASE("a removal without a list of ids is refused, every fault named", "[http][removal]") {
  world w;
  CHECK(w.post(path, "{").status == 400);
  CHECK(w.post(path, "{}").status == 422);
  CHECK(w.post(path, R"({"saga_ids":"x"})").status == 422);
  const auto wrong = w.post(path, R"({"saga_ids":["x",7],"otra":1})");
  CHECK(wrong.status == 422);
  for (const char* each : {"/saga_ids/0", "/saga_ids/1", "/otra"}) {
    INFO(wrong.body);
    CHECK(wrong.body.find(each) != std::string::npos);
  }
  CHECK(w.post(path, body_of(std::vector<saga_id>(501, id_of(1)))).status == 422);
  CHECK(w.engine.removed.empty());
}

TEST_CASE("a removal that the store can't do now is told so", "[http][removal]") {
  world w;
  w.engine.remove_outcome = failure{errc::unavailable, "no store"};
  CHECK(w.post(path, body_of({id_of(1)})).status == 503);
}
