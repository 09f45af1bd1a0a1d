#include "app/log.hpp"

#include <nlohmann/json.hpp>

#include "support/catch.hpp"

using namespace sagas;

namespace {
const timestamp at = *parse_iso("2026-01-31T09:08:07.123Z");
}

TEST_CASE("a JSON line is one object with the fields", "[app][log]") {
  const std::string line = log_line(log_format::json, at, log_level::warning, "it \"broke\"\n",
                                    {{"saga", "a\nb"}});
  CHECK(line.find('\n') == std::string::npos);
  const auto parsed = nlohmann::json::parse(line);
  CHECK(parsed["time"] == "2026-01-31T09:08:07.123Z");
  CHECK(parsed["level"] == "warning");
  CHECK(parsed["message"] == "it \"broke\"\n");
  CHECK(parsed["saga"] == "a\nb");
}

TEST_CASE("a text line can't be broken in two by what it tells", "[app][log]") {
  CHECK(log_line(log_format::text, at, log_level::info, "listening", {{"port", "8003"}})
        == "2026-01-31T09:08:07.123Z info    listening port=8003");
  const std::string line = log_line(log_format::text, at, log_level::error, "a\nb",
                                    {{"x", "1 2"}, {"y", "q\n\""}, {"z", ""}});
  CHECK(line.find('\n') == std::string::npos);
  CHECK(line.ends_with("error   a b x=\"1 2\" y=\"q\\n\\\"\" z=\"\""));
}

TEST_CASE("bytes that are no UTF-8 don't end the log", "[app][log]") {
  const std::string line = log_line(log_format::json, at, log_level::info, "\xff\xfe",
                                    {{"k", "\xc3"}});
  CHECK(nlohmann::json::accept(line));
}

TEST_CASE("the level decides what is written", "[app][log]") {
  const auto log = open_log({log_level::warning, log_format::json});
  CHECK_FALSE(log->enabled(log_level::info));
  CHECK(log->enabled(log_level::warning));
  CHECK(log->enabled(log_level::error));
}
