#include "bench/server.hpp"

#include <algorithm>
#include <csignal>

#include "app/client.hpp"
#include "bench/environment.hpp"

namespace sagas::bench {
namespace {

constexpr milliseconds start_limit{120'000}; // 100,000 unfinished sagas may have to be loaded
constexpr milliseconds stop_limit{60'000};
constexpr std::size_t batch = 5'000;

std::string log_of(const database& which) { return which.file().string() + ".log"; }

child_process spawn(const database& of, const std::vector<std::string>& more) {
  const std::filesystem::path own{own_path()};
  std::vector<std::string> arguments{(own.parent_path().parent_path() / "app" / "sagas").string(),
                                     "serve", "--port", "0"};
  for (const std::vector<std::string>& flags : {of.flags(), more})
    arguments.insert(arguments.end(), flags.begin(), flags.end());
  return must(child_process::spawn({std::move(arguments), {}, log_of(of)}), "starting sagas serve");
}

} // namespace

server::server(const database& of, const std::vector<std::string>& more_flags)
  : process_(spawn(of, more_flags)) {
  const auto line = process_.read_line(start_limit);
  const auto at = line ? line->find("http://") : std::string::npos;
  if (at == std::string::npos)
    throw failed{"sagas serve told no URL; see " + log_of(of)};
  url_ = line->substr(at);
  at_ = must(load::parse_target(url_), "the server's URL");
}

double server::memory_mib(const std::string& kind) const {
  return memory_mib_of(process_.id(), kind);
}

std::chrono::duration<double> server::cpu_time() const { return cpu_time_of(process_.id()); }

void server::kill9() {
  process_.send_signal(SIGKILL);
  if (!process_.wait(stop_limit))
    throw failed{"the server outlived SIGKILL"};
}

void server::stop() {
  process_.send_signal(SIGTERM);
  if (const auto code = process_.wait(stop_limit); code != 0)
    throw failed{code ? "the server exited with " + std::to_string(*code)
                      : std::string{"the server did not stop within a minute"}};
}

std::string ask(const server& which, const std::string& method, const std::string& path,
                const std::string& body) {
  auto client = must(api_client::to(which.url()), "a client");
  const auto answer = must(
    client.send({.method = method, .path = path, .body = body, .deadline = milliseconds{60'000}}),
    path);
  if (!answer.ok())
    throw failed{method + " " + path + ": " + std::to_string(answer.status) + " " + answer.body};
  return answer.body;
}

void start_sagas(const server& which, std::size_t sagas,
                 const std::function<std::string(std::size_t)>& body_of,
                 const std::function<void(std::size_t, const std::string&)>& begun) {
  for (std::size_t first = 0; first < sagas; first += batch) {
    std::string body = "[";
    for (std::size_t i = first; i < std::min(first + batch, sagas); ++i)
      body.append(i == first ? "" : ",").append(body_of(i));
    const json told = json::parse(ask(which, "POST", "/api/v1/sagas/lote", body + "]"));
    for (std::size_t i = 0; i < told.size(); ++i) {
      if (!told[i].contains("saga"))
        throw failed{"a start of a batch was refused: " + told[i].dump()};
      begun(first + i, told[i]["saga"]["saga_id"]);
    }
  }
}

} // namespace sagas::bench
