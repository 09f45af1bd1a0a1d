#include "persistence/fields.hpp"

namespace sagas {

saga_id text_field::as_id() const {
  const auto id = is_null() ? std::nullopt : parse_saga_id(text);
  if (!id)
    throw damaged_row{"an id that is none"};
  return *id;
}

timestamp text_field::as_time() const {
  const auto at = as_time_or_null();
  if (!at)
    throw damaged_row{"a time is missing"};
  return *at;
}

std::optional<timestamp> text_field::as_time_or_null() const {
  if (is_null())
    return std::nullopt;
  const auto at = parse_datetime(text);
  if (!at)
    throw damaged_row{"a time that is none"};
  return at;
}

} // namespace sagas
