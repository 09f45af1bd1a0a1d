// The file of keys that payloads are encrypted with: made, read, and refused when it is not safe.
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <sys/stat.h>

#include "app/payload_keys_file.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

mode_t mode_of(const std::string& path) {
  struct stat found {};
  REQUIRE(::stat(path.c_str(), &found) == 0);
  return found.st_mode & 07777;
}

std::string sealing_key_of(const std::string& path) {
  const auto keys = read_payload_keys(path);
  INFO((keys ? "" : keys.error().message));
  REQUIRE(keys);
  REQUIRE((*keys)->sealing());
  return (*keys)->sealing()->id;
}

failure refusal(const std::string& path) {
  const auto keys = read_payload_keys(path);
  REQUIRE_FALSE(keys);
  return keys.error();
}

std::string made(const std::string& path, const std::string& id) {
  const auto name = add_payload_key(path, id);
  INFO((name ? "" : name.error().message));
  REQUIRE(name);
  return *name;
}

} // namespace

TEST_CASE("keys are added in front, to a file that is its owner's alone", "[app][payloads]") {
  const temp_folder folder;
  const std::string file = folder.file("payload.keys");
  CHECK(made(file, "k1") == "k1");
  CHECK(mode_of(file) == 0600);
  CHECK(sealing_key_of(file) == "k1");
  CHECK(made(file, "k2") == "k2");
  CHECK(sealing_key_of(file) == "k2");
  REQUIRE((*read_payload_keys(file))->find("k1"));

  const std::string day = made(file, "");
  CHECK(day.size() == 10);
  CHECK(made(file, "") == day + ".2");
  CHECK(add_payload_key(file, "k1").error().code == errc::conflict);
  CHECK(add_payload_key(file, "two words").error().code == errc::invalid_input);
  CHECK(sealing_key_of(file) == day + ".2"); // nothing was changed by those
  CHECK_FALSE(std::filesystem::exists(file + ".draft"));
}

TEST_CASE("a file that others may read is refused, and says how to mend it", "[app][payloads]") {
  const temp_folder folder;
  const std::string file = folder.file("payload.keys");
  made(file, "k1");
  for (const mode_t mode : {0604, 0660, 0602, 0606, 0610 | 0040 | 0020}) {
    REQUIRE(::chmod(file.c_str(), mode) == 0);
    const failure why = refusal(file);
    CHECK(why.code == errc::invalid_input);
    CHECK(why.message.find("chmod 600 " + file) != std::string::npos);
    CHECK(add_payload_key(file, "k2").error().code == errc::invalid_input);
  }
  REQUIRE(::chmod(file.c_str(), 0400) == 0);
  CHECK(sealing_key_of(file) == "k1");
  // A file of root's may be its group's, too: so containers get their secrets.
  REQUIRE(::chmod(file.c_str(), 0640) == 0);
  if (::geteuid() == 0)
    CHECK(sealing_key_of(file) == "k1");
  else
    CHECK(refusal(file).code == errc::invalid_input);
}

TEST_CASE("a file that changes keeps its owner, its group and its mode", "[app][payloads]") {
  if (::geteuid() != 0)
    return; // only root has other owners to give
  const temp_folder folder;
  const std::string file = folder.file("payload.keys");
  made(file, "k1");
  REQUIRE(::chown(file.c_str(), 0, 1) == 0);
  REQUIRE(::chmod(file.c_str(), 0640) == 0);
  made(file, "k2");
  struct stat found {};
  REQUIRE(::stat(file.c_str(), &found) == 0);
  CHECK(found.st_gid == 1);
  CHECK((found.st_mode & 07777) == 0640);
  REQUIRE(::chown(file.c_str(), 1, 1) == 0);
  CHECK(refusal(file).message.find("belongs to another user") != std::string::npos);
}

TEST_CASE("what is wrong with the configured file is one line with its remedy", "[app][payloads]") {
  const temp_folder folder;
  config values;
  CHECK(payload_keys_of(values)); // none are configured
  CHECK_FALSE(*payload_keys_of(values));
  values.db.payload_keys = folder.file("payload.keys");
  auto none = payload_keys_of(values);
  REQUIRE_FALSE(none);
  CHECK(none.error().code == errc::invalid_input);
  CHECK(none.error().message.find("sagas db new-key " + values.db.payload_keys)
        != std::string::npos);
  made(values.db.payload_keys, "k1");
  CHECK(payload_keys_of(values));
  std::ofstream{values.db.payload_keys, std::ios::app} << "k1 = AAAA\n";
  none = payload_keys_of(values);
  REQUIRE_FALSE(none);
  CHECK(none.error().message
        == "db.payload_keys: " + values.db.payload_keys
             + ": line 4: the key 'k1' is not 32 bytes in base64: sagas db new-key makes one");
}
