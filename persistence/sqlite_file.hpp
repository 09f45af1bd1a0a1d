// A SQLite file that belongs to one process and one purpose: who may open it, and whether it is
// what it is taken for. Looked at before SQLite sees it, so that what is refused stays untouched.
#pragma once

#include <cstdint>
#include <string>

#include "saga/result.hpp"

namespace sagas {

/// What a file must be to be opened.
struct file_terms {
  std::string path;
  std::uint32_t application_id = 0; ///< in SQLite's header: what kind of file of ours it is
  std::uint32_t version = 1;        ///< the newest schema (user_version) that we understand
};

/// The right to a file: the lock on its side file `<path>.lock`, held until destroyed. Movable.
class file_claim {
public:
  file_claim(file_claim&& other) noexcept;
  file_claim& operator=(file_claim&& other) noexcept;
  ~file_claim();

private:
  friend result<file_claim> lock_file(const std::string& path);
  file_claim() = default;
  int lock_ = -1;
};

/// Takes the lock alone, whatever the file is, or whether it is. Errors: errc::conflict,
/// errc::invalid_input, errc::unavailable.
result<file_claim> lock_file(const std::string& path);

/// Takes a file, creating it (0600) when there is none. Call it before anything else opens the
/// file. Errors: errc::conflict (another process has it, or a newer program wrote it),
/// errc::corrupt (something else than the terms say), errc::invalid_input (no usable path),
/// errc::unavailable.
result<file_claim> claim_file(const file_terms& terms);

} // namespace sagas
