// Loads definitions, and sagas with their steps, as rebuild() wants them. Internal to persistence/.
#pragma once

#include <string>
#include <vector>

#include "persistence/records.hpp"
#include "saga/store.hpp"

namespace sagas {

/// All, by type and version. Throws.
std::vector<stored_definition> load_definitions(soci::session& session);

class saga_loader {
public:
  /// `open_sagas`: what to select sagas that have not ended from, an index named where the back
  /// end needs that. `payloads` must outlive it.
  saga_loader(soci::session& session, payload_codec& payloads,
              const std::string& open_sagas = "sagas");

  // These throw.
  std::vector<stored_saga> unfinished(const store::unfinished_query& what);
  std::optional<stored_saga> find(const saga_id& id);

private:
  /// Of unfinished sagas, and of their steps.
  struct page_queries {
    soci::statement sagas, steps;
  };

  page_queries make_page(soci::session& session, const std::string& from, const char* recoveries);
  std::vector<step_row> steps_of(const saga_id& id);

  payload_codec& payloads_;
  saga_record saga_;
  step_record step_;
  text_field id_, after_;
  number_field limit_;
  soci::statement find_, steps_;
  page_queries calm_, troubled_;
};

} // namespace sagas
