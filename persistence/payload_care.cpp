#include "persistence/payload_care.hpp"

#include <memory>

#include "persistence/read_session.hpp"

namespace sagas {
namespace {

constexpr std::size_t faults_max = 100;

struct saga_payloads {
  text_field id, input, metadata, error;
  void fill(soci::statement& from) { fill_fields(from, id, input, metadata, error); }
};

struct step_payloads {
  text_field saga, input, output, error;
  number_field order;
  void fill(soci::statement& from) { fill_fields(from, saga, order, input, output, error); }
};

struct key_digest {
  text_field saga, digest;
  void fill(soci::statement& from) { fill_fields(from, saga, digest); }
};

struct kept_payload {
  text_field kind, name, content;
  void fill(soci::statement& from) { fill_fields(from, kind, name, content); }
};

struct table_name {
  text_field name;
  void fill(soci::statement& from) { fill_fields(from, name); }
};

class census {
public:
  census(payload_codec& payloads, payload_findings& to) : payloads_(payloads), to_(to) {}

  void count(const payload_place& at, const text_field& stored) {
    if (stored.is_null())
      return;
    const auto sealed_by = key_of_payload(stored.text);
    if (!sealed_by) {
      ++to_.plain;
      return;
    }
    ++to_.by_key[std::string{*sealed_by}];
    try {
      payloads_.open(at, stored.text);
    } catch (const locked_payload& why) {
      ++to_.locked;
      if (to_.faults.size() < faults_max)
        to_.faults.push_back(why.what());
    }
  }

private:
  payload_codec& payloads_;
  payload_findings& to_;
};

void count_sagas(read_session& from, census& to) {
  from.ask<saga_payloads>(
    "SELECT saga_id, entrada, metadatos, error_mensaje FROM sagas ORDER BY saga_id", {},
    [&](const saga_payloads& row) {
      to.count({payload_column::saga_input, row.id.text}, row.input);
      to.count({payload_column::saga_metadata, row.id.text}, row.metadata);
      to.count({payload_column::saga_error, row.id.text}, row.error);
    });
}

void count_steps(read_session& from, census& to) {
  from.ask<step_payloads>(
    "SELECT saga_id, orden, datos_entrada, datos_salida, error_mensaje FROM pasos_saga "
    "ORDER BY saga_id, orden",
    {}, [&](const step_payloads& row) {
      const long long order = row.order.value;
      to.count({payload_column::step_input, row.saga.text, order}, row.input);
      to.count({payload_column::step_output, row.saga.text, order}, row.output);
      to.count({payload_column::step_error, row.saga.text, order}, row.error);
    });
}

void count_digests(read_session& from, census& to) {
  from.ask<key_digest>("SELECT saga_id, huella FROM claves_idempotencia", {},
                       [&](const key_digest& row) {
                         to.count({payload_column::start_digest, row.saga.text}, row.digest);
                       });
}

// Files of older schemas have none.
void count_kept(read_session& from, census& to) {
  bool any = false;
  from.ask<table_name>("SELECT name FROM sqlite_schema WHERE name = 'ajustes'", {},
                       [&](const table_name&) { any = true; });
  if (any)
    from.ask<kept_payload>("SELECT clase, nombre, documento FROM ajustes", {},
                           [&](const kept_payload& row) {
                             const std::string of = kept_row(row.kind.text, row.name.text);
                             to.count({payload_column::kept_content, of}, row.content);
                           });
}

} // namespace

result<payload_findings> check_payloads(const std::string& path, const payload_keys_ptr& keys) {
  return as_value([&]() -> result<payload_findings> {
    read_session file{{.path = path, .read_only = true}, keys};
    payload_findings found;
    census counted{file.payloads(), found};
    file.at_one_moment([&](read_session& from) {
      count_sagas(from, counted);
      count_digests(from, counted);
      count_steps(from, counted);
      count_kept(from, counted);
    });
    return found;
  });
}

payload_opener make_payload_opener(const payload_keys_ptr& keys) {
  const auto payloads = std::make_shared<payload_codec>(keys);
  return [payloads](const payload_place& at, std::string_view stored) -> result<std::string> {
    return as_value([&]() -> result<std::string> { return payloads->open(at, stored); });
  };
}

} // namespace sagas
