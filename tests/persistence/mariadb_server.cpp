#include "tests/persistence/mariadb_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>
#include <vector>

#include <soci/soci.h>

#include "support/catch.hpp"

namespace sagas::test {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::seconds start_max{60};

int free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE(probe >= 0);
  ::sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::socklen_t size = sizeof at;
  REQUIRE(::bind(probe, reinterpret_cast<::sockaddr*>(&at), size) == 0);
  REQUIRE(::getsockname(probe, reinterpret_cast<::sockaddr*>(&at), &size) == 0);
  ::close(probe);
  return ntohs(at.sin_port);
}

// The server refuses to run as root: it is the user mysql then, that its package has made.
const ::passwd* other_user() { return ::getuid() == 0 ? ::getpwnam("mysql") : nullptr; }

// Starts a program that dies with this one. Its output goes to `folder`/log.
::pid_t spawn(std::vector<std::string> words, const std::string& folder) {
  const std::string log = folder + "log";
  const ::passwd* user = other_user();
  std::vector<char*> arguments;
  for (std::string& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const ::pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child > 0)
    return child;
  if (user != nullptr
      && (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0
          || ::setuid(user->pw_uid) != 0))
    ::_exit(126);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setenv("TMPDIR", folder.c_str(), 1);
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

int wait_for(::pid_t child) {
  int how = 0;
  ::waitpid(child, &how, 0);
  return WIFEXITED(how) ? WEXITSTATUS(how) : -1;
}

} // namespace

mariadb_server& mariadb_server::shared() {
  static mariadb_server one;
  return one;
}

mariadb_server::mariadb_server() : port_(free_port()) {
  if (const ::passwd* user = other_user(); user != nullptr)
    REQUIRE(::chown(folder_.file("").c_str(), user->pw_uid, user->pw_gid) == 0);
  const int installed = wait_for(
    spawn({"mariadb-install-db", "--no-defaults", "--datadir=" + folder_.file("data"),
           "--auth-root-authentication-method=normal", "--skip-test-db"},
          folder_.file("")));
  INFO("these tests need a MariaDB server: apt-get install mariadb-server");
  REQUIRE(installed == 0);
  start();
}

mariadb_server::~mariadb_server() {
  if (pid_ != 0)
    kill();
}

void mariadb_server::start() {
  pid_ = spawn({"mariadbd", "--no-defaults", "--datadir=" + folder_.file("data"),
                "--socket=" + folder_.file("socket"), "--port=" + std::to_string(port_),
                "--bind-address=127.0.0.1", "--skip-name-resolve", "--innodb-buffer-pool-size=64M",
                "--max-connections=200"},
               folder_.file(""));
  const auto until = clock::now() + start_max;
  const auto answers = [this] {
    return as_mysql_value([this]() -> status {
             open_mysql_session(terms(""));
             return nothing{};
           })
      .
      operator bool();
  };
  bool ready = answers();
  while (!ready && clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    ready = answers();
  }
  INFO("mariadbd does not answer; see its log in " << folder_.file("log"));
  REQUIRE(ready);
}

void mariadb_server::kill() {
  ::kill(pid_, SIGKILL);
  wait_for(pid_);
  pid_ = 0;
}

void mariadb_server::freeze() { ::kill(pid_, SIGSTOP); }

void mariadb_server::thaw() { ::kill(pid_, SIGCONT); }

mysql_terms mariadb_server::terms(const std::string& database) const {
  mysql_terms made;
  made.host = "127.0.0.1";
  made.port = port_;
  made.database = database;
  made.user = "root";
  return made;
}

std::string mariadb_server::fresh_name() { return "sagas_" + std::to_string(++databases_); }

std::string ask(const mysql_terms& server, const std::string& query) {
  std::string text;
  const status asked = as_mysql_value([&]() -> status {
    const auto session = open_mysql_session(server);
    const soci::rowset<soci::row> rows = session->prepare << query;
    for (const soci::row& row : rows) {
      if (!text.empty())
        text += '\n';
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (i > 0)
          text += '|';
        if (row.get_indicator(i) == soci::i_null)
          continue;
        switch (row.get_properties(i).get_data_type()) {
        case soci::dt_integer: text += std::to_string(row.get<int>(i)); break;
        case soci::dt_long_long: text += std::to_string(row.get<long long>(i)); break;
        case soci::dt_unsigned_long_long:
          text += std::to_string(row.get<unsigned long long>(i));
          break;
        case soci::dt_double: text += std::to_string(row.get<double>(i)); break;
        default: text += row.get<std::string>(i); break;
        }
      }
    }
    return nothing{};
  });
  INFO(query << ": " << (asked ? "" : asked.error().message));
  REQUIRE(asked);
  return text;
}

void run(const mysql_terms& server, const std::string& statement) {
  const status done = as_mysql_value([&]() -> status {
    *open_mysql_session(server) << statement;
    return nothing{};
  });
  INFO(statement << ": " << (done ? "" : done.error().message));
  REQUIRE(done);
}

} // namespace sagas::test
