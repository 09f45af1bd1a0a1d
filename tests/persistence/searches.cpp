#include "tests/persistence/searches.hpp"

#include "persistence/read_sql.hpp"
#include "support/catch.hpp"

namespace sagas::test {

std::vector<std::string> every_read() {
  return {read_sql::saga,
          read_sql::sagas,
          read_sql::failures,
          read_sql::saga_state,
          read_sql::steps,
          read_sql::history,
          read_sql::input,
          read_sql::outputs,
          read_sql::active,
          read_sql::campaigns,
          read_sql::campaign,
          read_sql::batches,
          read_sql::last_batch,
          read_sql::saga_counts,
          read_sql::saga_durations,
          read_sql::attempt_counts,
          read_sql::attempt_durations,
          read_sql::service_types,
          read_sql::kept,
          read_sql::kept_one,
          read_sql::started_with,
          read_sql::ends};
}

std::vector<saga_filter> every_filter() {
  std::vector<saga_filter> all;
  for (unsigned bits = 0; bits < 32; ++bits) {
    saga_filter filter;
    if (bits & 1)
      filter.status = saga_status::failed;
    filter.type = bits & 2 ? "t" : "";
    filter.campaign_id = bits & 4 ? "c" : "";
    filter.user_id = bits & 8 ? "u" : "";
    filter.service = bits & 16 ? "m" : "";
    all.push_back(filter);
  }
  return all;
}

void check_search_in_vain(queries& reads) {
  saga_filter filter;
  filter.user_id = "ana";
  filter.service = "b";
  std::vector<saga_view> found;
  int pages = 0;
  for (; pages == 0 || filter.before; ++pages) {
    REQUIRE(pages < 100);
    auto page = reads.search(filter);
    INFO((page ? "" : page.error().message));
    REQUIRE(page);
    for (saga_view& saga : page->sagas)
      found.push_back(std::move(saga));
    REQUIRE((!page->next || !filter.before || *page->next < *filter.before)); // it goes on
    filter.before = page->next;
  }
  CHECK(pages > 2);
  REQUIRE(found.size() == 1);
  CHECK(to_text(found[0].header.id) == "00000000-0000-7000-8000-00000000001e");
  filter.type = "otro"; // known at once
  const auto none = reads.search(filter);
  REQUIRE(none);
  CHECK(none->sagas.empty());
  CHECK_FALSE(none->next);
}

} // namespace sagas::test
