// Sends calls as the engine would, and follows them to their end. Inside http/conformance/.
#pragma once

#include <map>
#include <optional>

#include "http/conformance/conformance.hpp"
#include "http/participant/web_participant.hpp"

namespace sagas::http::conformance {

/// A call to be sent.
struct planned {
  saga_id saga;
  operation op = operation::action;
  std::uint64_t epoch = 3;
  document input;
  /// Spoils the request; none: it goes as the engine would send it.
  std::function<void(const call&, web_request&)> alter = {};
};

/// A call and the last answer to it.
struct ended {
  call what;
  web_answer said;
  outcome meant;
};

/// One thread at a time.
class probe {
public:
  probe(const target& what, std::shared_ptr<web_client> by, std::function<timestamp()> clock,
        definition_ptr plan);

  const target& of() const { return target_; }
  saga_id fresh() { return ids_.make(clock_()); }

  /// All at once; each is followed until it is done, refused or given up: a 425 comes again as it
  /// says, a 429 or 503 after a moment.
  std::vector<ended> send(const std::vector<planned>& calls);
  /// Whether anybody answers there, whatever it is.
  bool hears();
  /// How often the saga's action is in force, as the service tells; else why that is unknown.
  result<std::int64_t> effects(const saga_id& saga);

  /// What was sent since this was called last.
  std::vector<exchange> take_exchanges() { return std::exchange(exchanges_, {}); }
  /// The Retry-After of every 425 so far.
  const std::vector<std::string>& asked_again() const { return asked_again_; }

private:
  struct under_way;
  under_way launch(const call& what, const planned& as, steady_time until);
  call call_of(const planned& from);
  ended take(under_way& of);
  web_answer ask(web_request what);
  std::optional<milliseconds> pause_after(const ended& one) const;

  const target target_;
  const std::shared_ptr<web_client> client_;
  const std::shared_ptr<web_client::lane> lane_;
  const std::function<timestamp()> clock_;
  const definition_ptr plan_;
  id_maker ids_;
  std::map<std::string, std::uint32_t> attempts_; // by key
  std::vector<exchange> exchanges_;
  std::vector<std::string> asked_again_;
};

/// "409 {"motivo":"agotado"}", or why there was no answer.
std::string told(const web_answer& said);

} // namespace sagas::http::conformance
