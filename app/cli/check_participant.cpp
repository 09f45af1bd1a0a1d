// sagas check-participant: calls a web service as the engine would on its worst day.
#include <cerrno>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <system_error>

#include <unistd.h>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/child_process.hpp"
#include "app/cli/verbs.hpp"
#include "app/clock.hpp"
#include "app/participant_report.hpp"
#include "app/process.hpp"
#include "app/quantity.hpp"
#include "app/secret_reference.hpp"
#include "saga/json_reader.hpp"
#include "saga/json_text.hpp"

namespace sagas::cli {
namespace {

namespace conf = http::conformance;
using nlohmann::json;

constexpr milliseconds limit_min{100};
constexpr milliseconds limit_max{600'000};

struct check_options {
  std::string url;
  std::string step = "comprobacion";
  std::string service = "comprobacion";
  std::string input = "{}";
  std::string refused_input;
  std::string effects;
  std::vector<std::string> headers;
  std::string sign;
  std::string ca;
  std::string time_limit = "10s";
  std::string restart;
  std::string junit;
  std::string seed;
  bool no_undo = false;
};

result<document> input_from(const std::string& flag, std::string given) {
  if (given.starts_with("@"))
    given.erase(0, 1);
  const auto text = text_argument(given);
  if (!text)
    return text.error();
  const auto checked = check_json(*text);
  if (!checked)
    return {errc::invalid_input, flag + " is no JSON"};
  return document{std::string{*checked}};
}

// "host:port" or "host" of a URL, as lists of targets have it.
std::string host_of(const std::string& url) {
  const std::size_t begin = url.find("://");
  if (begin == std::string::npos)
    return {};
  const std::string rest = url.substr(begin + 3);
  return rest.substr(0, rest.find_first_of("/?#"));
}

// As a file of participants has it, so that one reader knows what is right.
result<http::web_participant_settings> settings_from(const check_options& from) {
  json headers = json::object();
  for (const std::string& each : from.headers) {
    const std::size_t colon = each.find(':');
    if (colon == std::string::npos)
      return {errc::invalid_input, "--header must be 'Name: value'"};
    const std::size_t value = each.find_first_not_of(' ', colon + 1);
    headers[each.substr(0, colon)] = value == std::string::npos ? "" : each.substr(value);
  }
  json one{{"url", from.url}, {"headers", headers}};
  if (!from.sign.empty())
    one["sign"] = "${" + from.sign + "}";
  if (!from.ca.empty())
    one["tls"] = {{"ca", from.ca}};
  json targets = json::array();
  for (const std::string& url : {from.url, from.effects})
    if (const std::string host = host_of(url); !host.empty())
      targets.push_back(host);
  const json whole{{"targets", targets}, {"participants", {{from.service, one}}}};
  auto all = http::parse_web_participants(
    whole.dump(-1, ' ', false, json::error_handler_t::replace), secret_behind);
  if (!all)
    return all.error();
  return std::move(all->participants.front());
}

// What the command, or the service that it leaves running, prints goes nowhere: a pipe would end
// with this program.
status run_command(const std::string& command, milliseconds limit) {
  auto child = child_process::spawn(
    {{"/bin/sh", "-c", "exec >/dev/null 2>&1\n" + command}, {}, {}});
  if (!child)
    return child.error();
  const auto code = child->wait(limit);
  if (!code)
    return {errc::unavailable, "--restart did not end in time; a service goes to the background "
                               "with &"};
  if (*code != 0)
    return {errc::unavailable, "--restart ended with " + std::to_string(*code)};
  return nothing{};
}

result<conf::target> target_from(const check_options& from) {
  auto settings = settings_from(from);
  if (!settings)
    return settings.error();
  const auto input = input_from("--input", from.input);
  if (!input)
    return input.error();
  if (!from.effects.empty() && !from.effects.starts_with("http://")
      && !from.effects.starts_with("https://"))
    return {errc::invalid_input, "--effects must be an http or https URL"};
  conf::target made{.to = std::move(*settings),
                    .step = from.step,
                    .input = *input,
                    .refused_input = {},
                    .effects_url = from.effects,
                    .undoes = !from.no_undo};
  if (!from.refused_input.empty()) {
    const auto refused = input_from("--refused-input", from.refused_input);
    if (!refused)
      return refused.error();
    made.refused_input = *refused;
  }
  const auto limit = parse_duration(from.time_limit);
  if (!limit || *limit < limit_min || *limit > limit_max)
    return {errc::invalid_input,
            "--timeout '" + from.time_limit + "' is no duration between 100ms and 10m"};
  made.time_limit = *limit;
  if (!from.restart.empty())
    made.restart = [command = from.restart, limit = *limit] { return run_command(command, limit); };
  const auto seed = from.seed.empty() ? std::optional<std::uint64_t>{std::random_device{}()}
                                      : parse_whole(from.seed);
  if (!seed)
    return {errc::invalid_input, "--seed '" + from.seed + "' is no whole number"};
  made.seed = *seed;
  return made;
}

conf::progress progress_line() {
  if (::isatty(STDERR_FILENO) == 0)
    return {};
  return [](const std::string& title, std::size_t at, std::size_t of) {
    std::cerr << "\r\x1b[K" << at << "/" << of << " " << title << std::flush;
  };
}

status write_file(const std::string& path, const std::string& text) {
  std::ofstream file{path, std::ios::binary | std::ios::trunc};
  file << text << std::flush;
  if (!file)
    return {errc::unavailable,
            "can't write " + path + ": " + std::generic_category().message(errno)};
  return nothing{};
}

void check(session& with, const check_options& options) {
  const auto what = target_from(options);
  if (!what) {
    with.code = report_failure(with, what.error());
    return;
  }
  outlive_closed_connections(); // TLS writes as it likes
  auto client = http::web_client::open();
  if (!client) {
    with.code = report_failure(with, client.error());
    return;
  }
  const conf::progress line = progress_line();
  const auto found = conf::examine(*what, std::shared_ptr<http::web_client>{std::move(*client)},
                                   now, line);
  if (line)
    std::cerr << "\r\x1b[K" << std::flush;
  if (!found) {
    with.code = report_failure(with, found.error());
    return;
  }
  print(with.json ? as_json(*found, *what) : as_text(*found, *what));
  with.code = found->count(conf::verdict::failed) == 0 ? exit_ok : exit_negative;
  if (!options.junit.empty())
    if (const status written = write_file(options.junit, as_junit(*found)); !written)
      with.code = report_failure(with, written.error());
}

constexpr const char* footer =
  R"(Sends the service what the engine would send on its worst day: duplicates one after the other and
at once, undos twice, first and beside their action, late actions, calls of an older Saga-Epoca,
refusals again, wrong signatures; with --restart behind a restart, too. Says of each check what is
right, what came back, and how to mend it. Everything is done for sagas that exist nowhere else, and
undone at the end.

URL may hold {microservicio}, {paso}, {operacion} and {saga_id}, as in a file of participants.
--effects names a GET that answers {"efectos": N}: how often the saga's action is in force (done
and not undone). Without it an effect that is done twice behind the same answer is not seen.
--header may hold ${env:NAME}. docs/participants.md is the protocol.

Exit codes: 0 no check failed, 1 some did, 2 wrong flags, 3 the service can't be reached.

Example:
  python3 examples/participants/participant.py 9001 bookings.db &
  sagas check-participant 'http://127.0.0.1:9001/{paso}/{operacion}' --step reservar \
    --input '{"habitaciones": 1}' --refused-input '{"habitaciones": 1000}' \
    --effects 'http://127.0.0.1:9001/efectos/{saga_id}')";

} // namespace

void add_check_participant(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand("check-participant",
                                        "Check that a web service is a correct participant");
  const auto options = std::make_shared<check_options>();
  verb.add_option("URL", options->url, "where its calls go")->required();
  verb.add_option("--step", options->step, "the step to call")->capture_default_str();
  verb.add_option("--service", options->service, "its microservicio")->capture_default_str();
  verb.add_option("--input", options->input, "of an action that is done: JSON, @FILE, or -")
    ->capture_default_str();
  verb.add_option("--refused-input", options->refused_input,
                  "of an action that is refused: the same");
  verb.add_option("--effects", options->effects, "URL that tells how often an action is in force");
  verb.add_flag("--no-undo", options->no_undo, "the step has no undo: send none");
  verb.add_option("--header", options->headers, "'Name: value', sent along; may be repeated")
    ->allow_extra_args(false);
  verb.add_option("--sign", options->sign, "the secret of Saga-Firma: env:NAME or file:PATH");
  verb.add_option("--ca", options->ca, "a file with the authorities to trust, for https");
  verb.add_option("--timeout", options->time_limit, "of each call, its 425s included")
    ->capture_default_str();
  verb.add_option("--restart", options->restart,
                  "a shell's command that kills the service and starts it again");
  verb.add_option("--junit", options->junit, "also write the outcome as JUnit's XML, for CI");
  verb.add_option("--seed", options->seed, "of the sagas' ids; random unless given");
  add_json_option(verb, with);
  verb.footer(footer);
  verb.callback([&with, options] { check(with, *options); });
}

} // namespace sagas::cli
