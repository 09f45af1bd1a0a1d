#include "persistence/saga_loader.hpp"

#include <algorithm>

namespace sagas {
namespace {

template <class... Parameters>
soci::statement make_query(soci::session& session, saga_record& into, const std::string& from,
                           Parameters&... parameters) {
  soci::statement made{session};
  into.fill(made);
  use_fields(made, parameters...);
  prepare(made, std::string{"SELECT "} + saga_record::columns + " FROM " + from);
  return made;
}

} // namespace

std::vector<stored_definition> load_definitions(soci::session& session) {
  text_field type, text, registered;
  number_field version;
  soci::statement select{session};
  fill_fields(select, type, version, text, registered);
  prepare(select, "SELECT tipo, version, documento, registrada FROM definiciones ORDER BY 1, 2");
  std::vector<stored_definition> all;
  each_row(select, [&] {
    all.push_back({type.text, version.as<int>(), text.as_document(), registered.as_time()});
  });
  return all;
}

saga_loader::saga_loader(soci::session& session, payload_codec& payloads,
                         const std::string& open_sagas)
  : payloads_(payloads), find_(make_query(session, saga_, "sagas WHERE saga_id=:s", id_)),
    steps_(session), calm_(make_page(session, open_sagas, "= 0")),
    troubled_(make_page(session, "sagas", "> 0")) {
  step_.fill(steps_);
  use_fields(steps_, id_);
  prepare(steps_, std::string{"SELECT "} + step_record::columns
                    + " FROM pasos_saga WHERE saga_id=:s ORDER BY orden");
}

// The steps come in one query: with a server, a saga's answer costs more by its way than by its
// rows.
saga_loader::page_queries saga_loader::make_page(soci::session& session, const std::string& from,
                                                 const char* recoveries) {
  const std::string page = from + " WHERE timestamp_fin IS NULL AND recuperaciones " + recoveries
                           + " AND saga_id > :a ORDER BY saga_id LIMIT :n";
  soci::statement steps{session};
  fill_fields(steps, step_.saga);
  step_.fill(steps);
  use_fields(steps, after_, limit_);
  prepare(steps, std::string{"SELECT p.saga_id, "} + step_record::columns
                   + " FROM (SELECT saga_id FROM " + page
                   + ") AS s CROSS JOIN pasos_saga AS p ON p.saga_id = s.saga_id");
  return {make_query(session, saga_, page, after_, limit_), steps};
}

// The page may have changed between the two queries: of a saga that is new there, nobody has asked.
std::vector<stored_saga> saga_loader::unfinished(const store::unfinished_query& what) {
  after_.set(""); // in front of every id
  if (what.after)
    after_.set(*what.after);
  limit_.value = static_cast<long long>(what.limit);
  page_queries& ask = what.troubled ? troubled_ : calm_;
  std::vector<stored_saga> page;
  each_row(ask.sagas, [&] { page.push_back({saga_.header(payloads_), {}}); });
  const auto id_of = [](const stored_saga& saga) { return saga.header.id; };
  each_row(ask.steps, [&] {
    const saga_id of = step_.saga.as_id();
    const auto at = std::ranges::lower_bound(page, of, {}, id_of);
    if (at != page.end() && at->header.id == of)
      at->steps.push_back(step_.row(step_.saga.text, payloads_));
  });
  for (stored_saga& saga : page)
    std::ranges::sort(saga.steps, {}, &step_row::order);
  return page;
}

std::optional<stored_saga> saga_loader::find(const saga_id& id) {
  std::optional<stored_saga> found;
  id_.set(id);
  each_row(find_, [&] { found = stored_saga{saga_.header(payloads_), {}}; });
  if (found)
    found->steps = steps_of(id);
  return found;
}

std::vector<step_row> saga_loader::steps_of(const saga_id& id) {
  std::vector<step_row> steps;
  id_.set(id);
  each_row(steps_, [&] { steps.push_back(step_.row(id_.text, payloads_)); });
  return steps;
}

} // namespace sagas
