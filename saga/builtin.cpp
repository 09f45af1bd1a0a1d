#include "saga/builtin.hpp"

#include "saga/assert.hpp"
#include "saga/builtin_texts.hpp"
#include "saga/definition_json.hpp"

namespace sagas {

std::vector<definition_ptr> builtin_definitions() {
  std::vector<definition_ptr> all;
  for (const builtin_text& text : builtin_texts()) {
    const auto plan = parse_definition(text.json);
    SAGAS_ASSERT(plan);
    all.push_back(*plan);
  }
  return all;
}

} // namespace sagas
