#include "persistence/ancestors.hpp"

#include "saga/child.hpp"

namespace sagas::ancestors {
namespace {

std::string named(std::size_t generation) {
  return generation == 0 ? "s" : "a" + std::to_string(generation);
}

} // namespace

// One by one by their primary key; a recursive query can't be correlated in MariaDB. Nearly every
// saga has none, and costs one look-up of NULL.
std::string joined() {
  std::string all;
  for (std::size_t above = 1; above <= child_depth_max; ++above)
    all += " LEFT JOIN sagas AS " + named(above) + " ON " + named(above)
           + ".saga_id = " + named(above - 1) + ".origen";
  return all;
}

std::string one_goes_on() {
  std::string any = "(";
  for (std::size_t above = 1; above <= child_depth_max; ++above)
    any += (above == 1 ? "(" : " OR (") + named(above) + ".saga_id IS NOT NULL AND " + named(above)
           + ".timestamp_fin IS NULL)";
  return any + ")";
}

} // namespace sagas::ancestors
