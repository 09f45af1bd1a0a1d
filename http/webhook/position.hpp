// Where a subscription's delivery goes on, as one number that the store can compare.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "saga/feed.hpp"

namespace sagas::http {

/// In the order of positions: 43 bits of the batch, 20 of the index. Below 2^63.
std::uint64_t packed(const feed_position& at);
feed_position unpacked(std::uint64_t number);

/// Of an alert that was decided then: far behind those of events, of which there are not so many.
feed_position alert_position(timestamp now);
bool is_alert(const feed_position& at);

/// The number with 19 digits: in the order of positions as text, too.
std::string sequence_of(const feed_position& at);

/// Where reading goes on behind an event that is the last of its batch.
feed_position behind_batch(const feed_position& last);
/// What `queries::events_after` is asked with, so that `next` is the first that it may answer.
feed_position just_before(const feed_position& next);

/// The name of a dead letter: "SUBSCRIPTION/SEQUENCE".
std::string letter_name(const std::string& subscription, const feed_position& at);
/// The position in such a name.
std::optional<feed_position> position_in(std::string_view letter_name);

} // namespace sagas::http
