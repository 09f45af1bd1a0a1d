#include "http/router.hpp"
#include "support/catch.hpp"

using namespace sagas::http;

namespace {

using captures = std::vector<std::string>;

const router& sample() {
  static const router routes{{{"GET", "/", {}},
                              {"GET", "/sagas/activas", {}},
                              {"GET", "/sagas/{saga_id}", {}},
                              {"POST", "/sagas/{saga_id}/pasos/{nombre}/omitir", {}},
                              {"PUT", "/sagas/{saga_id}", {}}}};
  return routes;
}

std::string path_of(const router::match& match) {
  return match.found ? match.found->method + " " + match.found->path : "";
}

} // namespace

TEST_CASE("a name in a path stands for one whole segment", "[http]") {
  CHECK(match_path("/a/{b}/c/{d}", "/a/1/c/2 3") == captures{"1", "2 3"});
  CHECK(match_path("/", "/") == captures{});
  for (const char* path : {"/a", "/a/1/c", "/a/1/c/", "/a//c/2", "/a/1/c/2/", "a/1/c/2", "", "/",
                           "/A/1/c/2", "//a/1/c/2"})
    CHECK_FALSE(match_path("/a/{b}/c/{d}", path));
}

TEST_CASE("the first route that matches answers; GET answers HEAD", "[http]") {
  CHECK(path_of(sample().find("GET", "/sagas/activas")) == "GET /sagas/activas");
  CHECK(path_of(sample().find("HEAD", "/sagas/x")) == "GET /sagas/{saga_id}");
  CHECK(sample().find("GET", "/sagas/x").captures == captures{"x"});
  CHECK(path_of(sample().find("PUT", "/sagas/activas")) == "PUT /sagas/{saga_id}");
}

TEST_CASE("a wrong method is told which the path knows, an unknown path nothing", "[http]") {
  const auto wrong = sample().find("DELETE", "/sagas/activas");
  CHECK_FALSE(wrong.found);
  CHECK(wrong.allowed == "GET, HEAD, PUT");
  CHECK(sample().find("GET", "/sagas/x/pasos/y/omitir").allowed == "POST");
  CHECK(sample().find("GET", "/otros").allowed.empty());
}
