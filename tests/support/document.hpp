// The commands of our documents, run by the shell as they stand there.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "support/temp_folder.hpp"

namespace sagas::test {

class document {
public:
  /// @param path below the source folder
  explicit document(const std::string& path);

  struct block {
    std::string heading;
    std::string language;
    std::string text;
    bool given = false;
  };
  /// The blocks of a language below that heading, one after the other. Fails the test: none.
  std::string commands(const std::string& heading, const std::string& language = "sh");
  /// The headings of shell blocks that nobody has asked for.
  std::vector<std::string> untried() const;
  /// All of them, whoever has asked.
  std::string shell() const;
  const std::string& text() const { return text_; }

private:
  std::string text_;
  std::vector<block> blocks_;
};

/// A folder, a free port in place of 8003, and `sagas` of this build. In it `sagas serve` runs in
/// the background until the next one, and answers before the next command.
class document_shell {
public:
  document_shell();

  /// Puts that in place of each `written` of the commands.
  void replace(const std::string& written, const std::string& by) { instead_[written] = by; }
  void set(const std::string& variable, const std::string& value) {
    environment_[variable] = value;
  }
  /// What they print; one that fails, fails the test.
  std::string run(std::string commands) const;
  std::string file(const std::string& name) const { return folder_.file(name); }

private:
  temp_folder folder_;
  std::map<std::string, std::string> instead_;
  std::map<std::string, std::string> environment_;
};

/// A port of this machine that was free a moment ago.
std::string free_tcp_port();

} // namespace sagas::test
