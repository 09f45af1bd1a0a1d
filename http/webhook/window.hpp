// The events of one subscription that have been read and are not delivered yet: in which order and
// when they may go. Pure: time comes in.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "http/participant/flow.hpp"
#include "saga/feed.hpp"

namespace sagas::http {

struct delivery {
  enum class origin : std::uint8_t { feed, letter, alert };
  /// What the store is to be told of its dead letter before it is done.
  enum class fate : std::uint8_t { open, bury, erase };

  feed_position at = {};
  feed_event what = {}; ///< of a letter, or read from its row, only the saga; of an alert nothing
  origin from = origin::feed; ///< letter: it is sent again
  std::string text = {};      ///< when it has a row: the event as it is sent
  std::uint64_t mark = 0;     ///< of a letter: the position of its row
  std::uint32_t attempts = 0;
  std::optional<steady_time> first = {}; ///< when the first of them began
  steady_time due = {};                  ///< not before; unset: now
  bool under_way = false;
  fate ends = fate::open;
  bool aside = false; ///< of the feed: it has a row, so that the position may pass it
  bool is_of_feed() const { return from == origin::feed; }
  bool has_row() const { return !is_of_feed() || aside; } ///< of its own in the store
  std::optional<feed_position> lost_until = {}; ///< no event, but a gap: up to here, exclusive
  std::string code = {}, reason = {};           ///< of the last failure
};

/// Events of one saga go one after the other, others side by side in the order of their positions.
/// References to deliveries hold until they are done.
class delivery_window {
public:
  /// False when there is one of that position already.
  bool take(delivery what);
  /// One that may go now, which is under way from then on; null: none.
  /// @param letters_only nothing of the feed: letters and alerts
  delivery* next(steady_time now, bool letters_only = false);
  delivery* find(const feed_position& at);

  /// An attempt of it has failed: it goes again at `due`, and the others of its saga wait.
  void retry(delivery& what, steady_time due);
  /// It goes no more, but holds its place until it is done.
  void end(delivery& what, delivery::fate how);
  void done(const feed_position& at);
  /// What waits for its next attempt need not wait any more.
  void hurry();
  /// An event of the feed gets a row with this text: it is owed no more. The rest is as before.
  void set_aside(delivery& what, std::string text);

  std::size_t size() const { return events_.size(); }
  std::size_t under_way() const { return under_way_; }
  std::size_t letters() const { return letters_; }
  std::size_t aside() const { return aside_; }
  /// The first of the feed that is not set aside; null: none.
  const delivery* oldest() const;
  delivery* oldest();
  /// So many behind that one are done.
  std::size_t passed() const;
  /// It has failed, or stands behind another of its saga.
  bool is_held(const delivery& what) const;
  /// When next() may give something, unless it may already; nothing: only after something is done.
  std::optional<steady_time> next_due(bool letters_only = false) const;

private:
  using waiting = std::set<std::pair<steady_time, feed_position>>;
  waiting& waiting_like(const delivery& what) { return heads_[what.is_of_feed() ? 0 : 1]; }
  void leave(delivery& what);

  std::map<feed_position, delivery> events_;
  std::unordered_map<saga_id, std::deque<feed_position>> lines_; // of each saga, the head first
  waiting heads_[2]; // those that wait for their time: of the feed, and the rest
  std::map<feed_position, std::uint64_t> owed_; // of the feed, not set aside: their numbers
  std::uint64_t taken_ = 0;                     // of those so far: the next one's number
  std::size_t under_way_ = 0;
  std::size_t letters_ = 0;
  std::size_t aside_ = 0;
};

} // namespace sagas::http
