#include "app/cli/session.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <iterator>
#include <system_error>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/clock.hpp"
#include "app/config_layers.hpp"
#include "app/quantity.hpp"

namespace sagas::cli {
namespace {

using nlohmann::json;

constexpr std::size_t argument_max = 16 << 20;
constexpr std::size_t key_file_max = 4 << 10;

int code_of_status(int status) {
  switch (status) {
  case 404: return exit_not_found;
  case 409: return exit_conflict;
  case 400:
  case 405:
  case 411:
  case 413:
  case 415:
  case 422: return exit_usage;
  default: return exit_server;
  }
}

int code_of(errc code) {
  switch (code) {
  case errc::invalid_input: return exit_usage;
  case errc::not_found: return exit_not_found;
  case errc::conflict: return exit_conflict;
  case errc::overloaded:
  case errc::unavailable:
  case errc::unknown_outcome:
  case errc::stale:
  case errc::fenced:
  case errc::corrupt:
  case errc::fatal:
  case errc::internal: return exit_server;
  }
  SAGAS_ASSERT(false);
}

// From a file or the environment, never from the command line, which other users can read.
result<std::string> key_of(const session& with) {
  std::string key;
  if (!with.key_file.empty()) {
    const auto text = read_small_file(with.key_file, key_file_max);
    if (!text)
      return {errc::invalid_input, "can't read the key in " + with.key_file + ": "
                                     + std::generic_category().message(errno)};
    key = *text;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here changes the environment
  } else if (const char* given = std::getenv("SAGAS_API_KEY")) {
    key = given;
  }
  while (!key.empty() && (key.back() == '\n' || key.back() == '\r' || key.back() == ' '))
    key.pop_back();
  for (const unsigned char c : key)
    if (c <= 0x20 || c >= 0x7f)
      return {errc::invalid_input, "the key is none: it has characters that no key has"};
  return key;
}

} // namespace

void add_json_option(CLI::App& verb, session& with) {
  verb.add_flag("--json", with.json, "print JSON, for programs");
}

// CLI11 reads the environment of all verbs, those that nobody asks for behind the one with the
// flags: what they share would be theirs. A verb with this callback is on its own.
void put_flags_first(CLI::App& verb) {
  verb.parse_complete_callback([] {});
}

void add_client_options(CLI::App& verb, session& with) {
  put_flags_first(verb);
  verb.add_option("--url", with.url, "the server's address")
    ->envname("SAGAS_URL")
    ->capture_default_str();
  verb.add_option("--key-file", with.key_file, "file with the key to show (or SAGAS_API_KEY)")
    ->envname("SAGAS_API_KEY_FILE");
  verb
    .add_option("--ca", with.ca, "file with who signs the server's certificate; else the system's")
    ->envname("SAGAS_CA");
  verb.add_option("--cert", with.certificate, "file with a certificate to show")
    ->envname("SAGAS_CERT");
  verb.add_option("--cert-key", with.private_key, "file with its private key")
    ->envname("SAGAS_CERT_KEY");
  add_json_option(verb, with);
}

void complain(const std::string& line) { std::cerr << "sagas: " << line << "\n"; }

void print(const std::string& text) { std::cout << text << std::flush; }

void tell(const session& with, const nlohmann::ordered_json& facts, const std::string& text) {
  // What is named by people, a path say, need not be UTF-8.
  print((with.json ? facts.dump(2, ' ', false, json::error_handler_t::replace) : text) + "\n");
}

int report_failure(const session& with, const failure& why) {
  if (with.json) {
    json body{{"error", to_text(why.code)}, {"detail", why.message}};
    for (const field_error& field : why.fields)
      body["errores"].push_back({{"pointer", field.pointer}, {"mensaje", field.message}});
    print(body.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
  } else {
    complain(why.message);
    for (const field_error& field : why.fields)
      std::cerr << "  " << (field.pointer.empty() ? "/" : field.pointer) << ": " << field.message
                << "\n";
  }
  return code_of(why.code);
}

int report_problem(const session& with, const api_answer& answer) {
  const json body = json::parse(answer.body, nullptr, false);
  if (with.json) {
    print(answer.body + "\n");
  } else if (!body.is_object() || !body.contains("title")) {
    complain("the server answered " + std::to_string(answer.status)
             + " without a reason: is this a sagas server?");
  } else {
    complain(std::to_string(answer.status) + " " + text_of(body, "title") + ": "
             + text_of(body, "detail"));
    if (const auto fields = body.find("errores"); fields != body.end() && fields->is_array())
      for (const json& field : *fields)
        std::cerr << "  " << text_of(field, "pointer") << ": " << text_of(field, "mensaje") << "\n";
    if (body.contains("correlacion"))
      std::cerr << "  correlation id for the server's log: " << text_of(body, "correlacion")
                << "\n";
    if (answer.status == 401)
      std::cerr << "  name the file of your key with --key-file, or set SAGAS_API_KEY\n";
  }
  return code_of_status(answer.status);
}

result<api_client> client_of(const session& with) {
  auto key = key_of(with);
  if (!key)
    return key.error();
  return api_client::to(with.url, {.key = std::move(*key),
                                   .ca = with.ca,
                                   .certificate = with.certificate,
                                   .private_key = with.private_key});
}

std::optional<api_client> open_client(session& with) {
  auto client = client_of(with);
  if (!client) {
    with.code = report_failure(with, client.error());
    return std::nullopt;
  }
  return std::move(*client);
}

std::optional<api_answer> ask_raw(session& with, const api_request& what) {
  auto client = open_client(with);
  if (!client)
    return std::nullopt;
  auto answer = client->send(what);
  if (!answer) {
    failure why = answer.error();
    why.message += " (is `sagas serve` running? --url or SAGAS_URL names another server)";
    with.code = report_failure(with, why);
    return std::nullopt;
  }
  if (!answer->ok()) {
    with.code = report_problem(with, *answer);
    return std::nullopt;
  }
  return std::move(*answer);
}

std::optional<json> ask(session& with, const api_request& what) {
  const auto answer = ask_raw(with, what);
  if (!answer)
    return std::nullopt;
  json body = json::parse(answer->body, nullptr, false);
  if (body.is_discarded()) {
    with.code = report_failure(with,
                               {errc::internal, "the answer is not JSON: is this a sagas server?"});
    return std::nullopt;
  }
  return body;
}

void tell_state(const session& with, const nlohmann::json& answer) {
  print(with.json ? answer.dump(2) + "\n"
                  : text_of(answer, "saga_id") + "  " + text_of(answer, "estado") + "\n");
}

std::string text_of(const json& object, const char* member) {
  if (!object.is_object())
    return {};
  const auto found = object.find(member);
  if (found == object.end() || found->is_null())
    return {};
  return found->is_string() ? found->get<std::string>() : found->dump();
}

std::string age_of(const json& object, const char* member) {
  const auto at = parse_iso(text_of(object, member));
  return at ? roughly(now() - *at) : std::string{};
}

result<std::string> text_argument(const std::string& argument) {
  const auto first = argument.find_first_not_of(" \t\r\n");
  if (first != std::string::npos && (argument[first] == '{' || argument[first] == '['))
    return argument;
  if (argument == "-") {
    std::string text;
    char block[65536];
    while (std::cin.read(block, sizeof block) || std::cin.gcount() > 0) {
      text.append(block, static_cast<std::size_t>(std::cin.gcount()));
      if (text.size() > argument_max)
        return {errc::invalid_input, "standard input holds more than 16MiB"};
    }
    return text;
  }
  auto text = read_small_file(argument, argument_max);
  if (!text)
    return {errc::invalid_input,
            "can't read " + argument + ": " + std::generic_category().message(errno)};
  return std::move(*text);
}

} // namespace sagas::cli
