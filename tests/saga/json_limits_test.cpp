// What the JSON reader refuses although a lenient parser would take it.
#include <string>

#include "saga/json_reader.hpp"
#include "support/catch.hpp"

using namespace sagas;

namespace {

std::string fault_of(const std::string& text) {
  const auto value = parse_json(text, 1 << 20);
  return value ? std::string{} : value.error().message;
}

std::string object_of(int members) {
  std::string text = "{";
  for (int i = 0; i < members; ++i)
    text += (i ? ",\"k" : "\"k") + std::to_string(i) + "\":" + std::to_string(i);
  return text + "}";
}

} // namespace

TEST_CASE("integers beyond 64 bits are refused, not rounded", "[saga]") {
  CHECK(fault_of("[18446744073709551615, -9223372036854775808, 0]").empty());
  CHECK(fault_of("[1e20, 18446744073709551616.0, 100000000000000000000e-5]").empty());
  CHECK(
    fault_of(R"({"18446744073709551616":"99999999999999999999\"99999999999999999999"})").empty());
  CHECK(fault_of("[18446744073709551616]") == "an integer beyond 64 bits: 18446744073709551616");
  CHECK(fault_of("{\"a\":-9223372036854775809}")
        == "an integer beyond 64 bits: 9223372036854775809");
  CHECK_FALSE(fault_of("[1.5, 99999999999999999999]").empty());
}

TEST_CASE("objects with very many members are refused", "[saga]") {
  CHECK(fault_of(object_of(1024)).empty());
  CHECK(fault_of(object_of(1025)) == "an object has more than 1024 members");
  CHECK(fault_of("[" + object_of(50'000) + "]") == "an object has more than 1024 members");
}

TEST_CASE("what follows a NUL byte is no less part of the text", "[saga]") {
  CHECK(fault_of(std::string{"{}\0x", 4}) == "not JSON: a NUL byte, and more behind it");
}

TEST_CASE("a message does not repeat all of a large text", "[saga]") {
  CHECK(fault_of("[" + std::string(100'000, 't') + "]").size() < 400);
  const std::string key(100'000, 'k');
  CHECK(fault_of("{\"" + key + "\":1,\"" + key + "\":2}").size() < 400);
}

TEST_CASE("a key that stands twice is named", "[saga]") {
  CHECK(fault_of(R"({"a":{"b":1,"c":{},"b":{"b":2}}})")
        == "the key \"b\" stands twice in one object");
}
