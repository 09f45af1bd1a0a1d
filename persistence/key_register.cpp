#include "persistence/key_register.hpp"

#include <chrono>
#include <vector>

namespace sagas {
namespace {

constexpr const char* probe_text = "sagas";

payload_place probe_of(std::string_view key) { return {payload_column::key_probe, key}; }

struct entry {
  std::string key, probe;
};

std::vector<entry> entries(soci::session& session) {
  text_field key, probe;
  soci::statement select{session};
  fill_fields(select, key, probe);
  prepare(select, "SELECT clave, prueba FROM claves_cifrado ORDER BY clave");
  std::vector<entry> all;
  each_row(select, [&] { all.push_back({key.as_text(), probe.as_text()}); });
  return all;
}

status check(const entry& which, const payload_keys_ptr& keys, payload_codec& payloads) {
  if (!keys || keys->empty())
    return {errc::invalid_input, "payloads here are encrypted with the key '" + which.key
                                   + "': name the file that holds it (db.payload_keys)"};
  if (!keys->find(which.key))
    return {errc::invalid_input, "payloads here are encrypted with the key '" + which.key
                                   + "', which the file of db.payload_keys does not hold: add its "
                                     "line; sagas db rekey makes it dispensable"};
  if (payloads.try_open(probe_of(which.key), which.probe) != probe_text)
    return {errc::invalid_input, "the key '" + which.key
                                   + "' in the file of db.payload_keys is another one than "
                                     "payloads here are encrypted with: put the right line back"};
  return nothing{};
}

void enter(soci::session& session, const payload_key& key, payload_codec& payloads) {
  text_field name, probe, since;
  name.set(key.id);
  payloads.set(probe, probe_of(key.id), probe_text);
  since.set(std::chrono::floor<milliseconds>(std::chrono::system_clock::now()));
  soci::statement insert = make_write(
    session, "INSERT INTO claves_cifrado (clave, prueba, desde) VALUES (:c, :p, :d)", name, probe,
    since);
  run(insert);
}

} // namespace

status admit_payload_keys(soci::session& session, const payload_keys_ptr& keys) {
  payload_codec payloads{keys};
  const payload_key* seals = keys ? keys->sealing() : nullptr;
  bool known = false;
  for (const entry& each : entries(session)) {
    if (const status fits = check(each, keys, payloads); !fits)
      return fits;
    known = known || (seals && each.key == seals->id);
  }
  if (seals && !known)
    enter(session, *seals, payloads);
  return nothing{};
}

void forget_payload_keys(soci::session& session, const std::set<std::string>& still_used) {
  text_field key;
  soci::statement erase = make_write(session, "DELETE FROM claves_cifrado WHERE clave = :c", key);
  for (const entry& each : entries(session))
    if (!still_used.contains(each.key)) {
      key.set(each.key);
      run(erase);
    }
}

} // namespace sagas
