// The campaigns that are started, each with a plan of what shall happen to it and how it must end.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sagas::demo {

/// What somebody does to a campaign once it runs.
enum class intervention : std::uint8_t {
  none,
  cancel,   ///< its client cancels it
  retry,    ///< it parks; the operator lets the undo be tried again
  complete, ///< it parks; the operator has undone by hand
};

struct campaign_plan {
  std::string_view name;
  int per_thousand = 0;                 ///< share of all campaigns
  std::string_view end;                 ///< the estado that it must reach
  std::string_view injection = {};      ///< faults of its participants, as JSON
  std::string_view segment = "general"; ///< segmento_audiencia
  intervention then = intervention::none;
};
std::span<const campaign_plan> campaign_plans();

/// One campaign, and what became of it as far as its client knows.
struct campaign {
  std::string id; ///< campania_id; also the Idempotency-Key
  const campaign_plan* plan = nullptr;
  bool repeats = false; ///< its client sends the start twice
  bool misuses = false; ///< and a third time, with another body
  std::string saga;     ///< once acknowledged

  enum class cancel : std::uint8_t { not_tried, accepted, refused, unclear };
  cancel cancelled = cancel::not_tried;

  std::string metadata() const; ///< metadatos, as JSON
  std::string body() const;     ///< of the start
  std::string other_body() const;
  std::uint64_t digest() const; ///< for the clients' log
  /// Whether this is an end that the plan allows.
  bool may_end_as(std::string_view status) const;
  std::string expected() const; ///< for people
};

/// `count` campaigns: every plan with its share, in a fixed mixed order.
std::vector<campaign> make_campaigns(std::size_t count);

/// The built-in definition as version 2, with shorter time-outs and retries, so that a lost reply
/// costs a second and not half a minute.
std::string impatient_definition();
/// The same, in which a step is a child saga: to be registered in this order.
std::vector<std::string> impatient_family();

} // namespace sagas::demo
