#include "tests/persistence/searches.hpp"

#include "support/catch.hpp"

namespace sagas::test {

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
