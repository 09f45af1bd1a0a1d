#include "persistence/payload_reseal.hpp"

#include <utility>

#include "persistence/key_register.hpp"
#include "saga/text.hpp"

namespace sagas {
namespace {

constexpr std::size_t bytes_a_bite = 4U << 20;

constexpr std::array saga_columns{payload_column::saga_input, payload_column::saga_metadata,
                                  payload_column::saga_error};
constexpr std::array step_columns{payload_column::step_input, payload_column::step_output,
                                  payload_column::step_error};

} // namespace

payload_resealer::payload_resealer(soci::session& session, payload_codec& payloads,
                                   reseal_terms terms)
  : session_(session), payloads_(payloads), terms_(std::move(terms)), find_sagas_(session),
    find_steps_(session), find_digests_(session), find_kept_(session) {
  fill_fields(find_sagas_, saga_.keys[0], saga_.payloads[0], saga_.payloads[1], saga_.payloads[2]);
  use_fields(find_sagas_, after_, limit_);
  prepare(find_sagas_, "SELECT saga_id, entrada, metadatos, error_mensaje FROM sagas "
                       "WHERE saga_id > :a ORDER BY saga_id LIMIT :n"
                         + terms_.lock);
  fill_fields(find_steps_, step_.order, step_.payloads[0], step_.payloads[1], step_.payloads[2]);
  use_fields(find_steps_, step_.keys[0]);
  prepare(find_steps_, "SELECT orden, datos_entrada, datos_salida, error_mensaje FROM pasos_saga "
                       "WHERE saga_id = :s ORDER BY orden"
                         + terms_.lock);
  fill_fields(find_digests_, digest_.keys[0], digest_.payloads[0], saga_of_key_);
  use_fields(find_digests_, after_, last_);
  prepare(find_digests_, "SELECT clave, huella, saga_id FROM claves_idempotencia "
                         "WHERE saga_id > :a AND saga_id <= :b"
                           + terms_.lock);
  fill_fields(find_kept_, kept_.keys[0], kept_.keys[1], kept_.payloads[0]);
  prepare(find_kept_, "SELECT clase, nombre, documento FROM ajustes" + terms_.lock);
}

reseal_bite payload_resealer::next(const reseal_pass& from, std::size_t sagas_max) {
  bite_ = {};
  bite_.next = from;
  bytes_ = 0;
  terms_.writes->clear(); // what a try left that was given up
  auto sagas = sagas_behind(from.after, sagas_max);
  const std::size_t found = sagas.size();
  reseal_sagas(std::move(sagas));
  if (bite_.told.sagas > 0)
    reseal_digests(from.after, bite_.next.after);
  if (bite_.told.sagas == found && found < sagas_max)
    end();
  terms_.writes->finish();
  bite_.told.key = payloads_.sealing_key();
  bite_.told.locked = bite_.next.locked;
  bite_.told.why = bite_.next.why;
  if (bite_.told.finished)
    bite_.next = {};
  return std::move(bite_);
}

std::vector<changed_saga_payloads> payload_resealer::sagas_behind(const std::string& id,
                                                                  std::size_t limit) {
  std::vector<changed_saga_payloads> rows;
  after_.set(id);
  limit_.value = static_cast<long long>(limit);
  each_row(find_sagas_, [&] { rows.push_back(saga_); });
  return rows;
}

std::vector<changed_step_payloads> payload_resealer::steps_of(const text_field& saga) {
  std::vector<changed_step_payloads> rows;
  step_.keys[0] = saga;
  each_row(find_steps_, [&] { rows.push_back(step_); });
  return rows;
}

// Until the bite is full.
void payload_resealer::reseal_sagas(std::vector<changed_saga_payloads> rows) {
  for (changed_saga_payloads& each : rows) {
    const std::string& id = each.keys[0].text;
    bool changed = false;
    for (std::size_t i = 0; i < saga_columns.size(); ++i)
      changed = reseal({saga_columns[i], id}, each.payloads[i]) || changed;
    if (changed)
      terms_.writes->add(each);
    reseal_steps(each.keys[0]);
    bite_.next.after = id;
    ++bite_.told.sagas;
    if (bytes_ >= bytes_a_bite)
      return;
  }
}

void payload_resealer::reseal_steps(const text_field& saga) {
  for (changed_step_payloads& each : steps_of(saga)) {
    bool changed = false;
    for (std::size_t i = 0; i < step_columns.size(); ++i)
      changed = reseal({step_columns[i], saga.text, each.order.value}, each.payloads[i]) || changed;
    if (changed)
      terms_.writes->add(each);
  }
}

void payload_resealer::reseal_digests(const std::string& first, const std::string& last) {
  std::vector<std::pair<changed_digest, std::string>> rows;
  after_.set(first);
  last_.set(last);
  each_row(find_digests_, [&] { rows.emplace_back(digest_, saga_of_key_.text); });
  for (auto& [row, saga] : rows)
    if (reseal({payload_column::start_digest, saga}, row.payloads[0]))
      terms_.writes->add(row);
}

void payload_resealer::reseal_kept() {
  std::vector<changed_kept_payload> rows;
  each_row(find_kept_, [&] { rows.push_back(kept_); });
  for (changed_kept_payload& each : rows) {
    const std::string of = kept_row(each.keys[0].text, each.keys[1].text);
    if (reseal({payload_column::kept_content, of}, each.payloads[0]))
      terms_.writes->add(each);
  }
}

// Whether `stored` has been replaced by what is to be stored.
bool payload_resealer::reseal(const payload_place& at, text_field& stored) {
  if (stored.is_null() || payloads_.is_current(stored.text))
    return false;
  try {
    stored.set(stored_anew(at, stored.text));
  } catch (const locked_payload& why) {
    if (bite_.next.locked++ == 0)
      bite_.next.why = why.what();
    bite_.next.in_use.emplace(*key_of_payload(stored.text));
    return false;
  }
  ++bite_.told.resealed;
  bytes_ += stored.text.size();
  return true;
}

std::string payload_resealer::stored_anew(const payload_place& at, std::string_view stored) {
  std::string plain = payloads_.open(at, stored);
  if (terms_.mends && payloads_.sealing_key().empty())
    plain = repair_utf8(plain);
  std::string made;
  payloads_.seal(at, plain, made);
  return made;
}

void payload_resealer::end() {
  reseal_kept();
  std::set<std::string>& used = bite_.next.in_use;
  if (const std::string seals = payloads_.sealing_key(); !seals.empty())
    used.insert(seals);
  forget_payload_keys(session_, used);
  bite_.told.keys_in_use.assign(used.begin(), used.end());
  bite_.told.finished = true;
}

} // namespace sagas
