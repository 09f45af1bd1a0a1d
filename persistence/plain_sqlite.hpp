// SQLite's own interface for what SOCI can't do: copying pages, and opening what must not change.
// Internal to persistence/.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "saga/result.hpp"

struct sqlite3;

namespace sagas {

enum class opened_as : std::uint8_t {
  reader,  ///< of a file that others may write to
  at_rest, ///< of a file that nobody writes to: leaves nothing beside it
  writer,
};

/// One connection. Errors: errc::not_found, and what sqlite_failure() says.
class plain_sqlite {
public:
  static result<plain_sqlite> open(const std::string& path, opened_as how);
  /// An empty database that goes with its connection.
  static result<plain_sqlite> in_memory();

  /// Runs statements; `take` sees the first column of each row, NULL as "".
  status run(const std::string& sql, const std::function<void(std::string)>& take = {});
  /// The only row's first column as a number.
  result<std::uint32_t> number(const std::string& sql);
  failure why(int code) const;
  sqlite3* handle() const { return handle_.get(); }

private:
  struct closer {
    void operator()(sqlite3* handle) const;
  };
  std::unique_ptr<sqlite3, closer> handle_;
  std::string path_;
};

/// Whether the file is a store of ours that this program understands; its schema's version.
/// errc::corrupt or errc::conflict when not.
result<std::uint32_t> store_version(plain_sqlite& file, const std::string& path);

} // namespace sagas
