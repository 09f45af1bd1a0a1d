// JSON Schema for what a start brings, on valijson; the only place that sees that library.
//
// Draft 7, with limits that keep a start's cost bounded by its size: no $ref (write it out); at
// most 100 patterns, each one of RE2's, which need linear time and bounded memory, of at most 1,000
// bytes for texts of at most 1,000 bytes; no patternProperties; no array over 1,000 elements where
// uniqueItems is used (it compares all pairs). `format` is an annotation and checks nothing.
#pragma once

#include <memory>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "saga/json_reader.hpp"

namespace sagas {

/// A schema, compiled once. Immutable, thread-safe.
class input_schema {
public:
  /// Compiles; null and faults below `pointer` when it is no schema.
  static std::shared_ptr<const input_schema>
  compile(const json_value& schema, const std::string& pointer, fault_list& faults);
  ~input_schema();

  /// Adds every fault of `value`, with its pointer.
  void check(const nlohmann::json& value, fault_list& faults) const;

private:
  struct content;
  explicit input_schema(std::unique_ptr<content> what);
  std::unique_ptr<content> content_;
};

} // namespace sagas
