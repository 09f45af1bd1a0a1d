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

/// The letter of an event that is given up, or of a gap.
/// @param text the event as it was sent; empty of a gap
document letter_document(const delivery& what, const std::string& text, timestamp now);

/// What is needed to send it again; nothing when there is no event in it, as of a gap.
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
