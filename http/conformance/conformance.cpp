#include "http/conformance/conformance.hpp"

#include <algorithm>

#include "http/conformance/checks.hpp"
#include "saga/builder.hpp"

namespace sagas::http::conformance {
namespace {

std::vector<check> all_checks() {
  std::vector<check> all{first_check};
  for (const auto& part : {checks_of_duplicates(), checks_of_undos(), checks_of_callers()})
    all.insert(all.end(), part.begin(), part.end());
  all.push_back(last_check);
  return all;
}

finding blank(const check& of) {
  return {.check = of.name,
          .title = of.title,
          .problem = {},
          .right = of.right,
          .mend = of.mend,
          .exchanges = {}};
}

finding left_out(const check& of, std::string why) {
  finding made = blank(of);
  made.how = verdict::skipped;
  made.problem = std::move(why);
  return made;
}

finding run(const check& of, probe& by, std::optional<std::int64_t>& effects_of_one) {
  const auto begun = std::chrono::steady_clock::now();
  examination it{by, effects_of_one};
  of.run(it);
  if (!it.skipped().empty())
    return left_out(of, it.skipped());
  finding made = blank(of);
  made.how = it.problem().empty() ? verdict::passed : verdict::failed;
  made.problem = it.problem();
  made.exchanges = by.take_exchanges();
  it.clean_up();
  made.took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun);
  return made;
}

// Whether nothing of the service's own was ever heard.
bool unreachable(const finding& first) {
  return first.how == verdict::failed && !first.exchanges.empty()
         && std::all_of(first.exchanges.begin(), first.exchanges.end(),
                        [](const exchange& e) { return e.came.starts_with("no answer"); });
}

} // namespace

std::size_t report::count(verdict how) const {
  return static_cast<std::size_t>(std::count_if(
    findings.begin(), findings.end(), [how](const finding& each) { return each.how == how; }));
}

result<report> examine(const target& what, const std::shared_ptr<web_client>& by,
                       const std::function<timestamp()>& clock, const progress& tell) {
  const auto plan = definition_builder("comprobacion")
                      .step(what.step, what.to.service)
                      .compensation("deshacer")
                      .build();
  if (!plan)
    return plan.error();
  probe calls{what, by, clock, *plan};
  std::optional<std::int64_t> effects_of_one;
  report made;
  const auto checks = all_checks();
  for (std::size_t i = 0; i < checks.size(); ++i) {
    const check& each = checks[i];
    const char* const why = each.skip ? each.skip(what) : nullptr;
    if (tell)
      tell(each.title, i + 1, checks.size());
    if (why != nullptr)
      made.findings.push_back(left_out(each, why));
    else if (i > 0 && made.findings.front().how == verdict::failed)
      made.findings.push_back(left_out(each, "not even one action is done"));
    else
      made.findings.push_back(run(each, calls, effects_of_one));
    if (i == 0 && unreachable(made.findings.front()))
      return {errc::unavailable, made.findings.front().problem};
  }
  return made;
}

} // namespace sagas::http::conformance
