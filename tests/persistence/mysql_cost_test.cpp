// What a commit, a page of unfinished sagas and a load read must not grow with what is stored: the
// server counts the rows that it looks at.
#include <algorithm>
#include <sstream>

#include "tests/persistence/mariadb_server.hpp"
#include "tests/persistence/store_bed.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

constexpr std::uint64_t many = 3'000;

// The sum of what the server has counted under such names.
long long counted(store_bed& bed, const std::string& names) {
  std::istringstream lines{
    ask(bed.mysql_options().server, "SHOW GLOBAL STATUS LIKE '" + names + "'")};
  long long sum = 0;
  for (std::string line; std::getline(lines, line);)
    sum += std::stoll(line.substr(line.find('|') + 1));
  return sum;
}

long long rows_looked_at(store_bed& bed) { return counted(bed, "Handler_read%"); }

// Twenty commits of one saga's whole way among others, then what a recovery reads.
long long cost_of_work(store_bed& bed, std::uint64_t first) {
  const long long before = rows_looked_at(bed);
  std::vector<saga_run> runs;
  for (std::uint64_t i = 0; i < 20; ++i)
    runs.emplace_back(first + i);
  for (const int turn : {0, 1, 2}) {
    std::vector<changes> batch;
    for (saga_run& run : runs)
      batch.push_back(turn == 0 ? run.start(to_text(run.id()), "h")
                                : run.done(static_cast<std::size_t>(turn - 1)));
    bed.commit(batch);
  }
  for (int i = 0; i < 17; ++i) { // one of them drops what is too old of the feed
    saga_run run{first + 100 + static_cast<std::uint64_t>(i)};
    bed.commit(run.start());
  }
  REQUIRE(bed->unfinished({.after = {}, .troubled = false, .limit = 5}));
  REQUIRE(bed->unfinished({.after = {}, .troubled = true, .limit = 5}));
  const std::vector ids{runs[0].id()};
  REQUIRE(bed->count_recovery(ids));
  REQUIRE(bed->settle_recovery(ids));
  return rows_looked_at(bed) - before;
}

} // namespace

TEST_CASE("work costs the same whatever is stored", "[persistence][mysql]") {
  store_bed bed{store_kind::mariadb};
  cost_of_work(bed, 1); // the first time opens tables
  const long long when_few = cost_of_work(bed, 1'000);
  std::uint64_t number = 10'000;
  for (int i = 0; i < 10; ++i) {
    std::vector<changes> batch;
    for (std::uint64_t k = 0; k < many / 10; ++k) {
      saga_run run{++number};
      batch.push_back(run.start());
      if (k % 2 == 0)
        batch.push_back(run.refused(0));
    }
    bed.commit(batch);
  }
  run(bed.mysql_options().server, "ANALYZE TABLE sagas, pasos_saga");
  const long long when_many = cost_of_work(bed, 5'000);
  CAPTURE(when_few, when_many);
  CHECK(when_few > 0);
  CHECK(when_many < when_few + static_cast<long long>(many / 10));
}

TEST_CASE("a page of unfinished sagas is asked for in two queries", "[persistence][mysql]") {
  store_bed bed{store_kind::mariadb};
  std::vector<changes> batch;
  for (std::uint64_t i = 1; i <= 50; ++i) {
    saga_run run{i};
    batch.push_back(run.start());
  }
  bed.commit(batch);
  const long long before = counted(bed, "Com_select");
  const auto page = bed->unfinished({.after = {}, .troubled = false, .limit = 256});
  CHECK(counted(bed, "Com_select") - before == 2);
  REQUIRE(page);
  CHECK(page->size() == 50);
  CHECK(std::ranges::none_of(*page, [](const stored_saga& saga) { return saga.steps.empty(); }));
}

TEST_CASE("a commit makes no table of the server's a file, however long its documents",
          "[persistence][mysql]") {
  store_bed bed{store_kind::mariadb};
  std::vector<saga_run> runs;
  for (std::uint64_t i = 1; i <= 20; ++i)
    runs.emplace_back(i);
  const auto commit_all = [&](const auto& next) {
    std::vector<changes> batch;
    for (saga_run& run : runs)
      batch.push_back(next(run));
    bed.commit(batch);
  };
  const auto files = [&] { return counted(bed, "Created_tmp_disk_tables"); };
  const std::string document = R"({"texto":")" + std::string(2'000, 'x') + "\"}";
  commit_all([](saga_run& run) { return run.start(); });
  const long long before = files();
  const long long of_asking = files() - before;
  const long long began = files();
  commit_all([&](saga_run& run) { return run.done(0, document); });
  commit_all([&](saga_run& run) { return run.done(1, document); });
  CHECK(files() - began == of_asking);
  for (const saga_run& run : runs)
    CHECK(bed.load(run.id()).header == run.state.header);
}
