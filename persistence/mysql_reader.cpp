#include "persistence/mysql_reader.hpp"

#include <algorithm>

#include "saga/assert.hpp"

namespace sagas {

mysql_reader::mysql_reader(const mysql_terms& terms, payload_keys_ptr keys)
  : row_reader(std::move(keys)), session_(open_mysql_session(terms)) {
  std::string version;
  *session_ << "SELECT VERSION()", soci::into(version);
  *session_ << mysql_dialect::keep_subqueries(version);
  *session_ << "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ";
}

mysql_reader::~mysql_reader() = default;

void mysql_reader::begin() { *session_ << "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"; }

void mysql_reader::roll_back() { session_->rollback(); }

void mysql_reader::ping() { *session_ << "DO 1"; }

void mysql_reader::run(const std::string& sql, std::span<const std::string> parameters,
                       buffer_maker make, const row_taker& take) {
  auto known = forms_.find(sql);
  if (known == forms_.end())
    known = forms_.emplace(sql, mysql_dialect::from_common(sql)).first;
  const mysql_dialect::form& form = known->second;
  std::vector<text_field> texts(form.uses.size());
  std::vector<number_field> numbers(form.uses.size());
  const auto row = make();
  soci::statement statement{*session_};
  row->fill(statement);
  for (std::size_t i = 0; i < form.uses.size(); ++i) {
    SAGAS_ASSERT(form.uses[i].parameter < parameters.size());
    const std::string& value = parameters[form.uses[i].parameter];
    if (form.uses[i].number) {
      numbers[i].value = std::stoll(value);
      use_field(statement, numbers[i]);
    } else {
      texts[i].set(value);
      use_field(statement, texts[i]);
    }
  }
  prepare(statement, form.sql);
  for (bool found = statement.execute(true); found; found = statement.fetch())
    if (!take(*row))
      return; // the client holds the whole answer: nothing is left open at the server
}

reading::id_page search_ids(mysql_reader& from, const saga_filter& what) {
  if (reading::is_hopeless(from, what))
    return {};
  auto parameters = search_sql::parameters(what);
  search_sql::set_limit(parameters, what.limit + 1); // one more tells whether there is another page
  const auto ways = search_sql::ways(what, search_sql::merging::bounded);
  const auto exact = std::find_if(ways.begin(), ways.end(),
                                  [](const search_sql::way& each) { return each.exact; });
  if (exact != ways.end())
    return reading::cut(reading::ids(from, exact->matches, parameters), what.limit);
  return reading::search_candidates(from, ways, parameters, what.limit);
}

} // namespace sagas
