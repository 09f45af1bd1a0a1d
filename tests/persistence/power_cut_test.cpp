// The power goes at any moment: of what has not been synced some sectors reach the disk, in any
// order, and others do not. What was acknowledged must be there afterwards.
#include "persistence/sqlite_store.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"
#include "tests/persistence/faulty_disk.hpp"
#include "tests/persistence/script.hpp"

namespace sagas {
namespace {

using namespace test;

sqlite_options options(const std::string& path, sqlite_synchronous synchronous,
                       const std::string& vfs = {}) {
  return {.path = path, .synchronous = synchronous, .checkpoint_mib = 1, .vfs = vfs};
}

// Runs the script until the power goes at the n-th change of the disk (0: never).
progress run(const std::string& path, const script& what, sqlite_synchronous synchronous,
             faulty_disk& disk, std::uint64_t cut) {
  disk.cut_at(cut);
  const auto opened = open_sqlite_store(options(path, synchronous, disk.name()));
  if (!opened)
    return {0, opened.error().code, opened.error().message};
  return commit_from(**opened, what, 0);
}

std::uint64_t changes_without_a_cut(const script& what) {
  const temp_folder folder;
  faulty_disk disk;
  REQUIRE_FALSE(run(folder.file("s.db"), what, sqlite_synchronous::full, disk, 0).failed_with);
  return disk.changes();
}

void cut_the_power(std::uint32_t times) {
  const script what = make_script(12);
  const std::uint64_t changes = changes_without_a_cut(what);
  std::size_t in_flight = 0;
  for (std::uint32_t seed = 1; seed <= times; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random{seed};
    const temp_folder folder;
    const std::string path = folder.file("s.db");
    faulty_disk disk;
    const progress made = run(path, what, sqlite_synchronous::full, disk, 1 + random() % changes);
    REQUIRE(disk.is_cut());
    disk.power_on(random);

    const auto stored = batches_stored(path, what);
    REQUIRE(stored);
    INFO(made.acknowledged << " acknowledged, " << *stored << " stored; " << made.why);
    CHECK(*stored >= made.acknowledged);
    CHECK(*stored <= made.acknowledged + 1); // the one in flight may have arrived
    in_flight += *stored > made.acknowledged ? 1 : 0;

    check_goes_on(path, what, *stored);
  }
  CHECK(in_flight > 0); // else the cuts were never interesting
}

} // namespace

TEST_CASE("nothing acknowledged is lost in 200 power cuts", "[persistence][faults]") {
  cut_the_power(200);
}

// Longer than a suite likes to wait: test_persistence "[power]".
TEST_CASE("nothing acknowledged is lost in 1,000 power cuts", "[.][power]") {
  cut_the_power(1'000);
}

TEST_CASE("the same power cuts show what synchronous=normal loses", "[persistence][faults]") {
  const script what = make_script(12);
  const std::uint64_t changes = changes_without_a_cut(what);
  std::size_t lost = 0;
  for (std::uint32_t seed = 1; seed <= 25; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random{seed};
    const temp_folder folder;
    const std::string path = folder.file("s.db");
    faulty_disk disk;
    const progress made = run(path, what, sqlite_synchronous::normal, disk, 1 + random() % changes);
    disk.power_on(random);
    const auto stored = batches_stored(path, what);
    REQUIRE(stored); // still a state that has been
    lost += *stored < made.acknowledged ? 1 : 0;
  }
  CHECK(lost > 0);
}

} // namespace sagas
