// A chaos run over real web services: every fault of HTTP on the way to them, and kill -9 of the
// server and of the services; then what each service has in force is held against how each saga
// ended.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "saga/result.hpp"
#include "saga/time.hpp"

namespace sagas::chaos {

struct web_run_options {
  std::uint64_t seed = 1;
  std::size_t kills = 20;   ///< half of them of the server
  unsigned trouble = 25;    ///< calls of a hundred that go wrong
  std::string program = {}; ///< the path of sagas
  std::string folder = {};
  std::size_t clients = 16;
  std::chrono::seconds patience{180}; ///< for everything to end afterwards
  std::function<void(const std::string&)> progress = [](const std::string&) {};
};

struct web_outcome {
  std::uint64_t seed = 0;
  std::map<std::string, std::size_t> kills;     ///< by who was killed
  std::size_t kills_in_flight = 0;              ///< with sagas that had not ended
  std::map<std::string, std::uint64_t> trouble; ///< by its kind
  std::map<std::string, std::size_t> ends;      ///< sagas by how they ended
  std::size_t acknowledged = 0;
  std::size_t cancelled = 0;
  std::size_t effects_checked = 0; ///< a saga at a service
  milliseconds settled_in{0};
  milliseconds took{0};
  std::vector<std::string> violations;

  std::vector<std::string> voids() const;
};

/// Call from the one thread that may spawn processes. Errors: it could not run.
result<web_outcome> run_over_web(const web_run_options& how);

std::string as_text(const web_outcome& of);
std::string as_json(const web_outcome& of);

} // namespace sagas::chaos
