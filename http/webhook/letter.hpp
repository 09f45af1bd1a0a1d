// Dead letters: events that were given up, and gaps of the feed, as the store keeps them.
#pragma once

#include <optional>
#include <string>

#include "http/webhook/window.hpp"
#include "saga/kept.hpp"

namespace sagas::http {

/// What is kept of subscriptions: documents of these kinds (saga/kept.hpp).
inline constexpr const char* subscription_kind = "suscripcion";
inline constexpr const char* letter_kind = "carta";
/// Events that are set aside while they fail, each under a letter's name, as a letter.
inline constexpr const char* aside_kind = "apartado";
/// Alerts that are decided and not delivered yet, likewise; and what has been told of the queue,
/// under the subscription's name.
inline constexpr const char* alert_kind = "alerta";
inline constexpr const char* watch_kind = "vigilancia";

kept_change erasing(const char* kind, std::string name);
/// The first page of those of a subscription that have names as letters.
kept_query rows_of(const char* kind, const std::string& subscription);

/// The letter of an event that is given up, or of a gap.
/// @param text the event as it was sent; empty of a gap
document letter_document(const delivery& what, const std::string& text, timestamp now);

/// What is needed to send it again; nothing when there is no event in it, as of a gap.
/// Alerts of one subscription are sent one after the other, as events of a saga are.
std::optional<delivery> read_letter(const kept_document& letter);

/// Whether it is to be sent again, which its position counts: it is odd until that has failed, too.
bool goes_again(const kept_document& letter);
/// Has it sent again, from the next commit on.
kept_change send_again(const kept_document& letter);
/// What becomes of its row, when its text has been put anew: it is dead again.
kept_change stays_dead(const std::string& name, const delivery& what);

/// The letter as operators see it.
std::string shown_letter(const kept_document& letter);

} // namespace sagas::http
