#include <cstdlib>

#include "tests/persistence/galera_cluster.hpp"

namespace sagas::test {

mariadb_server& mariadb_server::shared() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here changes the environment
  static const bool clustered = std::getenv("SAGAS_TEST_GALERA") != nullptr;
  if (clustered)
    return galera_cluster::shared().node(0);
  static mariadb_server one;
  return one;
}

} // namespace sagas::test
