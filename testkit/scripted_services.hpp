// The microservicios of a definition, doing as they are told. Internal to testkit/.
//
// They are what participants must be: a key has one effect however often it comes, and an action
// that comes behind its undo is refused. They live apart from the engine, and outlive its crashes.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "saga/call.hpp"
#include "testkit/reply.hpp"

namespace sagas::testkit {

class scripted_services {
public:
  /// What happens to the first, second, ... attempt; the last one to every further. By default all
  /// is done at once.
  void tell(const std::string& step, operation op, std::vector<reply> replies);

  /// Does it.
  reply ask(const call& what);

  bool in_force(const saga_id& saga, const std::string& step) const;

private:
  struct fact {
    bool acted = false;
    bool refused = false;
    bool undone = false;
    outcome answered;                          ///< once acted or refused
    std::map<operation, std::size_t> progress; ///< how often it was still running
  };

  reply told(const call& what, fact& known) const;

  std::map<std::pair<std::string, operation>, std::vector<reply>> script_;
  std::map<std::pair<saga_id, std::string>, fact> facts_;
};

} // namespace sagas::testkit
