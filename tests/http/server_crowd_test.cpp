// More clients than the system likes.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <thread>

#include "server_fixture.hpp"
#include "support/catch.hpp"

using namespace sagas;
using namespace sagas::http;
using namespace sagas::http::testing;

namespace {

// Lets this process open `files` at once, as far as the system allows; the former limit comes back.
class file_limit {
public:
  explicit file_limit(rlim_t files) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit now = before_;
    now.rlim_cur = std::min(files, before_.rlim_max);
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &now) == 0);
  }
  file_limit(const file_limit&) = delete;
  file_limit& operator=(const file_limit&) = delete;
  ~file_limit() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
  rlimit before_{};
};

std::size_t entries_of(const char* folder) {
  namespace fs = std::filesystem;
  return static_cast<std::size_t>(
    std::distance(fs::directory_iterator{folder}, fs::directory_iterator{}));
}

// The clients live in a process of their own, for one process has not descriptors for both sides.
// It asks once on each connection, waits for all answers, and ends with 0 when each was right.
pid_t fork_clients(std::uint16_t port, int count) {
  const pid_t child = ::fork();
  if (child != 0)
    return child;
  std::vector<raw_client> clients;
  bool good = true;
  for (int i = 0; i < count && good; ++i) {
    clients.emplace_back(port);
    good = clients.back().send(get_request("/luego?n=" + std::to_string(i)));
  }
  for (int i = 0; i < count && good; ++i)
    good = clients[static_cast<std::size_t>(i)].read().body == std::to_string(i);
  for (int i = 0; i < count && good; ++i)
    good = clients[static_cast<std::size_t>(i)].ask(get_request("/hola")).status == 200;
  ::_exit(good ? 0 : 1);
}

} // namespace

TEST_CASE("ten thousand connections wait for an answer, and no thread for them", "[http][server]") {
  const file_limit files{12'000};
  server_options options = quick_options();
  options.connections_max = 10'000;
  options.requests_max = 10'000;
  options.idle_timeout = milliseconds{60'000};
  test_server server{options};
  const std::size_t threads = entries_of("/proc/self/task");
  const pid_t child = fork_clients(server.it->port(), 10'000);
  REQUIRE(child > 0);
  REQUIRE(eventually([&] { return server.kept() == 10'000; }));
  CHECK(entries_of("/proc/self/task") == threads);
  for (const exchange_ptr& x : server.take_kept(10'000))
    x->respond({.body = *x->req().query_value("n")});
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(server.serves());
}

TEST_CASE("without a descriptor left the server waits, and serves on when there is one",
          "[http][server]") {
  server_options options = quick_options();
  options.idle_timeout = milliseconds{60'000};
  const test_server server{options};
  auto first = server.connect();
  CHECK(first.ask(get_request("/hola")).status == 200);
  std::vector<raw_client> crowd(20); // they have their descriptors before these get scarce
  bool connected = true;
  bool paused = false;
  bool served = false;
  double burnt = 0;
  { // no CHECK in here: a sanitizer that looks into one needs descriptors of its own
    const file_limit files{entries_of("/proc/self/fd") + 5};
    for (raw_client& one : crowd)
      connected = one.connect(server.it->port()) && connected;
    paused = eventually([&] { return server.log.says("accepting is paused"); });
    const auto cpu_before = std::clock();
    served = first.ask(get_request("/hola")).status == 200;
    std::this_thread::sleep_for(milliseconds{200});
    burnt = static_cast<double>(std::clock() - cpu_before) / CLOCKS_PER_SEC;
  }
  CHECK(connected);
  CHECK(paused);
  CHECK(served);
  CHECK(burnt < 0.02); // it did not spin
  for (raw_client& one : crowd)
    CHECK(one.ask(get_request("/hola")).status == 200);
  CHECK(server.serves());
}
