#include "persistence/mysql_keys.hpp"

namespace sagas {
namespace {

constexpr std::size_t asked_max = 64; // keys a query

commit_ack duplicate_of(const saga_id& existing, bool same_start) {
  commit_ack ack;
  ack.what = commit_ack::verdict::duplicate;
  ack.existing = existing;
  ack.same_start = same_start;
  return ack;
}

} // namespace

mysql_keys::mysql_keys(soci::session& session, payload_codec& payloads)
  : payloads_(payloads),
    insert_(session, {"INSERT INTO claves_idempotencia VALUES ", placeholders(3), ", ", ""}),
    asked_(asked_max), find_(session) {
  fill_fields(find_, key_, saga_, fingerprint_);
  for (text_field& each : asked_)
    use_fields(find_, each);
  prepare(find_, "SELECT clave, saga_id, huella FROM claves_idempotencia WHERE clave IN "
                   + placeholders(asked_max));
}

std::map<std::size_t, commit_ack> mysql_keys::claim(const std::vector<const changes*>& starts) {
  std::map<std::string, owner> owners;
  find(starts, owners);
  std::map<std::size_t, commit_ack> duplicates;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    if (!starts[i]->once)
      continue;
    const idempotency& once = *starts[i]->once;
    const auto [taken, is_new] = owners.try_emplace(once.key,
                                                    owner{starts[i]->id, once.fingerprint});
    if (!is_new)
      duplicates[i] = duplicate_of(taken->second.saga,
                                   taken->second.fingerprint == once.fingerprint);
    else
      insert_.add([&](mysql_rows::key& row) {
        row.text.set(once.key);
        row.saga.set(starts[i]->id);
        payloads_.set(row.fingerprint, {payload_column::start_digest, row.saga.text},
                      once.fingerprint);
      });
  }
  insert_.finish();
  return duplicates;
}

// Which keys are taken already.
void mysql_keys::find(const std::vector<const changes*>& starts,
                      std::map<std::string, owner>& owners) {
  std::size_t asked = 0;
  for (const changes* what : starts) {
    if (!what->once)
      continue;
    asked_[asked++].set(what->once->key);
    if (asked == asked_max) {
      look_up(asked, owners);
      asked = 0;
    }
  }
  if (asked > 0)
    look_up(asked, owners);
}

void mysql_keys::look_up(std::size_t asked, std::map<std::string, owner>& owners) {
  // The statement has places for so many: what is left asks for the first again.
  for (std::size_t i = asked; i < asked_max; ++i)
    asked_[i].set(asked_[0].text);
  each_row(find_, [&] {
    owners.insert_or_assign(
      key_.text, owner{saga_.as_id(), payloads_.try_open({payload_column::start_digest, saga_.text},
                                                         fingerprint_.text)});
  });
}

} // namespace sagas
