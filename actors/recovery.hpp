// The order in which unfinished sagas are loaded after a start (docs/adr/0008): page by page, the
// next one asked for when all of this one are at work; those that were being loaded when an earlier
// process ended come last, one by one.
//
// Knows no actor: the coordinator asks it what to do next.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <vector>

#include "actors/protocol.hpp"

namespace sagas::actors {

/// How to take up a saga that was stored.
enum class resumption : std::uint8_t {
  normal,
  park,  ///< loading it has ended the process twice
  leave, ///< even parking it has ended the process
};
resumption resumption_of(const saga_header& saga);

class recovery {
public:
  /// The page to ask for now; nothing while one is awaited or being taken up, or when all is done.
  std::optional<next_page> next();
  /// The page could not be read: it will be asked for again.
  void failed() { asked_ = false; }

  /// A page has come; `taken` of its sagas are being taken up now, and once they are at work the
  /// recovery of all in `settled` has gone well.
  void arrived(const page& what, std::vector<saga_id> settled, std::size_t taken);
  /// One of these is at work, or is lost to it.
  void one_settled() { --open_; }

  /// A saga has been here and is at work no more, or not at the moment: the page that is awaited
  /// may have been read before that, since it does not come from the saga's own writer.
  void passed(const saga_id& id) {
    if (asked_)
      passed_.insert(id);
  }
  bool has_passed(const saga_id& id) const { return passed_.contains(id); }

  bool is_done() const { return done_; }

private:
  bool troubled_ = false;
  bool asked_ = false;
  bool done_ = false;
  std::optional<saga_id> after_;
  std::vector<saga_id> settled_; ///< of the page before
  std::size_t open_ = 0;         ///< of those: not at work yet
  std::set<saga_id> passed_;     ///< since the page was asked for
};

} // namespace sagas::actors
