#include "chaos/plan.hpp"

#include <algorithm>
#include <random>

namespace sagas::chaos {
namespace {

using trouble_kind = test::network_trouble::kind;

constexpr std::array trouble_names{"none", "delay", "black hole", "reset", "cut"};
constexpr std::array moment_names{"before", "in", "after"};

class dice {
public:
  explicit dice(std::uint64_t seed) : random_(seed) {}
  // The standard's distributions differ from library to library; a plan must not.
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  milliseconds between(std::uint64_t low, std::uint64_t high) {
    return milliseconds{static_cast<milliseconds::rep>(low + below(high - low + 1))};
  }
  bool one_in(std::uint64_t count) { return below(count) == 0; }

private:
  std::mt19937_64 random_;
};

test::network_trouble draw_trouble(dice& with) {
  test::network_trouble made;
  made.what = static_cast<trouble_kind>(1 + with.below(4));
  if (made.what == trouble_kind::delay)
    made.delay = with.between(20, 300);
  if (made.what == trouble_kind::cut)
    made.bytes = with.below(4'000);
  return made;
}

fault draw(fault_kind what, dice& with) {
  fault made{.what = what, .after = with.between(20, 900)};
  switch (what) {
  case fault_kind::kill:
    if (with.one_in(3))
      made.again = with.between(0, 250);
    break;
  case fault_kind::stop: made.lasts = with.between(300, 4'000); break;
  case fault_kind::disk: made.lasts = with.between(300, 3'000); break;
  case fault_kind::net:
    made.lasts = with.between(300, 2'000);
    made.trouble = draw_trouble(with);
    break;
  // Now and then for longer than the store's time-outs, which are 10 s.
  case fault_kind::db_kill: made.lasts = with.between(0, 2'000); break;
  case fault_kind::db_power: made.lasts = with.between(0, 500); break;
  case fault_kind::db_stop:
    made.lasts = with.one_in(4) ? with.between(10'500, 13'000) : with.between(300, 4'000);
    break;
  case fault_kind::db_net:
    made.lasts = with.one_in(4) ? with.between(10'500, 13'000) : with.between(300, 4'000);
    made.trouble = draw_trouble(with);
    break;
  case fault_kind::commit: made.moment = static_cast<test::cut_moment>(with.below(3)); break;
  case fault_kind::term:
  case fault_kind::second:
  case fault_kind::oust: break;
  }
  return made;
}

std::vector<fault_kind> draw_kinds(const plan_options& how, dice& with) {
  std::vector<fault_kind> others = how.kinds;
  const bool kills = std::erase(others, fault_kind::kill) > 0;
  std::vector<fault_kind> all(kills ? how.kills : 0, fault_kind::kill);
  const std::size_t wanted = kills ? (how.kills + 1) / 2 : how.kills;
  const std::size_t more = others.empty() ? 0 : std::max(others.size(), wanted);
  for (std::size_t i = 0; i < more; ++i)
    all.push_back(others[i % others.size()]);
  for (std::size_t i = all.size(); i > 1; --i)
    std::swap(all[i - 1], all[with.below(i)]);
  return all;
}

} // namespace

std::string_view name_of(fault_kind what) { return fault_names[static_cast<std::size_t>(what)]; }

std::vector<fault> make_plan(const plan_options& how) {
  dice with{how.seed};
  std::vector<fault> plan;
  for (const fault_kind each : draw_kinds(how, with)) {
    plan.push_back(draw(each, with));
    if (how.lasts && plan.back().lasts > milliseconds{0})
      plan.back().lasts = *how.lasts;
  }
  return plan;
}

std::optional<std::vector<fault_kind>> parse_kinds(std::string_view list) {
  std::vector<fault_kind> kinds;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const auto found = std::find(fault_names.begin(), fault_names.end(), list.substr(0, comma));
    if (found == fault_names.end())
      return std::nullopt;
    kinds.push_back(static_cast<fault_kind>(found - fault_names.begin()));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return kinds;
}

std::string as_text(const fault& what) {
  const auto ms = [](milliseconds time) { return std::to_string(time.count()) + " ms"; };
  std::string text = "after " + ms(what.after) + " " + std::string{name_of(what.what)};
  if (what.trouble.what != trouble_kind::none)
    text += std::string{" "} + trouble_names[static_cast<std::size_t>(what.trouble.what)];
  if (what.trouble.what == trouble_kind::delay)
    text += " of " + ms(what.trouble.delay);
  if (what.trouble.what == trouble_kind::cut)
    text += " at " + std::to_string(what.trouble.bytes) + " bytes";
  if (what.what == fault_kind::commit)
    text += std::string{", cut "} + moment_names[static_cast<std::size_t>(what.moment)] + " it";
  if (what.lasts > milliseconds{0})
    text += " for " + ms(what.lasts);
  if (what.again)
    text += " and again " + ms(*what.again) + " after its start";
  return text;
}

} // namespace sagas::chaos
