// A MariaDB server of a program's own: own folder, own port, gone with the program. For tests and
// benchmarks; knows nothing of either.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "persistence/mysql_session.hpp"

namespace sagas::test {

class private_mariadb {
public:
  /// Makes a folder in `parent`, and starts the server there; `flags` go to it beside its own.
  /// Throws std::runtime_error, which says what to install when there is no server. As root, the
  /// server runs as the user mysql, who must be able to reach `parent`.
  explicit private_mariadb(const std::filesystem::path& parent, std::vector<std::string> flags);
  private_mariadb(const private_mariadb&) = delete;
  private_mariadb& operator=(const private_mariadb&) = delete;
  ~private_mariadb();

  /// How root reaches a database of it over TCP; an empty name: none.
  mysql_terms terms(const std::string& database) const;

  // What happens to it.
  void kill();   ///< as by kill -9; waits until it is gone
  void start();  ///< after kill(); waits until it answers
  void freeze(); ///< SIGSTOP; waits until it stands still
  void thaw();   ///< SIGCONT

private:
  class own_folder {
  public:
    explicit own_folder(const std::filesystem::path& parent);
    ~own_folder();
    std::string file(const char* name) const { return (path_ / name).string(); }

  private:
    std::filesystem::path path_;
  };

  bool answers() const;

  own_folder folder_;
  std::vector<std::string> flags_;
  int port_ = 0;
  ::pid_t pid_ = 0;
};

} // namespace sagas::test
