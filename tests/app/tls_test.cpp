// HTTPS, names and keys together, on the real binary and its command line.
#include <fstream>

#include "app/child_process.hpp"
#include "binary.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"
#include "tests/http/certificates.hpp"

using namespace sagas;
using namespace sagas::test;
using http::testing::authority;

TEST_CASE("the command line speaks HTTPS, with a certificate and a key of its own", "[app][tls]") {
  const temp_folder folder;
  const authority ours{"ours", folder.file(".")};
  const authority::issued shown = ours.issue("server");
  const authority::issued own = ours.issue("client");
  const std::string keys = folder.file("keys.json");
  const auto key = run_sagas({"keys", "create", "--scope", "read", "--file", keys});
  REQUIRE(key.code == 0);
  std::ofstream{folder.file("own.apikey")} << key.out;

  auto server = child_process::spawn(
    {{sagas_path(), "serve", "--port", "0", "--db", folder.file("s.db"), "--tls-certificate",
      shown.certificate, "--tls-key", shown.key, "--tls-client-ca", ours.file(), "--keys", keys},
     {},
     folder.file("server.log")});
  REQUIRE(server);
  const auto said = server->read_line(milliseconds{30'000});
  REQUIRE(said);
  const auto at = said->find("https://");
  REQUIRE(at != std::string::npos);
  const std::string url = said->substr(at);
  CHECK(url.starts_with("https://"));

  const std::vector<std::string> known{"--url",         url,          "--ca", ours.file(), "--cert",
                                       own.certificate, "--cert-key", own.key};
  const auto run = [&](std::vector<std::string> line, const std::vector<std::string>& more) {
    line.insert(line.end(), more.begin(), more.end());
    return run_sagas(line);
  };
  CHECK(run({"health"}, known).code == 0);
  CHECK(run({"list"}, known).code == 3); // the certificate is needed beside the key
  CHECK(run({"list", "--key-file", folder.file("own.apikey")}, known).code == 0);
  CHECK(run({"health"}, {"--url", url, "--ca", ours.file()}).code == 3);
  const auto stranger = run({"health"}, {"--url", url});
  CHECK(stranger.code == 3);
  CHECK(stranger.err.find("--ca") != std::string::npos);
}
