// Input templates: JSON in which `${...}` stands for what the saga knows.
//
//   "${entrada.x}", "${pasos.a.salida.y}", "${saga.id}", "${saga.campania_id}"
//
// Paths go into objects by key and into arrays by number; without a path it is the whole document.
// A string that is one reference alone becomes the value itself, of any type (null when absent);
// references inside a longer string become text (empty when absent); `$${` stands for `${` itself.
// Objects with a single key that begins with `$` compute:
//   {"$producto": [a, b]}                product of numbers
//   {"$cociente": [a, b]}                floor(a / b)
//   {"$defecto": [a, b, ...]}            the first that is neither absent nor null
//   {"$segun": {"valor": v, "casos": {"x": r, ...}, "otro": r}}   by value, ignoring case
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "saga/document.hpp"
#include "saga/ids.hpp"
#include "saga/result.hpp"

namespace sagas {

/// What references are looked up in.
struct template_scope {
  saga_id saga;
  std::string_view campaign_id;
  const document* input = nullptr;                              ///< entrada
  std::function<const document*(std::string_view step)> output; ///< null when it has none
};

/// No reference makes a document larger: outputs that copy each other would double at every step.
inline constexpr std::size_t rendered_size_max = 1'048'576;

/// A template, parsed once and rendered often. An immutable value, cheap to copy, thread-safe.
class json_template {
public:
  json_template(); ///< renders {}
  /// Compiles JSON text. Errors: not JSON, nested deeper than 64, a malformed reference, an
  /// unknown operator; `fields` holds every fault with its pointer.
  static result<json_template> parse(std::string_view json);

  /// The document for one call. Pure; never fails: what is absent is null, arithmetic on what is
  /// no number is null, and so is a reference that would take the document beyond
  /// rendered_size_max.
  document render(const template_scope& scope) const;

  /// The names of the steps whose output it refers to.
  const std::set<std::string>& steps() const;
  /// The template's own JSON text, as it was given.
  std::string_view text() const;

private:
  struct compiled;
  explicit json_template(std::shared_ptr<const compiled> content);
  std::shared_ptr<const compiled> content_;
};

} // namespace sagas
