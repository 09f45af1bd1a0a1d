// Takes old sagas out of a SQLite file. Internal to persistence/.
#pragma once

#include <cstddef>
#include <span>

#include "persistence/fields.hpp"

namespace sagas {

class sqlite_removal {
public:
  explicit sqlite_removal(soci::session& session);

  /// As store::remove; inside a transaction. Throws.
  std::size_t remove(std::span<const saga_id> ids, timestamp ended_before);

  /// What it asks for, for the test of their plans.
  static std::span<const std::string> statements();

private:
  text_field saga_, cutoff_;
  soci::statement note_, count_, count_steps_;
  soci::statement drop_steps_, drop_history_, drop_keys_, drop_saga_;
};

} // namespace sagas
