#include "persistence/search_sql.hpp"

#include <algorithm>

namespace sagas::search_sql {
namespace {

constexpr const char* before_all = "";
constexpr const char* behind_all = "g"; // no id has a letter behind f

constexpr const char* in_range = "saga_id < ?1 AND saga_id >= ?2";
constexpr const char* newest = " ORDER BY saga_id DESC LIMIT ?3";

enum class field { status, type, campaign, user, service };

struct condition {
  field of;
  std::string index;  // lists the sagas of one value by id
  std::string equals; // by that index
};

const condition by_status{field::status, "sagas_estado", "estado = ?4"};
const condition by_type{field::type, "sagas_tipo", "tipo = ?5"};
const condition by_campaign{field::campaign, "sagas_campania", "campania_id = ?6"};
const condition by_user{field::user, "sagas_usuario", "usuario_id = ?7"};
const condition by_service{field::service, "pasos_saga_microservicio", "microservicio = ?8"};

// The order in which they are tried: most likely the rarest first.
std::vector<condition> conditions(const saga_filter& what) {
  std::vector<condition> all;
  if (!what.campaign_id.empty())
    all.push_back(by_campaign);
  if (!what.user_id.empty())
    all.push_back(by_user);
  if (what.status)
    all.push_back(by_status);
  if (!what.type.empty())
    all.push_back(by_type);
  if (!what.service.empty())
    all.push_back(by_service);
  return all;
}

// Checked for each candidate; the plus keeps SQLite from taking an index for it.
std::string check(const condition& what) {
  if (what.of == field::service)
    return " AND EXISTS (SELECT 1 FROM pasos_saga AS p INDEXED BY " + what.index + " WHERE p."
           + what.equals + " AND p.saga_id = s.saga_id)";
  return " AND +s." + what.equals;
}

std::string checks(const std::vector<condition>& all, std::initializer_list<field> but) {
  std::string text;
  for (const condition& each : all)
    if (std::find(but.begin(), but.end(), each.of) == but.end())
      text += check(each);
  return text;
}

std::string walk(const std::string& index, const std::string& equals) {
  return "SELECT saga_id FROM sagas AS s INDEXED BY " + index + " WHERE " + equals + " AND "
         + in_range;
}

constexpr const char* one_behind = " ORDER BY saga_id DESC LIMIT 1 OFFSET ?3";

way make_way(const std::string& candidates, const std::string& checked) {
  return {candidates + checked + newest, candidates + one_behind, checked.empty()};
}

// The index of the types is one of types and states: with a state it is exact, and without, the
// lists of the states are merged.
way walk_types(const std::vector<condition>& all, bool with_status, merging how) {
  if (with_status)
    return make_way(walk(by_type.index, by_type.equals + " AND " + by_status.equals),
                    checks(all, {field::type, field::status}));
  const std::string rest = checks(all, {field::type});
  const auto listed = [how](const std::string& list, const char* most) {
    return how == merging::lazy ? list : "(" + list + " ORDER BY saga_id DESC LIMIT " + most + ")";
  };
  way merged{{}, {}, rest.empty()};
  for (int i = 0; i < saga_status_count; ++i) {
    const std::string list = walk(by_type.index, by_type.equals + " AND estado = '"
                                                   + to_text(static_cast<saga_status>(i)) + "'");
    const std::string link = i == 0 ? "" : " UNION ALL ";
    merged.matches += link + listed(list + rest, "?3");
    merged.candidate += link + listed(list, "?9");
  }
  merged.matches += newest;
  merged.candidate += one_behind;
  return merged;
}

// A saga has a row for each attempt: the group makes them one.
way walk_services(const std::vector<condition>& all) {
  const std::string rest = checks(all, {field::service});
  const std::string from = "SELECT q.saga_id FROM pasos_saga AS q INDEXED BY " + by_service.index;
  const std::string in = " WHERE q." + by_service.equals
                         + " AND q.saga_id < ?1 AND q.saga_id >= ?2";
  const std::string join = rest.empty() ? ""
                                        : " CROSS JOIN sagas AS s INDEXED BY "
                                          "sqlite_autoindex_sagas_1 ON s.saga_id = q.saga_id";
  const std::string order = " GROUP BY q.saga_id ORDER BY q.saga_id DESC LIMIT ";
  return {from + join + in + rest + order + "?3", from + in + order + "1 OFFSET ?3", rest.empty()};
}

} // namespace

parameter_list parameters(const saga_filter& what) {
  std::string end = what.until ? to_text(first_id_at(*what.until)) : behind_all;
  if (what.before)
    end = std::min(end, to_text(*what.before));
  return {end,
          what.from ? to_text(first_id_at(*what.from)) : before_all,
          std::to_string(what.limit),
          what.status ? to_text(*what.status) : "",
          what.type,
          what.campaign_id,
          what.user_id,
          what.service,
          std::to_string(what.limit + 1)};
}

void set_limit(parameter_list& to, std::size_t limit) {
  to[2] = std::to_string(limit);
  to[8] = std::to_string(limit + 1);
}

std::vector<way> ways(const saga_filter& what, merging how) {
  const std::vector<condition> all = conditions(what);
  std::vector<way> made;
  for (const condition& each : all) {
    if (each.of == field::service)
      made.push_back(walk_services(all));
    else if (each.of == field::type)
      made.push_back(walk_types(all, what.status.has_value(), how));
    else if (each.of != field::status || what.type.empty()) // else the types' index does better
      made.push_back(make_way(walk(each.index, each.equals), checks(all, {each.of})));
  }
  // All by id: the best when most match, or when the time is short.
  made.push_back(make_way(std::string{"SELECT saga_id FROM sagas AS s "
                                      "INDEXED BY sqlite_autoindex_sagas_1 WHERE "}
                            + in_range,
                          checks(all, {})));
  return made;
}

} // namespace sagas::search_sql
