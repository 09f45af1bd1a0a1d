// What every verb of the command line shares: where the server is, how to print, what to exit with.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "app/client.hpp"
#include "app/exit_code.hpp"

namespace CLI {
class App;
}

namespace sagas::cli {

struct session {
  std::string url = "http://127.0.0.1:8003";
  std::string key_file;
  std::string ca;
  std::string certificate;
  std::string private_key;
  bool json = false;
  int code = exit_ok;
};

/// --url, what shows who asks, and --json.
void add_client_options(CLI::App& verb, session& with);
/// --json alone.
void add_json_option(CLI::App& verb, session& with);
/// For a verb whose options have names in the environment: a flag goes before them.
void put_flags_first(CLI::App& verb);

/// A client for the server and with the key that the session names.
result<api_client> client_of(const session& with);
/// The same. Else tells the user why, sets the exit code and gives nothing.
std::optional<api_client> open_client(session& with);

/// Sends and gives the parsed body of a 2xx answer. Else tells the user why, sets the exit code and
/// gives nothing.
std::optional<nlohmann::json> ask(session& with, const api_request& what);
/// The same with the raw text of the body.
std::optional<api_answer> ask_raw(session& with, const api_request& what);

/// Tells the user about an answer that is no success; gives the exit code for it.
int report_problem(const session& with, const api_answer& answer);
/// Tells the user about a failure before or without any answer; gives the exit code for it.
int report_failure(const session& with, const failure& why);

/// Prints a line on stderr, after "sagas: ".
void complain(const std::string& line);
void print(const std::string& text); ///< to stdout
/// The outcome on stdout: the facts with --json, else the line of text.
void tell(const session& with, const nlohmann::ordered_json& facts, const std::string& text);

/// Prints where a saga stands: an answer that has saga_id and estado.
void tell_state(const session& with, const nlohmann::json& answer);

/// The member as text for people: "" when it is missing or null.
std::string text_of(const nlohmann::json& object, const char* member);
/// How long ago an ISO time was; "" when it is none.
std::string age_of(const nlohmann::json& object, const char* member);

/// Text from a file, from standard input ("-"), or the argument itself when it is JSON already.
/// At most 16 MiB.
result<std::string> text_argument(const std::string& argument);

} // namespace sagas::cli
