#include "flawed_participant.hpp"

#include <numeric>

#include "http/participant/web_participant.hpp"

namespace sagas::http::testing {
namespace {

constexpr std::chrono::milliseconds meeting_limit{100}; // for others who may never come

std::string header(const std::string& request, const std::string& name) {
  const std::size_t at = request.find("\r\n" + name + ": ");
  if (at == std::string::npos)
    return {};
  const std::size_t begin = at + name.size() + 4;
  return request.substr(begin, request.find("\r\n", begin) - begin);
}

bool is_signed(const std::string& request, const std::string& body, const std::string& secret) {
  const std::string given = header(request, "Saga-Firma");
  if (!given.starts_with("t="))
    return false;
  const timestamp at{std::chrono::seconds{std::stoll(given.substr(2))}};
  return given == signature(secret, at, header(request, "Idempotency-Key"), body);
}

} // namespace

flawed_participant::flawed_participant(flawed_terms terms)
  : terms_(std::move(terms)), service_([this](scripted_service::visit& to) {
      const reply made = answer(to.request());
      to.answer(made.status, made.body, made.headers);
      return true;
    }) {}

std::int64_t flawed_participant::in_force() const {
  const std::lock_guard lock{guard_};
  return std::accumulate(effects_.begin(), effects_.end(), std::int64_t{0},
                         [](std::int64_t sum, const auto& each) { return sum + each.second; });
}

void flawed_participant::restart() {
  const std::lock_guard lock{guard_};
  if (is(flaw::forgets_on_restart))
    facts_.clear();
}

flawed_participant::reply flawed_participant::answer(const std::string& request) {
  const std::string body = request.substr(request.find("\r\n\r\n") + 4);
  if (request.starts_with("GET /efectos/")) {
    const std::lock_guard lock{guard_};
    return {.body = "{\"efectos\":" + std::to_string(effects_[request.substr(13, 36)]) + "}"};
  }
  const bool checks = !terms_.secret.empty() && !is(flaw::trusts_anybody);
  if (checks && !is_signed(request, body, terms_.secret))
    return {.status = 401};
  return answer_call(request, body);
}

flawed_participant::reply flawed_participant::answer_call(const std::string& request,
                                                          const std::string& body) {
  std::unique_lock lock{guard_};
  const bool action = header(request, "Saga-Operacion") == "accion";
  fact& on = facts_[is(flaw::knows_by_input) && action ? body : header(request, "Saga-Id")];
  if (is(flaw::strict_about_members) && body.find("desconocido") != std::string::npos)
    return {.status = 422};
  if (action && !on.waited && (terms_.slow || is(flaw::asks_again_never))) {
    on.waited = true;
    return {.status = 425,
            .headers = is(flaw::asks_again_never) ? "Retry-After: soon\r\n" : "Retry-After: 0\r\n"};
  }
  const std::uint64_t epoch = std::stoull(header(request, "Saga-Epoca"));
  const verdict decided = judge(on.known, action ? operation::action : operation::compensation,
                                is(flaw::ignores_epochs) ? on.known.epoch : epoch);
  if (decided == verdict::stale_epoch)
    return {.status = 412};
  on.known.epoch = std::max(on.known.epoch, epoch);
  std::int64_t& effects = effects_[header(request, "Saga-Id")];
  return action ? act(on, effects, decided, body, lock) : undo(on, effects, decided);
}

flawed_participant::reply flawed_participant::act(fact& on, std::int64_t& effects, verdict decided,
                                                  const std::string& body,
                                                  std::unique_lock<std::mutex>& held) {
  if (decided == verdict::hanging && !is(flaw::acts_after_undo))
    return {.status = 409, .body = R"({"motivo":"deshecho"})"};
  if (decided == verdict::same_answer && is(flaw::conflict_on_repetition))
    return {.status = 409, .body = R"({"motivo":"ya existe"})"};
  if (decided == verdict::same_answer && is(flaw::acts_on_repetition))
    ++effects;
  if (decided == verdict::same_answer && is(flaw::answers_anew))
    return {.body = "{\"venta\":" + std::to_string(++made_) + "}"};
  if (decided == verdict::same_answer)
    return {.body = on.output};
  const bool full = body.find("\"lleno\":true") != std::string::npos;
  if (decided == verdict::same_refusal ? !is(flaw::forgets_refusals) : full) {
    on.known.refused = true;
    return {.status = is(flaw::refuses_with_500) ? 500 : 409, .body = R"({"motivo":"lleno"})"};
  }
  ++on.acting;
  changed_.notify_all();
  if (is(flaw::looks_then_acts)) // until another one has looked, too
    changed_.wait_for(held, meeting_limit, [&] { return on.acting > 1; });
  if (is(flaw::undo_does_not_wait))
    changed_.wait_for(held, meeting_limit, [&] { return on.known.undone; });
  on.known.acted = true;
  ++effects;
  on.output = is(flaw::answers_text) ? "hecho" : "{\"venta\":" + std::to_string(++made_) + "}";
  if (is(flaw::looks_then_acts))
    on.output = R"({"venta":"igual"})"; // only the effect tells
  return {.body = on.output};
}

flawed_participant::reply flawed_participant::undo(fact& on, std::int64_t& effects,
                                                   verdict decided) const {
  const bool nothing = !on.known.acted && !on.known.refused;
  if (decided == verdict::nothing_to_undo && nothing && is(flaw::not_found_undo))
    return {.status = 404};
  if (decided == verdict::undone_already && is(flaw::not_found_again))
    return {.status = 404};
  const bool again = decided == verdict::undone_already && is(flaw::undoes_twice);
  if ((decided == verdict::undo || again) && !is(flaw::undo_keeps_effect))
    --effects;
  on.known.undone = true;
  return {};
}

} // namespace sagas::http::testing
