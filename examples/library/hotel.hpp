// What this project adds: a saga type, and the microservicio that books rooms.
#pragma once

#include <map>
#include <mutex>

#include "saga/barrier.hpp"
#include "saga/builder.hpp"
#include "saga/outcomes.hpp"
#include "saga/participant.hpp"

/// "estancia": charge the guest, book a room, tell him.
sagas::result<sagas::definition_ptr> stay();

/// A hotel with so many rooms. Thread-safe.
///
/// It keeps its facts in memory. A real one keeps them in its own database, in the transaction of
/// the effect: persistence/barrier.hpp.
class hotel {
public:
  explicit hotel(int rooms) : free_(rooms) {}

  /// Books a room or gives it back.
  sagas::outcome ask(const sagas::call& what);
  int rooms_free() const;

private:
  sagas::outcome book(sagas::barrier_mark& known);

  mutable std::mutex guard_; // of the rest
  int free_;
  std::map<sagas::saga_id, sagas::barrier_mark> known_;
};
