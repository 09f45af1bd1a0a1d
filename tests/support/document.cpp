#include "support/document.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/binary.hpp"
#include "support/catch.hpp"
#include "tests/http/scripted_service.hpp"

namespace sagas::test {
namespace {

// Each loop ends, and what runs in the background goes with the shell.
constexpr const char* prologue = R"sh(
last=() server=
trap 'jobs=$(jobs -p); [[ -z $jobs ]] || kill $jobs 2>/dev/null; wait' EXIT
halt() { [[ -z $server ]] || { kill "$server"; wait "$server"; server=; }; }
serve() {
  halt
  last=("$@")
  : >served.log # the one before has left its line there
  command sagas serve "$@" >served.log 2>served.err &
  server=$!
  for _ in {1..300}; do
    if grep -q http served.log; then return; fi
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  cat served.err >&2
  exit 1
}
sagas() { if [[ $1 == serve ]]; then serve "${@:2}"; else command sagas "$@"; fi; }
systemctl() { [[ $* == 'restart sagas' ]]; serve "${last[@]}"; }
await_port() {
  for _ in {1..300}; do
    if (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return; fi
    sleep 0.1
  done
  echo "nobody listens on port $1" >&2
  exit 1
}
)sh";

void put_in_place(std::string& text, const std::string& written, const std::string& by) {
  for (std::size_t at = text.find(written); at != std::string::npos;
       at = text.find(written, at + by.size()))
    text.replace(at, written.size(), by);
}

} // namespace

document::document(const std::string& path) {
  std::ifstream file{std::string{SAGAS_SOURCE_DIR} + "/" + path};
  REQUIRE(file);
  std::string heading;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    text_ += line + "\n";
    if (line.starts_with("```")) {
      inside = !inside;
      if (inside)
        blocks_.push_back({heading, line.substr(3), {}});
    } else if (inside) {
      blocks_.back().text += line + "\n";
    } else if (line.starts_with("#")) {
      heading = line.substr(line.find(' ') + 1);
    }
  }
}

std::string document::commands(const std::string& heading, const std::string& language) {
  std::string all;
  for (block& each : blocks_)
    if (each.heading == heading && each.language == language) {
      all += each.text;
      each.given = true;
    }
  INFO(heading);
  REQUIRE_FALSE(all.empty());
  return all;
}

std::vector<std::string> document::untried() const {
  std::vector<std::string> headings;
  for (const block& each : blocks_)
    if (each.language == "sh" && !each.given)
      headings.push_back(each.heading);
  return headings;
}

std::string document::shell() const {
  std::string all;
  for (const block& each : blocks_)
    all += each.language == "sh" ? each.text : "";
  return all;
}

document_shell::document_shell() {
  const std::string port = free_tcp_port();
  replace("8003", port);
  set("SAGAS_HTTP_PORT", port);
  set("SAGAS_URL", "http://127.0.0.1:" + port);
  replace("$HOME", folder_.file("."));
}

std::string document_shell::run(std::string commands) const {
  for (const auto& [written, by] : instead_)
    put_in_place(commands, written, by);
  const std::string place = std::filesystem::path{sagas_path()}.parent_path().string();
  auto environment = environment_;
  environment["PATH"] = place + ":/usr/local/bin:/usr/bin:/bin";
  const std::string all = "cd '" + folder_.file(".") + "'\n" + prologue + commands;
  auto shell = child_process::spawn(
    {{"/bin/bash", "-euo", "pipefail", "-c", all}, environment, {}});
  REQUIRE(shell);
  const auto ended = shell->read_all(milliseconds{300'000});
  REQUIRE(ended);
  INFO(commands << "\n" << ended->out << ended->err);
  REQUIRE(ended->code == 0);
  return ended->out;
}

std::string free_tcp_port() {
  const http::testing::scripted_service passing{[](auto&) { return false; }};
  const std::string target = passing.target();
  return target.substr(target.rfind(':') + 1);
}

} // namespace sagas::test
