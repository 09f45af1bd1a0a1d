// Replaces stored payloads, row by row or many rows a statement. Internal to persistence/.
#pragma once

#include <array>
#include <memory>

#include "persistence/fields.hpp"

namespace sagas {

/// A row whose payloads change, found by its keys, and by its order too when it is `Ordered`.
template <std::size_t Keys, std::size_t Payloads, bool Ordered = false>
struct changed_payloads {
  std::array<text_field, Keys> keys;
  number_field order;
  std::array<text_field, Payloads> payloads;

  template <class Visit>
  void each(Visit see) {
    for (text_field& key : keys)
      see(key);
    if constexpr (Ordered)
      see(order);
  }
  /// The first lists hold the payloads, a column each, the last one the keys again.
  template <class Visit>
  void each_of(std::size_t list, Visit see) {
    list < Payloads ? see(payloads[list]) : each(see);
  }
};
using changed_saga_payloads = changed_payloads<1, 3>;
using changed_step_payloads = changed_payloads<1, 3, true>;
using changed_digest = changed_payloads<1, 1>;
using changed_kept_payload = changed_payloads<2, 1>;

/// All of it throws. What was added is written at finish() at the latest.
class payload_writes {
public:
  virtual ~payload_writes() = default;
  virtual void add(const changed_saga_payloads& row) = 0;
  virtual void add(const changed_step_payloads& row) = 0;
  virtual void add(const changed_digest& row) = 0;
  virtual void add(const changed_kept_payload& row) = 0;
  virtual void finish() = 0;
  /// Forgets what was not written.
  virtual void clear() = 0;
};

std::unique_ptr<payload_writes> sqlite_payload_writes(soci::session& session);
std::unique_ptr<payload_writes> mysql_payload_writes(soci::session& session);

} // namespace sagas
