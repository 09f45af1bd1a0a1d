// sagas def: the definitions that a server knows, and checking one without any server.
#include <memory>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/table.hpp"
#include "app/cli/verbs.hpp"
#include "saga/definition_json.hpp"

namespace sagas::cli {
namespace {

using nlohmann::json;

void list_definitions(session& with) {
  const auto answer = ask(with, {.path = "/api/v1/definiciones"});
  if (!answer)
    return;
  if (with.json) {
    print(answer->dump(2) + "\n");
    return;
  }
  std::vector<std::vector<std::string>> rows{{"TIPO", "VERSION", "STEPS", "DESCRIPCION"}};
  const json all = answer->is_object() ? answer->value("definiciones", json::array()) : *answer;
  for (const json& one : all)
    rows.push_back({text_of(one, "tipo"), text_of(one, "version"),
                    std::to_string(one.value("pasos", json::array()).size()),
                    shortened(text_of(one, "descripcion"), 60)});
  print(table(rows));
}

void add_list_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("list", "List the definitions that the server knows");
  add_client_options(verb, with);
  verb.footer("Example:\n  sagas def list");
  verb.callback([&with] { list_definitions(with); });
}

void add_show_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("show", "Print a definition as it was registered");
  const auto type = std::make_shared<std::string>();
  const auto version = std::make_shared<int>(0);
  verb.add_option("tipo", *type, "its type")->required();
  verb.add_option("--version", *version, "the newest unless given");
  add_client_options(verb, with);
  verb.footer("Example:\n  sagas def show lanzar_campania_completa > mine.json");
  verb.callback([&with, type, version] {
    std::string path = "/api/v1/definiciones/" + url_encoded(*type);
    if (*version > 0)
      path += "?version=" + std::to_string(*version);
    if (const auto answer = ask_raw(with, {.path = path})) {
      const auto body = nlohmann::ordered_json::parse(answer->body, nullptr, false);
      print((body.is_discarded() ? answer->body : body.dump(2)) + "\n");
    }
  });
}

// Reads and checks the file; tells every fault.
definition_ptr checked(session& with, const std::string& file, std::string& text) {
  const auto read = text_argument(file);
  if (!read) {
    with.code = report_failure(with, read.error());
    return nullptr;
  }
  text = *read;
  const auto plan = parse_definition(text);
  if (!plan) {
    report_failure(with, plan.error());
    with.code = exit_negative;
    return nullptr;
  }
  return *plan;
}

void add_validate_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("validate", "Check a definition; needs no server");
  const auto file = std::make_shared<std::string>();
  verb.add_option("file", *file, "a JSON file, - for standard input, or JSON")->required();
  add_json_option(verb, with);
  verb.footer("Names every fault with its place. Exit code 0: sound, 1: faulty.\n\n"
              "Example:\n  sagas def validate mine.json");
  verb.callback([&with, file] {
    std::string text;
    const definition_ptr plan = checked(with, *file, text);
    if (!plan)
      return;
    print(with.json
            ? json{{"tipo", plan->type}, {"version", plan->version}, {"valida", true}}.dump(2)
                + "\n"
            : plan->type + " version " + std::to_string(plan->version) + ": "
                + std::to_string(plan->steps.size()) + " steps, sound\n");
  });
}

void add_register_verb(CLI::App& parent, session& with) {
  CLI::App& verb = *parent.add_subcommand("register",
                                          "Register a definition: new sagas start with it");
  const auto file = std::make_shared<std::string>();
  verb.add_option("file", *file, "a JSON file, - for standard input, or JSON")->required();
  add_client_options(verb, with);
  verb.footer(
    "A version is registered once and never changes: change its number to change a "
    "definition.\nSagas that run keep theirs.\n\nExample:\n  sagas def register mine.json");
  verb.callback([&with, file] {
    std::string text;
    const definition_ptr plan = checked(with, *file, text);
    if (!plan)
      return;
    const auto answer = ask(with, {.method = "POST", .path = "/api/v1/definiciones", .body = text});
    if (answer)
      print(with.json
              ? answer->dump(2) + "\n"
              : plan->type + " version " + std::to_string(plan->version) + " is registered\n");
  });
}

} // namespace

void add_definitions(CLI::App& root, session& with) {
  CLI::App& verb = *root.add_subcommand("def",
                                        "List, show, check, simulate and register definitions");
  verb.require_subcommand(1);
  verb.footer("Example:\n  sagas def validate mine.json && sagas def register mine.json");
  add_list_verb(verb, with);
  add_show_verb(verb, with);
  add_validate_verb(verb, with);
  add_simulate(verb, with);
  add_register_verb(verb, with);
}

} // namespace sagas::cli
