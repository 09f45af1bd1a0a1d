// A file that is made whole before it gets its name. Internal to persistence/.
#pragma once

#include <string>

#include "saga/result.hpp"

namespace sagas {

/// Lies beside its final path, mode 0600, and is removed again unless it gets its name.
class draft_file {
public:
  explicit draft_file(const std::string& final_path);
  draft_file(const draft_file&) = delete;
  draft_file& operator=(const draft_file&) = delete;
  ~draft_file();

  const std::string& path() const { return path_; }

  status create() const;
  status sync() const;
  /// Takes the place of whatever lies there.
  status give_name() const;

private:
  std::string path_;
  std::string final_;
};

} // namespace sagas
