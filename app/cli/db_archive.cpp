// sagas db archive: old sagas go out of the database, into a file.
#include <iostream>
#include <memory>
#include <unistd.h>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/archiving.hpp"
#include "app/cli/config_flags.hpp"
#include "app/cli/verbs.hpp"
#include "app/clock.hpp"
#include "app/quantity.hpp"
#include "saga/json_reader.hpp"
#include "saga/store.hpp"

namespace sagas::cli {
namespace {

struct archive_options {
  std::string older_than = {};
  std::string to = {};
  bool discard = false;
  bool dry_run = false;
};

// A line that is written over and over, for people who watch.
std::function<void(std::size_t)> progress_line() {
  if (::isatty(STDERR_FILENO) == 0)
    return {};
  return [](std::size_t sagas) { std::cerr << "\r" << sagas << " sagas" << std::flush; };
}

result<archive_order> order_of(const config& values, const archive_options& options,
                               const session& with) {
  const auto age = parse_duration(options.older_than);
  if (!age || *age < kept_at_least)
    return {errc::invalid_input, "--older-than: '" + options.older_than
                                   + "' is no duration of 1d at least; write it like 90d"};
  archive_order order{.where = values,
                      .ended_before = now() - *age,
                      .to = {},
                      .server = {with.url, [with] { return client_of(with); }}};
  order.count = options.dry_run;
  order.progress = progress_line();
  if (!options.discard)
    order.to = options.to.empty() ? archive_path(values) : options.to;
  if (order.to == values.db.path)
    return {errc::invalid_input, "--to names the database itself: name another file"};
  return order;
}

std::string told(const archive_order& order, std::size_t sagas) {
  const std::string what = std::to_string(sagas) + " sagas that ended before "
                           + to_iso(order.ended_before);
  if (order.count)
    return what + " would go" + (order.to.empty() ? "" : " to " + order.to);
  return what + (order.to.empty() ? " are removed" : " are in " + order.to + " now");
}

void archive(session& with, const config& values, const archive_options& options) {
  const auto order = order_of(values, options, with);
  if (!order) {
    with.code = report_failure(with, order.error());
    return;
  }
  const auto done = archive_old(*order);
  if (order->progress)
    std::cerr << "\r";
  if (!done) {
    with.code = report_failure(with, done.error());
    return;
  }
  tell(with,
       {{"sagas", done->sagas},
        {"terminadas_antes", to_iso(order->ended_before)},
        {"archivo", order->to},
        {"por_servidor", done->by_server},
        {"ensayo", order->count}},
       told(*order, done->sagas));
}

} // namespace

void add_db_archive(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("archive", "Move sagas that ended long ago into a file");
  const auto flags = add_config_flags(verb, config_part::database);
  const auto options = std::make_shared<archive_options>();
  verb.add_option("--older-than", options->older_than, "ended so long ago: 90d, at least 1d")
    ->required();
  auto* to = verb.add_option("--to", options->to,
                             "the archive, appended to when it exists [beside the database: "
                             "NAME.archive.db]");
  verb.add_flag("--discard", options->discard, "keep them nowhere: they are gone for good")
    ->excludes(to);
  verb.add_flag("--dry-run", options->dry_run, "only count them");
  add_client_options(verb, with);
  verb.footer(
    R"(Sagas that go on, are paused or are parked stay. Each bite is on disk in the archive before it is
removed; after a crash run it again. Beside a running server, which is asked at --url to remove
them, in small bites; without one the database is opened by this command. The idempotency keys of
what is removed are free again, and statistics go on counting it.

The archive is a database like any other: "sagas audit --db FILE", "sagas serve --db FILE --port 8004".

Exit codes: 0 done, 2 wrong flags, 3 it could not be read or written, or its server not reached,
4 no such database, 5 the archive is in use or is none, or the server has another database.

Examples:
  sagas db archive --db sagas.db --older-than 90d --dry-run
  sagas db archive --db sagas.db --older-than 90d --to 2026.archive.db)");
  verb.callback([&with, flags, options] {
    if (const auto values = configured_database(with, *flags))
      archive(with, *values, *options);
  });
}

} // namespace sagas::cli
