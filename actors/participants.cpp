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

// In each the one before goes outside of the lock.
void participant_directory::add(const std::string& service, std::shared_ptr<call_route> route) {
  const std::unique_lock lock{guard_};
  std::swap(added_[service], route);
}

void participant_directory::set(const std::string& service, std::shared_ptr<call_route> route) {
  const std::unique_lock lock{guard_};
  if (route)
    return std::swap(set_[service], route);
  if (const auto found = set_.find(service); found != set_.end()) {
    std::swap(found->second, route);
    set_.erase(found);
  }
}

std::shared_ptr<call_route> participant_directory::find(std::string_view service) const {
  const std::shared_lock lock{guard_};
  if (const auto found = set_.find(service); found != set_.end())
    return found->second;
  const auto found = added_.find(service);
  return found == added_.end() ? nullptr : found->second;
}

std::vector<participant_info> participant_directory::list() const {
  const std::shared_lock lock{guard_};
  routes all = set_;
  all.insert(added_.begin(), added_.end()); // of those that are not set
  std::vector<participant_info> told;
  for (const auto& [service, route] : all) {
    participant_info& info = told.emplace_back();
    info.service = service;
    info.kind = route->kind();
    route->figures()->fill(info);
  }
  return told;
}

void participant_directory::clear() {
  routes added, set;
  const std::unique_lock lock{guard_};
  added.swap(added_);
  set.swap(set_);
}

} // namespace sagas::actors
