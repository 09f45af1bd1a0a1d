#include "binary.hpp"

#include <unistd.h>

#include "support/catch.hpp"

namespace sagas::test {

namespace fs = std::filesystem;

temporary_folder::temporary_folder() {
  std::string form = (fs::temp_directory_path() / "sagas-test-XXXXXX").string();
  REQUIRE(::mkdtemp(form.data()) != nullptr);
  folder_ = form;
}

temporary_folder::~temporary_folder() {
  std::error_code ignored; // what is left of a temporary folder hurts nobody
  fs::remove_all(folder_, ignored);
}

std::string sagas_path() {
  return (fs::path{own_path()}.parent_path().parent_path() / "app" / "sagas").string();
}

child_process::ended run_sagas(std::vector<std::string> arguments,
                               std::map<std::string, std::string> environment) {
  arguments.insert(arguments.begin(), sagas_path());
  auto child = child_process::spawn({std::move(arguments), std::move(environment), {}});
  REQUIRE(child);
  const auto ended = child->read_all(milliseconds{60'000});
  REQUIRE(ended);
  return *ended;
}

running_server::running_server(const temporary_folder& folder,
                               std::vector<std::string> arguments) {
  const std::vector<std::string> first{sagas_path(), "serve", "--port", "0", "--db",
                                       folder.path("sagas.db")};
  arguments.insert(arguments.begin(), first.begin(), first.end());
  auto child = child_process::spawn({std::move(arguments), {}, folder.path("server.log")});
  REQUIRE(child);
  process_ = std::move(*child);
  const auto line = process_->read_line(milliseconds{30'000});
  REQUIRE(line);
  const auto at = line->find("http://");
  REQUIRE(at != std::string::npos);
  url_ = line->substr(at);
}

} // namespace sagas::test
