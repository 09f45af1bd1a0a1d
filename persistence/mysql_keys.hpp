// Claims the idempotency keys of new sagas. Internal to persistence/.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "persistence/mysql_bulk.hpp"
#include "persistence/mysql_rows.hpp"
#include "saga/store.hpp"

namespace sagas {

class mysql_keys {
public:
  /// `payloads` must outlive it.
  mysql_keys(soci::session& session, payload_codec& payloads);

  /// Writes the keys of those starts that have one. The duplicates among them, by their place in
  /// `starts`; nothing is written of these. Throws, also when another writer took one of the keys
  /// just now: the next try finds it.
  std::map<std::size_t, commit_ack> claim(const std::vector<const changes*>& starts);
  void clear() { insert_.clear(); }

private:
  struct owner {
    saga_id saga;
    std::optional<std::string> fingerprint; // none: it can't be opened, and is nobody's
  };
  void find(const std::vector<const changes*>& starts, std::map<std::string, owner>& owners);
  void look_up(std::size_t asked, std::map<std::string, owner>& owners);

  payload_codec& payloads_;
  mysql_bulk<mysql_rows::key> insert_;
  std::vector<text_field> asked_;
  text_field key_, saga_, fingerprint_;
  soci::statement find_;
};

} // namespace sagas
