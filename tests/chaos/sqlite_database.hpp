// A SQLite file under the server.
#pragma once

#include <utility>

#include "chaos/database.hpp"

namespace sagas::chaos {

class sqlite_database final : public database {
public:
  explicit sqlite_database(std::string path) : path_(std::move(path)) {}

  std::map<std::string, std::string> environment() const override { return {}; }
  result<std::uint64_t> in_flight() override;
  result<std::int64_t> newest_commit() override;
  result<std::int64_t> take_over() override;
  status await_owner() override { return nothing{}; } // it is, from its first moment
  result<std::string> as_file() override { return path_; }

private:
  const std::string path_;
};

} // namespace sagas::chaos
