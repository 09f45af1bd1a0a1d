// What every store promises of the documents that operators have set up, and of where a saga comes
// from.
#include "tests/persistence/backend.hpp"
#include "tests/persistence/store_bed.hpp"

using namespace sagas;
using namespace sagas::test;

namespace {

kept_change change(kept_change::kind what, const std::string& name, const std::string& content,
                   std::uint64_t position = 0, const std::string& kind = "programa") {
  return {what, {kind, name, document{content}, position, noon}};
}
kept_change put(const std::string& name, const std::string& content, std::uint64_t position = 0) {
  return change(kept_change::kind::put, name, content, position);
}
kept_change advance(const std::string& name, std::uint64_t position) {
  return change(kept_change::kind::advance, name, "", position);
}
kept_change erase(const std::string& name) { return change(kept_change::kind::erase, name, ""); }

void keep(backend& bed, const std::vector<kept_change>& what) {
  const status done = bed.writes->keep(what);
  INFO((done ? "" : done.error().message));
  REQUIRE(done);
}

// "name=content@position", as one text.
std::string kept(backend& bed, const kept_query& what = kept_query{"programa", {}, {}}) {
  const auto found = bed.reads->kept(what);
  INFO((found ? "" : found.error().message));
  REQUIRE(found);
  std::string text;
  for (const kept_document& each : *found) {
    CHECK(each.kind == what.kind);
    CHECK(each.changed == noon);
    text += (text.empty() ? "" : " ") + each.name + '=' + std::string{each.content.text()} + '@'
            + std::to_string(each.position);
  }
  return text;
}

} // namespace

TEST_CASE("a document is kept until it is erased", "[persistence][kept]") {
  with_each_backend([](backend& bed) {
    CHECK(kept(bed).empty());
    keep(bed, {put("diario", "{}", 7), put("anual", "[1]")});
    CHECK(kept(bed) == "anual=[1]@0 diario={}@7");
    keep(bed, {erase("anual"), erase("nadie")});
    CHECK(kept(bed) == "diario={}@7");
  });
}

TEST_CASE("new content leaves the position where it was, which only rises", "[persistence][kept]") {
  with_each_backend([](backend& bed) {
    keep(bed, {put("diario", "{}", 7), advance("diario", 9)});
    keep(bed, {put("diario", "[2]", 1)});
    CHECK(kept(bed) == "diario=[2]@9");
    keep(bed, {advance("diario", 8), advance("nadie", 8)});
    CHECK(kept(bed) == "diario=[2]@9");
    constexpr std::uint64_t far = (std::uint64_t{1} << 62) + 1;
    keep(bed, {advance("diario", far)});
    CHECK(kept(bed) == "diario=[2]@" + std::to_string(far));
    keep(bed, {erase("diario"), put("diario", "{}", 1)});
    CHECK(kept(bed) == "diario={}@1");
  });
}

TEST_CASE("what is kept is read by kind and name, page by page", "[persistence][kept]") {
  with_each_backend([](backend& bed) {
    std::vector<kept_change> all{change(kept_change::kind::put, "b", "0", 0, "otra")};
    for (const char* name : {"ñ", "b", "a", "B", "a b", "a/2", "a/1"})
      all.push_back(put(name, "1"));
    keep(bed, all);
    CHECK(kept(bed) == "B=1@0 a=1@0 a b=1@0 a/1=1@0 a/2=1@0 b=1@0 ñ=1@0");
    CHECK(kept(bed, {"programa", "a", {}, 2}) == "a b=1@0 a/1=1@0");
    CHECK(kept(bed, {"programa", "a/", "a0"}) == "a/1=1@0 a/2=1@0");
    CHECK(kept(bed, {"otra", {}, {}}) == "b=0@0");
    CHECK(kept(bed, {"ninguna", {}, {}}).empty());
    const auto one = bed.reads->kept_one("programa", "a/2");
    REQUIRE(one);
    REQUIRE(*one);
    CHECK((*one)->name == "a/2");
    CHECK((*one)->content.text() == "1");
    const auto none = bed.reads->kept_one("otra", "a/2");
    REQUIRE(none);
    CHECK_FALSE(*none);
  });
}

TEST_CASE("a change that does not fit leaves all of its batch out", "[persistence][kept]") {
  with_each_backend([](backend& bed) {
    keep(bed, {put(std::string(kept_name_max, 'n'), "1")});
    const std::vector<kept_change> all{
      put("good", "1"), change(kept_change::kind::put, "x", "1", 0, std::string(21, 'k'))};
    const status done = bed.writes->keep(all);
    if (done) // SQLite keeps whatever length
      return;
    CHECK(done.error().code == errc::invalid_input);
    CHECK(kept(bed) == std::string(kept_name_max, 'n') + "=1@0");
  });
}

TEST_CASE("who is fenced keeps nothing", "[persistence][kept]") {
  store_bed bed{GENERATE(from_range(every_store))};
  bed.overtake();
  const status done = bed->keep(std::vector{put("diario", "{}")});
  REQUIRE_FALSE(done);
  CHECK(done.error().code == errc::fenced);
}

TEST_CASE("a saga's origin is stored with it", "[persistence][store]") {
  store_bed bed{GENERATE(from_range(every_store))};
  saga_run child{2}, undo{3};
  child.state.header.origin = {saga_run::id_of(1), saga_relation::child, "pagar"};
  undo.state.header.origin = {saga_run::id_of(1), saga_relation::undo, ""};
  for (saga_run* each : {&child, &undo}) {
    CHECK(bed.commit(each->start()) == commit_ack::verdict::committed);
    CHECK(bed.commit(each->done(0)) == commit_ack::verdict::committed);
  }
  bed.reopen();
  for (saga_run* each : {&child, &undo}) {
    check_stored(bed, *each);
    CHECK(bed.load(each->id()).header.origin == each->state.header.origin);
  }
}
