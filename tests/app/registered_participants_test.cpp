// The real program, with web services that are registered while it runs.
#include <fstream>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "running_server.hpp"
#include "support/catch.hpp"
#include "tests/http/scripted_service.hpp"

using namespace sagas;
using namespace sagas::test;
using http::testing::scripted_service;
using json = nlohmann::json;

namespace {

constexpr const char* plan =
  R"({"tipo":"pago","pasos":[{"nombre":"cobrar","microservicio":"pagos"}]})";

std::string text_file(const temp_folder& in, const std::string& name, const std::string& text) {
  std::ofstream{in.file(name)} << text;
  return in.file(name);
}

struct payment_world : running_server {
  payment_world() {
    ::mkdir(folder.file("secrets").c_str(), 0700);
    text_file(folder, "secrets/token", "fr0m-file\n");
    text_file(folder, "outside", "n0t-t0ld");
    server.options().environment = {{"SAGAS_SECRET_PAGOS", "s3cr3t0"},
                                    {"OTHER", "n0t-t0ld"},
                                    {"SAGAS_PARTICIPANTS_TARGETS", service.target()},
                                    {"SAGAS_PARTICIPANTS_SECRETS", folder.file("secrets")}};
    start();
    CHECK(verb({"def", "register", plan}).code == 0);
  }

  child_process::ended set(const std::string& document) {
    return verb({"participants", "set", "pagos", document});
  }
  /// How a saga that pays ends.
  std::string pay() { return told({"start", "pago", "--wait", "20s"})["estado"]; }
  std::string document(const std::string& token) const {
    return json{{"url", service.url("/{paso}/{operacion}")},
                {"headers", {{"Authorization", "Bearer " + token}}}}
      .dump();
  }

  scripted_service service{[](scripted_service::visit& to) {
    to.answer(200, R"({"recibo":"r-1"})");
    return true;
  }};
};

} // namespace

TEST_CASE("a registered service is called at once, after a kill -9, and no more when removed",
          "[app][participant]") {
  payment_world w;
  CHECK(w.pay() == "COMPLETADA"); // by the built-in one
  CHECK(w.service.requests().empty());
  const auto set = w.set(w.document("${env:SAGAS_SECRET_PAGOS}"));
  INFO(set.err);
  REQUIRE(set.code == 0);
  CHECK(w.pay() == "COMPLETADA");
  REQUIRE(w.service.requests().size() == 1);
  CHECK(w.service.requests()[0].find("Authorization: Bearer s3cr3t0\r\n") != std::string::npos);

  w.server.kill();
  w.start();
  CHECK(w.pay() == "COMPLETADA");
  CHECK(w.service.requests().size() == 2);
  const auto shown = w.verb({"participants", "show", "pagos"});
  CHECK(shown.out.find("${env:SAGAS_SECRET_PAGOS}") != std::string::npos);
  CHECK(shown.out.find("s3cr3t0") == std::string::npos);

  CHECK(w.set(w.document("${file:token}")).code == 0);
  CHECK(w.pay() == "COMPLETADA");
  REQUIRE(w.service.requests().size() == 3);
  CHECK(w.service.requests()[2].find("Authorization: Bearer fr0m-file\r\n") != std::string::npos);

  CHECK(w.verb({"participants", "remove", "pagos"}).code == 0);
  CHECK(w.verb({"participants", "remove", "pagos"}).code != 0);
  CHECK(w.pay() == "COMPLETADA");
  CHECK(w.service.requests().size() == 3);
}

TEST_CASE("who registers a service learns no other secret of the machine", "[app][participant]") {
  payment_world w;
  for (const std::string reference :
       {"${env:OTHER}", "${env:PATH}", "${file:../outside}", "${file:/etc/hostname}",
        "${file:.token}", "${file:nothing}"}) {
    const auto refused = w.set(w.document(reference));
    INFO(reference << refused.err);
    CHECK(refused.code != 0);
    CHECK(refused.err.find("/headers/Authorization") != std::string::npos);
    CHECK(refused.err.find("n0t-t0ld") == std::string::npos);
  }
  const auto tls = w.set(R"({"url":"https://a/","tls":{"ca":"/etc/passwd"}})");
  CHECK(tls.err.find("/tls/ca") != std::string::npos);
  CHECK(w.pay() == "COMPLETADA"); // still by the built-in one
}

TEST_CASE("a registered service whose secret has gone is not replaced by another one",
          "[app][participant]") {
  payment_world w;
  REQUIRE(w.set(w.document("${env:SAGAS_SECRET_PAGOS}")).code == 0);
  w.server.kill();
  w.server.options().environment.clear();
  w.start();
  CHECK(w.pay() == "FALLIDA");
  CHECK(w.service.requests().empty());
  CHECK(w.verb({"participants", "remove", "pagos"}).code == 0);
  CHECK(w.pay() == "COMPLETADA");
}

TEST_CASE("a service on this machine is called only when it is listed", "[app][participant]") {
  payment_world w;
  scripted_service other{[](scripted_service::visit& to) {
    to.answer(200, "{}");
    return true;
  }};
  REQUIRE(w.set(json{{"url", other.url("/")}}.dump()).code == 0);
  CHECK(w.pay() == "FALLIDA");
  CHECK(other.requests().empty());
}
