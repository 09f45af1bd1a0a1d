#include "persistence/mysql_repair.hpp"

#include "saga/text.hpp"

namespace sagas {
namespace {

void mend(std::string& text) { text = repair_utf8(text); }

void mend(document& what) {
  if (!what.empty())
    what = document{repair_utf8(what.text())};
}

} // namespace

changes with_valid_text(const changes& what) {
  changes made = what;
  if (made.header) {
    mend(made.header->campaign_id);
    mend(made.header->user_id);
    mend(made.header->error);
    mend(made.header->metadata);
    mend(made.header->input);
  }
  for (step_row& row : made.steps) {
    mend(row.error);
    mend(row.input);
    mend(row.output);
  }
  for (history_row& row : made.history) {
    mend(row.by);
    mend(row.reason);
  }
  return made;
}

} // namespace sagas
