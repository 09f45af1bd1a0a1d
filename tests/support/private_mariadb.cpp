#include "tests/support/private_mariadb.hpp"

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
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include <soci/soci.h>

namespace sagas::test {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::seconds start_max{60};

void must(bool done, const std::string& what) {
  if (!done)
    throw std::runtime_error{"a private MariaDB server: " + what};
}

// The server refuses to run as root: it is the user mysql then, that its package has made.
// NOLINTNEXTLINE(concurrency-mt-unsafe): one thread asks
const ::passwd* other_user() { return ::getuid() == 0 ? ::getpwnam("mysql") : nullptr; }

// Enters the other system, as a user that is not root.
bool change_to(const std::string& system, const ::passwd* user) {
  if (!system.empty() && (::chroot(system.c_str()) != 0 || ::chdir("/") != 0))
    return false;
  return user == nullptr
         || (::setgroups(0, nullptr) == 0 && ::setgid(user->pw_gid) == 0
             && ::setuid(user->pw_uid) == 0);
}

int wait_for(::pid_t child) {
  int how = 0;
  ::waitpid(child, &how, 0);
  return WIFEXITED(how) ? WEXITSTATUS(how) : -1;
}

} // namespace

int free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
  must(probe >= 0, "no socket");
  ::sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::socklen_t size = sizeof at;
  const bool found = ::bind(probe, reinterpret_cast<::sockaddr*>(&at), size) == 0
                     && ::getsockname(probe, reinterpret_cast<::sockaddr*>(&at), &size) == 0;
  ::close(probe);
  must(found, "no free port");
  return ntohs(at.sin_port);
}

private_mariadb::private_mariadb(const std::filesystem::path& parent,
                                 std::vector<std::string> flags, std::string system)
  : system_(std::move(system)),
    mysql_(!system_.empty() && !std::filesystem::exists(system_ + "/usr/sbin/mariadbd")),
    folder_(parent), flags_(std::move(flags)), port_(free_port()) {
  must(system_.empty() || ::getuid() == 0, "only root can start one of another system");
  if (const ::passwd* user = other_user(); user != nullptr)
    must(::chown(folder_.file("").c_str(), user->pw_uid, user->pw_gid) == 0,
         "can't give its folder to the user mysql");
  must(wait_for(spawn(installing())) == 0,
       "its tables can't be made: is there one? apt-get install mariadb-server");
  start();
}

// Where the server itself finds a file of its folder.
std::string private_mariadb::inside(const char* name) const {
  return folder_.file(name).substr(system_.size());
}

std::vector<std::string> private_mariadb::installing() const {
  if (mysql_)
    return {"mysqld", "--no-defaults", "--initialize-insecure", "--datadir=" + inside("data")};
  return {"mariadb-install-db",
          "--no-defaults",
          "--datadir=" + inside("data"),
          "--auth-root-authentication-method=normal",
          "--skip-test-db",
          "--force"}; // where the machine's own name can't be resolved
}

std::vector<std::string> private_mariadb::serving(const std::vector<std::string>& more) const {
  std::vector<std::string> words{mysql_ ? "mysqld" : "mariadbd", "--no-defaults",
                                 "--datadir=" + inside("data"),  "--socket=" + inside("socket"),
                                 "--pid-file=" + inside("pid"),  "--port=" + std::to_string(port_),
                                 "--bind-address=127.0.0.1",     "--max-connections=200"};
  if (mysql_) // there root is of "localhost" only, which 127.0.0.1 has to be resolved to
    words.insert(words.end(), {"--mysqlx=OFF", "--secure-file-priv=NULL"});
  else
    words.emplace_back("--skip-name-resolve");
  words.insert(words.end(), flags_.begin(), flags_.end());
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// Starts a program that dies with this one. Its output goes to the file `log`.
::pid_t private_mariadb::spawn(std::vector<std::string> words) const {
  const std::string log = folder_.file("log");
  const std::string temporary = inside("");
  const ::passwd* user = other_user();
  std::vector<char*> arguments;
  for (std::string& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const ::pid_t child = ::fork();
  must(child >= 0, "no process");
  if (child > 0)
    return child;
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  if (!change_to(system_, user))
    ::_exit(126);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // NOLINTNEXTLINE(concurrency-mt-unsafe): a child of fork has one thread
  ::setenv("TMPDIR", temporary.c_str(), 1);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

private_mariadb::~private_mariadb() {
  if (pid_ != 0)
    kill();
}

void private_mariadb::start(const std::vector<std::string>& more) {
  pid_ = spawn(serving(more));
  const auto until = clock::now() + start_max;
  while (!answers()) {
    must(clock::now() < until, "it does not answer; see its log, " + folder_.file("log"));
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
}

bool private_mariadb::answers() const {
  const status asked = as_mysql_value([this]() -> status {
    open_mysql_session(terms(""));
    return nothing{};
  });
  return static_cast<bool>(asked);
}

void private_mariadb::kill() {
  ::kill(pid_, SIGKILL);
  wait_for(pid_);
  pid_ = 0;
}

void private_mariadb::freeze() {
  ::kill(pid_, SIGSTOP);
  int how = 0;
  ::waitpid(pid_, &how, WUNTRACED); // the signal is on its way: a thread may still answer
}

void private_mariadb::thaw() { ::kill(pid_, SIGCONT); }

mysql_terms private_mariadb::terms(const std::string& database) const {
  mysql_terms made;
  made.host = "127.0.0.1";
  made.port = port_;
  made.database = database;
  made.user = "root";
  return made;
}

} // namespace sagas::test
