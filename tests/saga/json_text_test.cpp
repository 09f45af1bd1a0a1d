#include "saga/json_text.hpp"

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "saga/text.hpp"
#include "support/catch.hpp"

using namespace sagas;

TEST_CASE("checking accepts what a parser accepts and nothing else", "[saga]") {
  const char* sound[] = {"{}",           " [1, 2] ", R"({"a":{"b":[true,false,null]}})",
                         "-0.5e-3",      "0",        R"("\u00e1\ud83d\ude00\n\/")",
                         "\"\xC3\xA1\"", "1e308"};
  for (const char* text : sound) {
    INFO(text);
    CHECK(nlohmann::json::accept(text));
    CHECK(check_json(text));
  }
  const char* broken[] = {"",
                          "{",
                          "{}x",
                          "[1,]",
                          R"({"a" 1})",
                          "01",
                          "1.",
                          "-",
                          "+1",
                          "1e",
                          "nul",
                          "\"\n\"",
                          "\"\\x\"",
                          R"("\ud83d")",
                          R"("\ude00")",
                          "\"\xC0\xAF\"",
                          "\"\xED\xA0\x80\"",
                          "\"\xF5\x80\x80\x80\"",
                          "\"\xE2\x82\"",
                          "1e400",
                          R"("\u12g4")",
                          "\"open",
                          "{1:2}",
                          "[1 2]"};
  for (const char* text : broken) {
    INFO(text);
    CHECK_FALSE(nlohmann::json::accept(text));
    CHECK_FALSE(check_json(text));
  }
}

TEST_CASE("checking agrees with a parser on mutated texts", "[saga]") {
  const std::string seed = R"({"a":[1,-2.5e+3,"x\u00e1\\",{"b":null}],"c":true})";
  const bool agrees = rc::check("same verdict", [&] {
    std::string text = seed;
    const auto edits = *rc::gen::inRange(1, 4);
    for (int i = 0; i < edits; ++i)
      text[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::elementOf(
        std::string{"{}[]\",:\\01e.-+u \n\xC3\xA1x"});
    RC_ASSERT(nlohmann::json::accept(text) == check_json(text).has_value());
  });
  CHECK(agrees);
}

TEST_CASE("depth is bounded", "[saga]") {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[')
           + std::string(static_cast<std::size_t>(depth), ']');
  };
  CHECK(check_json(nested(64)));
  CHECK_FALSE(check_json(nested(65)));
  CHECK_FALSE(check_json(nested(200'000)));
  CHECK_FALSE(nested_deeper(nested(64)));
  CHECK(nested_deeper(nested(65)));
  CHECK_FALSE(nested_deeper('"' + nested(65) + '"'));
}

TEST_CASE("look-ups find members, elements and nothing", "[saga]") {
  const json_lookup in{R"({"a":{"b":[10,{"c":"x"}]},"n":null,"a\u0062":1,"d":1,"d":2})"};
  CHECK(in.find({"a", "b", "0"}) == "10");
  CHECK(in.find({"a", "b", "1", "c"}) == "\"x\"");
  CHECK(in.find({"n"}) == "null");
  CHECK(in.find({"ab"}) == "1");
  CHECK(in.find({"d"}) == "2");
  CHECK(in.find({"a", "b", "2"}).empty());
  CHECK(in.find({"a", "b", "x"}).empty());
  CHECK(in.find({"n", "x"}).empty());
  CHECK(in.find({"zz"}).empty());
  CHECK(json_lookup{"[1,2]"}.find({"1"}) == "2");
  CHECK(json_lookup{" 7 "}.find({}) == "7");
  CHECK(json_lookup{"{\"a\":1"}.find({"a"}).empty());
  CHECK(json_lookup{}.find({}).empty());
}

TEST_CASE("quoting gives valid JSON that says the same", "[saga]") {
  const std::string text = "a\"b\\c\n\t\x01 \xC3\xA1";
  CHECK(nlohmann::json::parse(json_quoted(text)) == text);
  CHECK(unquoted(json_quoted(text)) == text);
  CHECK(json_quoted("\xFFx") == "\"\xEF\xBF\xBDx\"");
}

TEST_CASE("case folding knows Spanish letters", "[saga]") {
  CHECK(fold_case("VACÍO Ñandú Ü ×") == "vacío ñandú ü ×");
  CHECK(is_name("a.b:c-d_9"));
  CHECK_FALSE(is_name(""));
  CHECK_FALSE(is_name("a b"));
  CHECK_FALSE(is_name(std::string(101, 'a')));
}
