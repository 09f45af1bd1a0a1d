// Definitions written in C++. They go through the same reading and checking as JSON ones, so that
// both give the same value and the same faults.
//
//   auto plan = definition_builder("viaje")
//                 .step("vuelo", "aire").input(R"({"a": "${entrada.destino}"})").compensation("no")
//                 .step("pago", "dinero").pivot()
//                 .build();
#pragma once

#include <initializer_list>
#include <memory>
#include <string_view>

#include "saga/definition.hpp"
#include "saga/result.hpp"

namespace sagas {

/// Collects a definition. What concerns a step is said behind its step(); JSON comes as text.
/// Nothing is checked before build(). Movable, for one thread.
class definition_builder {
public:
  explicit definition_builder(std::string_view type);
  definition_builder(definition_builder&&) noexcept;
  definition_builder& operator=(definition_builder&&) noexcept;
  ~definition_builder();

  definition_builder& version(int number);
  definition_builder& description(std::string_view text); ///< of the definition or the last step
  definition_builder& deadline(milliseconds span);
  /// For so long after its good end it may be undone.
  definition_builder& undo_window(milliseconds span);
  definition_builder& start_rules(std::string_view json); ///< `entrada`: see start_input.hpp

  definition_builder& step(std::string_view name, std::string_view service);
  /// A step that calls nobody; `json` as `espera` in docs/definitions: {"senal": "pagado"},
  /// {"tiempo": "2d"}.
  definition_builder& wait(std::string_view name, std::string_view json);
  /// A step that is a saga of its own; `json` as `hija` in docs/definitions: {"tipo": "cobro"}.
  definition_builder& child(std::string_view name, std::string_view json);
  definition_builder& input(std::string_view json); ///< a template; default: the whole entrada
  definition_builder& depends_on(std::initializer_list<std::string_view> steps);
  definition_builder& optional();
  definition_builder& pivot();
  definition_builder& retry(const retry_policy& policy);
  definition_builder& timeout(milliseconds span);

  definition_builder& compensation(std::string_view name);
  definition_builder& compensation_input(std::string_view json);
  definition_builder& compensation_retry(const retry_policy& policy);
  definition_builder& compensation_timeout(milliseconds span);

  /// The definition, or every fault of it with a pointer as if it had come as JSON.
  result<definition_ptr> build() const;

private:
  struct content;
  std::unique_ptr<content> content_;
};

} // namespace sagas
