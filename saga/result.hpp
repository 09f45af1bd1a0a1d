// Errors as values, for every room.
//
// Inside the house nothing throws across a room's border: a function that can fail returns
// result<T>. Each border (HTTP, CAF, the command line) converts an error once, by an exhaustive
// switch over errc.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "saga/assert.hpp"

namespace sagas {

/// What kind of failure it was; decides the status code or the exit code at a border.
enum class errc : std::uint8_t {
  invalid_input,   ///< the caller's data is wrong; `fields` says where
  not_found,       ///< no such saga, step or definition
  conflict,        ///< the state forbids it
  overloaded,      ///< bounded queues are full: try again later
  unavailable,     ///< the store can't be written now; nothing was changed
  unknown_outcome, ///< a write may or may not have happened: read again before going on
  stale,           ///< an outcome that came late, twice or from a lost attempt: changes nothing
  fenced,          ///< another node owns this now
  corrupt,         ///< stored data that no version of the program can have written
  fatal,           ///< the process must stop (fsync failed, store lost)
  internal,        ///< a defect of ours
};

/// Stable name of an error kind, e.g. "invalid_input".
const char* to_text(errc code);

/// One wrong field of the caller's data: a JSON pointer and what is wrong with it.
struct field_error {
  std::string pointer;
  std::string message;
};

/// A failure: what kind, one line for a person that says what to do, and the fields at fault.
struct failure {
  errc code = errc::internal;
  std::string message;
  std::vector<field_error> fields = {};
};

/// A value or an error. Look with `if (x)` before `*x`; reading the wrong side aborts.
template <class T>
class [[nodiscard]] result {
public:
  result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  result(failure why) : content_(std::in_place_index<1>, std::move(why)) {}
  result(errc code, std::string message) : result(failure{code, std::move(message)}) {}

  explicit operator bool() const { return content_.index() == 0; }
  T& operator*() { return value(); }
  const T& operator*() const { return const_cast<result*>(this)->value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &const_cast<result*>(this)->value(); }
  const failure& error() const {
    SAGAS_ASSERT(content_.index() == 1);
    return *std::get_if<1>(&content_);
  }

private:
  T& value() {
    SAGAS_ASSERT(content_.index() == 0);
    return *std::get_if<0>(&content_);
  }
  std::variant<T, failure> content_;
};

/// Success without a value.
struct nothing {};
using status = result<nothing>;

} // namespace sagas
