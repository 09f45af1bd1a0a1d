// A ledger in memory and calls, for the tests of the stand-in participants.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "actors/stand_ins/stand_in.hpp"
#include "saga/definition_json.hpp"
#include "support/catch.hpp"

namespace sagas {

class fake_ledger final : public participant_ledger {
public:
  result<std::optional<ledger_row>> find(const saga_id& saga, std::string_view service,
                                         std::string_view step) override {
    if (broken)
      return {errc::unavailable, "broken"};
    const auto found = rows.find(key(saga, service, step));
    return found == rows.end() ? std::optional<ledger_row>{} : found->second;
  }
  status put(const ledger_row& row) override {
    rows[key(row.saga, row.service, row.step)] = row;
    ++puts;
    return nothing{};
  }
  status note(const ledger_note& line) override {
    diary.emplace_back(line.what);
    digests.push_back(line.input_digest);
    return nothing{};
  }
  status commit() override { return nothing{}; }

  const ledger_row& only() const {
    REQUIRE(rows.size() == 1);
    return rows.begin()->second;
  }

  using row_key = std::tuple<saga_id, std::string, std::string>;
  static row_key key(const saga_id& saga, std::string_view service, std::string_view step) {
    return {saga, std::string{service}, std::string{step}};
  }
  std::map<row_key, ledger_row> rows;
  std::vector<std::string> diary;
  std::vector<std::uint64_t> digests;
  int puts = 0;
  bool broken = false;
};

/// A definition of steps that all belong to one service, each with an undo "no_<step>".
inline definition_ptr plan_of(const std::vector<std::string>& steps) {
  std::string text;
  for (const std::string& step : steps)
    text += std::string{text.empty() ? "" : ","} + R"({"nombre":")" + step
            + R"(","microservicio":"s","compensacion":"no_)" + step + "\"}";
  const auto plan = parse_definition(R"({"tipo":"t","pasos":[)" + text + "]}");
  REQUIRE(plan);
  return *plan;
}

inline call call_of(const definition_ptr& plan, const std::string& input,
                    operation op = operation::action, std::uint32_t attempt = 1,
                    std::uint64_t epoch = 1) {
  call what;
  what.saga = *parse_saga_id("01890a5d-ac96-774b-bcce-b302099a8057");
  what.plan = plan;
  what.request = {.step = 0, .op = op, .attempt = attempt, .input = document{input}};
  what.epoch = epoch;
  return what;
}

} // namespace sagas
