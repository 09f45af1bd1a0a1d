// The disk refuses: one call after the other, and for want of room.
#include "persistence/sqlite_store.hpp"
#include "support/catch.hpp"
#include "support/temp_folder.hpp"
#include "tests/persistence/faulty_disk.hpp"
#include "tests/persistence/script.hpp"

namespace sagas {
namespace {

using namespace test;

sqlite_options options(const std::string& path, const faulty_disk& disk) {
  return {.path = path, .checkpoint_mib = 1, .vfs = disk.name()};
}

std::unique_ptr<store> open(const sqlite_options& how) {
  auto opened = open_sqlite_store(how);
  INFO((opened ? "" : opened.error().message));
  REQUIRE(opened);
  return std::move(*opened);
}

// After an error each answer must be what the file turns out to hold.
void check_answer(store& failed, const progress& made, const script& what) {
  REQUIRE(made.failed_with);
  switch (*made.failed_with) {
  case errc::unavailable: { // nothing was written, and the next try may succeed
    const auto rest = commit_from(failed, what, made.acknowledged);
    CHECK_FALSE(rest.failed_with);
    break;
  }
  case errc::fatal: // and it stays so, whatever the disk does now
    CHECK(commit_from(failed, what, made.acknowledged).failed_with == errc::fatal);
    CHECK_FALSE(failed.find(what.batches[0][0].id));
    break;
  case errc::unknown_outcome: break;
  default: FAIL("the answer " << to_text(*made.failed_with) << ": " << made.why);
  }
}

// The n-th call of the disk fails. False: there was no such call any more.
bool run_with_fault(const script& what, std::uint64_t n) {
  INFO("call " << n);
  const temp_folder folder;
  const std::string path = folder.file("s.db");
  faulty_disk disk;
  disk.fail_at(n);
  progress made;
  {
    const auto opened = open_sqlite_store(options(path, disk));
    if (opened) {
      made = commit_from(**opened, what, 0);
      if (made.failed_with)
        check_answer(**opened, made, what);
    } else {
      CHECK(opened.error().code == errc::unavailable);
    }
  }
  if (!disk.has_failed())
    return false;
  const auto stored = batches_stored(path, what);
  REQUIRE(stored);
  INFO(made.acknowledged << " acknowledged, " << *stored << " stored; " << made.why);
  CHECK(*stored >= made.acknowledged);
  if (made.failed_with != errc::unavailable)
    CHECK(*stored <= made.acknowledged + 1);
  check_goes_on(path, what, *stored);
  return true;
}

} // namespace

TEST_CASE("the n-th call of the disk fails and nothing acknowledged is lost",
          "[persistence][faults]") {
  const script what = make_script(4);
  std::uint64_t n = 1;
  while (run_with_fault(what, n))
    ++n;
  CHECK(n > 200); // calls that were made to fail
}

TEST_CASE("a full disk refuses batches until there is room", "[persistence][faults]") {
  const script what = make_script(8);
  const temp_folder folder;
  const std::string path = folder.file("s.db");
  faulty_disk disk;
  std::size_t refusals = 0;
  {
    const auto opened = open(options(path, disk));
    for (std::size_t i = 0; i < what.batches.size(); ++i) {
      disk.set_full(true);
      const auto refused = opened->commit(what.batches[i], {});
      if (!refused) { // else it has overwritten what was free already
        CHECK(refused.error().code == errc::unavailable);
        ++refusals;
        CHECK_FALSE(opened->commit(what.batches[i], {}));
        disk.set_full(false);
        REQUIRE(opened->commit(what.batches[i], {}));
      }
      CHECK(opened->find(what.batches[0][0].id));
    }
  }
  CHECK(refusals > what.batches.size() / 2);
  CHECK(batches_stored(path, what) == what.batches.size());
}

TEST_CASE("a file at its bound refuses batches until the bound is raised",
          "[persistence][faults]") {
  const script what = make_script(60);
  const temp_folder folder;
  const std::string path = folder.file("s.db");
  sqlite_options bounded{.path = path, .synchronous = sqlite_synchronous::off};
  bounded.pages_max = 60;
  std::size_t stored = 0;
  {
    const auto opened = open(bounded);
    const progress made = commit_from(*opened, what, 0);
    CHECK(made.failed_with == errc::unavailable);
    CHECK(commit_from(*opened, what, made.acknowledged).failed_with == errc::unavailable);
    stored = made.acknowledged;
  }
  CHECK(stored > 0);
  CHECK(batches_stored(path, what) == stored);
  check_goes_on(path, what, stored);
}

} // namespace sagas
