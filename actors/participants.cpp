#include "actors/participants.hpp"

#include <mutex>
#include <utility>

namespace sagas::actors {
namespace {

// So many failures without a success between them, and a participant counts as ill.
constexpr std::uint32_t ill_after = 5;

outcome not_sent(const call& what, const char* code, std::string reason) {
  const auto kind = what.repeated ? outcome_kind::unknown : outcome_kind::technical_failure;
  return {kind, {}, code, std::move(reason), {}};
}

} // namespace

void call_figures::settled(outcome_kind how) {
  --in_flight_;
  const bool failed = how == outcome_kind::technical_failure || how == outcome_kind::unknown;
  failures_ += failed ? 1 : 0;
  failed_in_a_row_ = failed ? failed_in_a_row_ + 1 : 0;
}

void call_figures::fill(participant_info& to) const {
  to.calls = calls_;
  to.failures = failures_;
  to.in_flight = in_flight_;
  to.healthy = failed_in_a_row_ < ill_after;
}

outcome too_many_calls(const call& what) {
  return not_sent(what, "saturado", "demasiadas llamadas esperan a este participante");
}

outcome nobody_serves(const call& what) {
  return not_sent(what, "sin_participante",
                  "ningún participante atiende el microservicio " + what.step().service);
}

void participant_directory::add(const std::string& service, std::shared_ptr<call_route> route) {
  const std::unique_lock lock{guard_};
  std::swap(routes_[service], route); // the one before goes outside of the lock
}

std::shared_ptr<call_route> participant_directory::find(std::string_view service) const {
  const std::shared_lock lock{guard_};
  const auto found = routes_.find(service);
  return found == routes_.end() ? nullptr : found->second;
}

std::vector<participant_info> participant_directory::list() const {
  const std::shared_lock lock{guard_};
  std::vector<participant_info> all;
  for (const auto& [service, route] : routes_) {
    participant_info& info = all.emplace_back();
    info.service = service;
    info.kind = route->kind();
    route->figures()->fill(info);
  }
  return all;
}

void participant_directory::clear() {
  std::map<std::string, std::shared_ptr<call_route>, std::less<>> dropped;
  const std::unique_lock lock{guard_};
  dropped.swap(routes_);
}

} // namespace sagas::actors
