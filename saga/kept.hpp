// What operators have set up and the store keeps: subscriptions to events, schedules, registered
// participants. Each is a document with a name of its kind, and a position that says how far its
// work has come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "saga/document.hpp"
#include "saga/time.hpp"

namespace sagas {

struct kept_document {
  std::string kind; ///< `clase`; at most 20 bytes
  std::string name; ///< unique in its kind; at most kept_name_max bytes
  document content;
  std::uint64_t position = 0; ///< what it counts is the kind's own; below 2^63
  timestamp changed{};        ///< when its content was put last
};
inline constexpr std::size_t kept_name_max = 255;

/// One change of what is kept. Each may be repeated.
struct kept_change {
  enum class kind : std::uint8_t {
    put,     ///< the content, of a new document or of one that is there: its position stays
    advance, ///< the position, when it is lower; nothing when there is no such document
    erase,
  };
  kind what = kind::put;
  kept_document of;
};

/// A page of one kind, by name in the order of its bytes.
struct kept_query {
  std::string kind;
  std::string after;  ///< only names behind it
  std::string before; ///< only names in front of it; empty: all
  std::size_t limit = 256;
};

} // namespace sagas
