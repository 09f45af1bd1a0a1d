// sagas db new-key and rekey: the keys that payloads are encrypted with.
#include <iostream>
#include <memory>
#include <unistd.h>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/config_flags.hpp"
#include "app/cli/verbs.hpp"
#include "app/payload_keys_file.hpp"
#include "app/rekeying.hpp"
#include "app/storage.hpp"
#include "persistence/sqlite_care.hpp"

namespace sagas::cli {
namespace {

struct new_key {
  std::string file;
  std::string id;
};

void make(session& with, const new_key& what) {
  const auto name = add_payload_key(what.file, what.id);
  if (!name)
    with.code = report_failure(with, name.error());
  else
    tell(with, {{"archivo", what.file}, {"clave", *name}},
         what.file + ": the key " + *name + " encrypts from the server's next start on");
}

struct rekey_options {
  std::string to;
  bool vacuum = false;
};

// A line that is written over and over, for people who watch.
std::function<void(const reseal_report&)> progress_line() {
  if (::isatty(STDERR_FILENO) == 0)
    return {};
  return [](const reseal_report& so_far) {
    std::cerr << "\r" << so_far.sagas << " sagas, " << so_far.resealed << " payloads" << std::flush;
  };
}

std::string told(const reseal_report& pass) {
  std::string text = std::to_string(pass.resealed) + " payloads of " + std::to_string(pass.sagas)
                     + " sagas are "
                     + (pass.key.empty() ? "plain now" : "encrypted with " + pass.key + " now")
                     + "; in use ";
  std::string keys;
  for (const std::string& each : pass.keys_in_use)
    keys += (keys.empty() ? "" : ", ") + each;
  text += keys.empty()                          ? "no key"
          : keys.find(',') == std::string::npos ? "the key " + keys
                                                : "the keys " + keys;
  if (pass.locked > 0)
    text += "\n" + std::to_string(pass.locked)
            + " payloads could not be opened and were left as they are: " + pass.why;
  return text;
}

status check_options(const config& values, const rekey_options& options) {
  if (options.vacuum && values.storage.type == storage_kind::mysql)
    return {errc::invalid_input, "--vacuum is for SQLite files: here use OPTIMIZE TABLE"};
  return nothing{};
}

result<rekey_outcome> run(const config& values, const rekey_options& options, const session& with) {
  if (const status fit = check_options(values, options); !fit)
    return fit.error();
  auto done = rekey({.where = values,
                     .to_plain = options.to == "plain",
                     .server = {with.url, [with] { return client_of(with); }},
                     .progress = progress_line()});
  if (!done || !options.vacuum)
    return done;
  if (done->by_server)
    return {errc::conflict, "a server has the database, so its freed pages stay: stop it and "
                            "repeat this"};
  if (const status compacted = compact_sqlite_file(values.db.path); !compacted)
    return compacted.error();
  return done;
}

void rekey_database(session& with, const config& values, const rekey_options& options) {
  const auto done = run(values, options, with);
  if (progress_line())
    std::cerr << "\r";
  if (!done) {
    with.code = report_failure(with, done.error());
    return;
  }
  const reseal_report& pass = done->pass;
  with.code = pass.locked == 0 ? exit_ok : exit_negative;
  nlohmann::ordered_json facts{{"clave", nullptr},
                               {"sagas", pass.sagas},
                               {"recifradas", pass.resealed},
                               {"ilegibles", pass.locked},
                               {"claves_en_uso", pass.keys_in_use},
                               {"por_servidor", done->by_server}};
  if (!pass.key.empty())
    facts["clave"] = pass.key;
  tell(with, facts, told(pass));
}

} // namespace

void add_db_rekey(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("rekey", "Encrypt stored payloads with the newest key");
  const auto flags = add_config_flags(verb, config_part::database);
  const auto options = std::make_shared<rekey_options>();
  verb.add_option("--to", options->to, "plain: decrypt them all instead")
    ->check(CLI::IsMember({"plain"}));
  verb.add_flag("--vacuum", options->vacuum,
                "overwrite the freed pages of a SQLite file, too, where old text may remain");
  add_client_options(verb, with);
  verb.footer(
    R"(Every payload that is stored otherwise than the first line of the key file says, plain or under an
older key, is stored anew; then it says which keys are still in use. The others may leave the key
file, unless backups and archives need them. In small bites: beside a running server by that server,
which is asked at --url, without one by this command; --vacuum only without one. Interrupted, it is
simply run again. To switch encryption off, put the line "plain" first in the key file, restart the
server, and run this.

Exit codes: 0 done, 1 some payloads could not be opened, 2 wrong flags or keys, 3 the database or
its server could not be reached, 4 no such database, 5 the server has another database or key.

Example:
  sagas db new-key payload.keys && systemctl restart sagas && sagas db rekey --payload-keys payload.keys)");
  verb.callback([&with, flags, options] {
    if (const auto values = configured_database(with, *flags))
      rekey_database(with, *values, *options);
  });
}

void add_db_new_key(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("new-key", "Make a key that payloads are encrypted with");
  const auto what = std::make_shared<new_key>();
  verb
    .add_option("file", what->file, "the file of keys (db.payload_keys), made when it is missing")
    ->required();
  verb.add_option("--id", what->id,
                  "the key's name, which stands beside whatever it encrypts "
                  "[the day: 2026-11-26]");
  add_json_option(verb, with);
  verb.footer(
    R"(The new key becomes the first of the file: it encrypts what is written from the next start of the
server on, and the ones behind it go on opening what they have encrypted. Keep a copy of the file
apart from the database's backups: without it nobody reads the payloads again.

Exit codes: 0 done, 2 the file is malformed or open to others, 5 there is a key of that name.

Example:
  sagas db new-key payload.keys && sagas serve --payload-keys payload.keys)");
  verb.callback([&with, what] { make(with, *what); });
}

} // namespace sagas::cli
