// The verbs of the command line. Each adds itself, with its flags, help and action; its action runs
// while the line is parsed and leaves the exit code in the session.
#pragma once

#include "app/cli/session.hpp"

namespace sagas::cli {

void add_start(CLI::App& root, session& with);
void add_list(CLI::App& root, session& with);
void add_show(CLI::App& root, session& with);
void add_stuck(CLI::App& root, session& with);
/// A saga told in words.
void add_explain(CLI::App& root, session& with);
void add_watch(CLI::App& root, session& with);
/// cancel, pause, resume, and the decisions about a parked saga: retry, skip, complete, fail.
void add_steering(CLI::App& root, session& with);
void add_signal(CLI::App& root, session& with);
void add_definitions(CLI::App& root, session& with);
void add_participants(CLI::App& root, session& with);
void add_webhooks(CLI::App& root, session& with);
void add_schedules(CLI::App& root, session& with);
/// Thousands of campaigns, failures and a kill -9, checked.
void add_demo(CLI::App& root, session& with);
/// Checks a run by its files.
void add_audit(CLI::App& root, session& with);
/// Whether a web service is a correct participant.
void add_check_participant(CLI::App& root, session& with);
/// db check, backup, restore, migrate, copy, archive, new-key, rekey: the care of the database.
void add_db(CLI::App& root, session& with);
// Under db.
void add_db_backup(CLI::App& parent, session& with);
void add_db_restore(CLI::App& parent, session& with);
void add_db_copy(CLI::App& parent, session& with);
void add_db_archive(CLI::App& parent, session& with);
void add_db_new_key(CLI::App& parent, session& with);
void add_db_rekey(CLI::App& parent, session& with);
void add_simulate(CLI::App& parent, session& with); ///< under def
/// serve and whatever else runs an engine of its own.
void add_serve(CLI::App& root, session& with);
/// keys create, list, revoke: who may use a server.
void add_keys(CLI::App& root, session& with);
void add_health(CLI::App& root, session& with);
void add_config(CLI::App& root, session& with);
void add_version(CLI::App& root, session& with);

} // namespace sagas::cli
