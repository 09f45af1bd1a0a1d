// Who is called for a microservicio, and how: read from JSON that an operator writes.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "http/participant/callback.hpp"
#include "http/participant/web_client.hpp"
#include "saga/json_reader.hpp"
#include "saga/result.hpp"

namespace sagas::http {

struct web_participant_settings {
  std::string service; ///< microservicio
  /// http or https. In its path and query {microservicio}, {paso}, {operacion} and {saga_id} stand
  /// for the call's own.
  std::string url;
  std::vector<std::string> headers; ///< "Name: value", secrets in place
  std::string signing_secret;       ///< empty: calls are not signed
  callback_terms callback;          ///< where it may report results later
  lane_terms lane;
};

/// What the file says.
struct web_participants_file {
  std::vector<web_participant_settings> participants;
  std::vector<std::string> targets; ///< of all of them
  callback_terms callback;          ///< of all of them
};

/// The text behind a reference, "env:NAME" or "file:PATH"; nothing when there is none.
using secret_source = std::function<std::optional<std::string>(std::string_view reference)>;

/// What holds for every participant that is read.
struct web_participant_terms {
  secret_source secrets;
  /// The path of a file of TLS that is named; nothing when it may not be. None: any, as it is.
  secret_source files = {};
  std::vector<std::string> targets = {}; ///< hosts that may have special addresses
  callback_terms callback = {};
};

/// Reads one, as it stands under "participants" there. Every fault as there.
result<web_participant_settings> read_web_participant(const std::string& service,
                                                      const json_value& from,
                                                      const web_participant_terms& terms);

/// Reads `{"participants": {"SERVICE": {...}}, "targets": ["host:port"], "callbacks": {...}}`.
/// Every fault is named with its place; none tells a secret. See docs/participants.md for the
/// members.
result<web_participants_file> parse_web_participants(std::string_view text,
                                                     const secret_source& secrets);

} // namespace sagas::http
