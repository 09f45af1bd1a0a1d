#include "app/participant_report.hpp"

#include <nlohmann/json.hpp>

namespace sagas {
namespace {

using namespace http::conformance;

const char* word_of(verdict how) {
  switch (how) {
  case verdict::passed: return "passed";
  case verdict::failed: return "failed";
  case verdict::skipped: return "skipped";
  }
  SAGAS_ASSERT(false);
}

std::string exchanges_of(const finding& of) {
  std::string text;
  for (const exchange& each : of.exchanges)
    text += "          " + each.sent + "\n            -> " + each.came + "\n";
  return text;
}

std::string lines_of(const finding& of) {
  switch (of.how) {
  case verdict::passed: return "ok    " + of.title + "\n";
  case verdict::skipped: return "skip  " + of.title + " (" + of.problem + ")\n";
  case verdict::failed: break;
  }
  return "FAIL  " + of.title + " [" + of.check + "]\n      " + of.problem
         + "\n      right: " + of.right + "\n      mend:  " + of.mend
         + "\n      what was sent, and what came back:\n" + exchanges_of(of);
}

std::string seconds_of(milliseconds span) {
  const std::string rest = std::to_string(span.count() % 1'000);
  return std::to_string(span.count() / 1'000) + "." + std::string(3 - rest.size(), '0') + rest;
}

// For texts and attributes of XML 1.0, which can't hold control characters at all.
std::string escaped(const std::string& text) {
  std::string made;
  for (const char c : text)
    switch (c) {
    case '&': made += "&amp;"; break;
    case '<': made += "&lt;"; break;
    case '>': made += "&gt;"; break;
    case '"': made += "&quot;"; break;
    case '\n': made += "&#10;"; break;
    default: made += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  return made;
}

} // namespace

std::string as_text(const report& of, const target& at) {
  std::string text;
  for (const finding& each : of.findings)
    text += lines_of(each);
  text += "\n" + std::to_string(of.count(verdict::passed)) + " passed, "
          + std::to_string(of.count(verdict::failed)) + " failed, "
          + std::to_string(of.count(verdict::skipped)) + " skipped; seed " + std::to_string(at.seed)
          + "\n";
  if (at.effects_url.empty())
    text += "Effects were not counted: one that is done twice behind the same answer was not seen. "
            "See --effects.\n";
  return text;
}

std::string as_json(const report& of, const target& at) {
  using json = nlohmann::ordered_json;
  json checks = json::array();
  for (const finding& each : of.findings) {
    json one{{"check", each.check},
             {"title", each.title},
             {"result", word_of(each.how)},
             {"ms", each.took.count()}};
    if (each.how == verdict::skipped)
      one["why"] = each.problem;
    if (each.how == verdict::failed) {
      one["problem"] = each.problem;
      one["right"] = each.right;
      one["mend"] = each.mend;
      one["calls"] = json::array();
      for (const exchange& line : each.exchanges)
        one["calls"].push_back({{"sent", line.sent}, {"came", line.came}});
    }
    checks.push_back(std::move(one));
  }
  const json whole{{"url", at.to.url},
                   {"seed", at.seed},
                   {"effects_counted", !at.effects_url.empty()},
                   {"passed", of.count(verdict::passed)},
                   {"failed", of.count(verdict::failed)},
                   {"skipped", of.count(verdict::skipped)},
                   {"checks", checks}};
  return whole.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string as_junit(const report& of) {
  std::string text = R"(<?xml version="1.0" encoding="UTF-8"?>)"
                     "\n<testsuite name=\"sagas check-participant\" tests=\""
                     + std::to_string(of.findings.size()) + "\" failures=\""
                     + std::to_string(of.count(verdict::failed)) + "\" skipped=\""
                     + std::to_string(of.count(verdict::skipped)) + "\" errors=\"0\">\n";
  for (const finding& each : of.findings) {
    text += "  <testcase classname=\"participant\" name=\"" + escaped(each.check) + "\" time=\""
            + seconds_of(each.took) + "\">";
    if (each.how == verdict::skipped)
      text += "<skipped message=\"" + escaped(each.problem) + "\"/>";
    if (each.how == verdict::failed)
      text += "<failure message=\"" + escaped(each.problem) + "\">" + escaped(lines_of(each))
              + "</failure>";
    text += "</testcase>\n";
  }
  return text + "</testsuite>\n";
}

} // namespace sagas
