#include "app/cli/run.hpp"

#include <iostream>

#include <CLI/CLI.hpp>

#include "app/cli/verbs.hpp"
#include "app/nearest.hpp"
#include "app/version.hpp"

namespace sagas::cli {
namespace {

constexpr const char* footer = R"(Examples:
  sagas serve                                     run the server on http://127.0.0.1:8003
  sagas start lanzar_campania_completa --input campaign.json --wait 30s
  sagas list --status COMPENSADA
  sagas stuck                                     what waits for an operator
  sagas explain SAGA                              how a saga stands, in words
  sagas COMMAND --help                            more about one command, with an example

Exit codes:
  0  done                            4  no such saga, step or definition
  1  the answer is a failure         5  the saga's state forbids it
  2  wrong flags or input            6  the wait ended before the saga did
  3  server unreachable, refusing, or unable to run)";

// The verb that the line had come to when it went wrong.
const CLI::App& deepest(const CLI::App& root) {
  const CLI::App* at = &root;
  while (!at->get_subcommands().empty())
    at = at->get_subcommands().front();
  return *at;
}

std::vector<std::string> flags_of(const CLI::App& verb) {
  std::vector<std::string> names;
  for (const CLI::Option* option : verb.get_options())
    for (const std::string& name : option->get_lnames())
      names.push_back("--" + name);
  return names;
}

std::vector<std::string> verbs_of(const CLI::App& verb) {
  std::vector<std::string> names;
  for (const CLI::App* sub : verb.get_subcommands([](const CLI::App*) { return true; }))
    if (!sub->get_group().empty())
      names.push_back(sub->get_name());
  return names;
}

std::string path_of(const CLI::App& verb) {
  return verb.get_parent() ? path_of(*verb.get_parent()) + " " + verb.get_name() : verb.get_name();
}

// A word that no flag and no verb takes.
int unexpected(const CLI::App& verb, const std::string& word) {
  const bool is_flag = word.starts_with("-");
  const auto known = is_flag ? flags_of(verb) : verbs_of(verb);
  const std::string name = word.substr(0, word.find('='));
  const char* kind = is_flag ? "unknown flag " : known.empty() ? "unexpected " : "unknown command ";
  complain(kind + name + suggestion(name, known) + "\nTry: " + path_of(verb) + " --help");
  return exit_usage;
}

int wrong_line(const CLI::App& root, const CLI::ParseError& wrong) {
  const CLI::App& verb = deepest(root);
  const auto rest = root.remaining(true);
  if (!rest.empty())
    return unexpected(verb, rest.front());
  complain(std::string{wrong.what()} + "\nTry: " + path_of(verb) + " --help");
  return exit_usage;
}

void add_verbs(CLI::App& root, session& with) {
  add_serve(root, with);
  add_start(root, with);
  add_list(root, with);
  add_show(root, with);
  add_watch(root, with);
  add_stuck(root, with);
  add_explain(root, with);
  add_steering(root, with);
  add_signal(root, with);
  add_definitions(root, with);
  add_participants(root, with);
  add_webhooks(root, with);
  add_schedules(root, with);
  add_demo(root, with);
  add_audit(root, with);
  add_check_participant(root, with);
  add_db(root, with);
  add_keys(root, with);
  add_health(root, with);
  add_config(root, with);
  add_version(root, with);
}

} // namespace

int run(int argc, char** argv) {
  session with;
  CLI::App root{"Runs durable business transactions (sagas) and undoes them when they fail.",
                "sagas"};
  try {
    root.footer(footer);
    root.require_subcommand(1);
    root.set_version_flag("--version", std::string{"sagas "} + version_text());
    add_verbs(root, with);
    if (argc < 2) {
      std::cerr << root.help();
      return exit_usage;
    }
    root.parse(argc, argv);
    return with.code;
  } catch (const CLI::Success& shown) { // --help, --version
    return root.exit(shown);
  } catch (const CLI::ParseError& wrong) {
    return wrong_line(root, wrong);
  } catch (const std::exception& defect) {
    complain(std::string{"internal error: "} + defect.what());
    return exit_server;
  }
}

} // namespace sagas::cli
