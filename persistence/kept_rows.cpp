#include "persistence/kept_rows.hpp"

#include <string>

namespace sagas {

void kept_record::set(const kept_document& what) {
  kind.set(what.kind);
  name.set(what.name);
  position.value = static_cast<long long>(what.position);
  changed.set(what.changed);
}

void kept_record::set_content(const document& what, payload_codec& payloads) {
  const std::string of = kept_row(kind.text, name.text);
  payloads.set(content, {payload_column::kept_content, of}, what.text());
}

kept_document kept_record::value(payload_codec& payloads) const {
  const std::string of = kept_row(kind.text, name.text);
  return {kind.as_text(), name.as_text(),
          payloads.document_of(content, {payload_column::kept_content, of}),
          position.as<std::uint64_t>(), changed.as_time()};
}

void write_kept(soci::session& to, payload_codec& payloads, const char* when_present,
                std::span<const kept_change> what) {
  kept_record row;
  soci::statement put = make_write(
    to, std::string{"INSERT INTO ajustes VALUES (:c, :n, :d, :p, :a) "} + when_present, row.kind,
    row.name, row.content, row.position, row.changed);
  soci::statement advance = make_write(
    to, "UPDATE ajustes SET posicion = :p WHERE clase = :c AND nombre = :n AND posicion < :q",
    row.position, row.kind, row.name, row.position);
  soci::statement erase = make_write(to, "DELETE FROM ajustes WHERE clase = :c AND nombre = :n",
                                     row.kind, row.name);
  for (const kept_change& each : what) {
    row.set(each.of);
    switch (each.what) {
    case kept_change::kind::put:
      row.set_content(each.of.content, payloads);
      run(put);
      break;
    case kept_change::kind::advance: run(advance); break;
    case kept_change::kind::erase: run(erase); break;
    }
  }
}

} // namespace sagas
