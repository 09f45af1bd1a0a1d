#include "http/access/gate.hpp"

#include "http/problem.hpp"

namespace sagas::http {
namespace {

// What follows "Bearer "; nothing when there is no such header, or more than one.
std::optional<std::string_view> bearer_of(const request& req) {
  constexpr std::string_view scheme = "bearer ";
  const std::string* value = req.header("authorization");
  if (!value || req.headers.count("authorization") > 1 || value->size() <= scheme.size())
    return std::nullopt;
  for (std::size_t i = 0; i < scheme.size(); ++i)
    if (((*value)[i] | 0x20) != scheme[i])
      return std::nullopt;
  return std::string_view{*value}.substr(scheme.size());
}

response with_challenge(const problem& what, const std::string& parameters) {
  response answer = to_response(what);
  answer.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"sagas\"" + parameters);
  return answer;
}

response not_allowed(const api_key& key, scope needed) {
  return with_challenge({.type = problem_type::forbidden,
                         .detail = std::string{"this needs a key with the scope "} + to_text(needed)
                                   + "; the key " + key.name + " has " + key.scopes.text()},
                        std::string{", error=\"insufficient_scope\", scope=\""} + to_text(needed)
                          + "\"");
}

} // namespace

std::function<bool()> standing_of(const request& req, const key_source& keys) {
  const auto given = bearer_of(req);
  if (!keys || !given)
    return {};
  return [keys, digest = digest_of(*given)] { return keys()->find(digest) != nullptr; };
}

caller_check check_caller(const request& req, scope needed, const key_ring& keys) {
  if (needed == scope::open)
    return {};
  const auto given = bearer_of(req);
  const api_key* key = given ? keys.find(digest_of(*given)) : nullptr;
  if (!key)
    return {.refused = with_challenge({.type = problem_type::unauthorized},
                                      given ? ", error=\"invalid_token\"" : "")};
  if (!key->scopes.allows(needed))
    return {.refused = not_allowed(*key, needed)};
  return {.who = {key->name, key->starts}};
}

} // namespace sagas::http
