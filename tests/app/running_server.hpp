// The real program, serving files of its own in a folder of its own.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/client.hpp"
#include "app/demo/server_child.hpp"
#include "binary.hpp"
#include "support/in_time.hpp"
#include "support/temp_folder.hpp"

namespace sagas::test {

/// What fails here fails the test. One thread.
class running_server {
public:
  /// Starts nothing yet: `server.options()` may be changed first.
  running_server() : server({.program = sagas_path(), .folder = folder.file(".")}) {}

  /// Starts it, and again after its end.
  void start();
  /// Ends it in order: everything that it was given is committed.
  void stop();

  /// Runs a verb of the command line against it.
  child_process::ended verb(std::vector<std::string> words) const;
  /// The document that the verb prints with --json.
  nlohmann::json told(std::vector<std::string> words) const;
  nlohmann::json shown(const std::string& saga) const { return told({"show", saga})["saga"]; }
  std::string state(const std::string& saga) const { return shown(saga)["estado"]; }

  /// Any answer of the HTTP interface.
  api_answer send(const api_request& what, const client_identity& who = {}) const;
  /// The document of a 2xx answer; POST with a body, else GET.
  nlohmann::json ask(const std::string& path, const std::string& body = {}) const;

  /// Kills it, and audits what it leaves: every saga has ended, nothing is violated.
  void audit();

  temp_folder folder;
  demo::server_child server;
};

} // namespace sagas::test
