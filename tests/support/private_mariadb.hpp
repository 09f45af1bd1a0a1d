// A MariaDB server of a program's own: own folder, own port, gone with the program. For tests and
// benchmarks; knows nothing of either. Or another server, MySQL or MariaDB, that lies in the folder
// of a whole other system (tests/servers/): it is started in a chroot, which only root may do.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "persistence/mysql_session.hpp"
#include "tests/support/temp_folder.hpp"

namespace sagas::test {

/// A port of 127.0.0.1 that nobody listens on now. Throws std::runtime_error.
int free_port();

class private_mariadb {
public:
  /// Makes a folder in `parent`, and starts the server there; `flags` go to it beside its own.
  /// Throws std::runtime_error, which says what to install when there is no server. As root, the
  /// server runs as the user mysql, who must be able to reach `parent`.
  /// @param system the folder of another system, which holds `parent`; empty: this one.
  explicit private_mariadb(const std::filesystem::path& parent, std::vector<std::string> flags,
                           std::string system = {});
  private_mariadb(const private_mariadb&) = delete;
  private_mariadb& operator=(const private_mariadb&) = delete;
  ~private_mariadb();

  /// How root reaches a database of it over TCP; an empty name: none.
  mysql_terms terms(const std::string& database) const;

  /// Where it keeps everything, as seen from here.
  std::string data_folder() const { return folder_.file("data"); }
  ::pid_t id() const { return pid_; } ///< of its process; 0 while there is none

  // What happens to it.
  void kill(); ///< as by kill -9; waits until it is gone
  /// After kill(), with more flags this time; waits until it answers.
  void start(const std::vector<std::string>& more = {});
  void freeze();                          ///< SIGSTOP; waits until it stands still
  void thaw();                            ///< SIGCONT
  bool runs() const { return pid_ != 0; } ///< false after kill()

  /// What only one of the two understands.
  bool is_mysql() const { return mysql_; }

private:
  bool answers() const;
  std::string inside(const char* name) const;
  std::vector<std::string> installing() const;
  std::vector<std::string> serving(const std::vector<std::string>& more) const;
  ::pid_t spawn(std::vector<std::string> words) const;

  const std::string system_;
  const bool mysql_;
  temp_folder folder_;
  std::vector<std::string> flags_;
  int port_ = 0;
  ::pid_t pid_ = 0;
};

} // namespace sagas::test
