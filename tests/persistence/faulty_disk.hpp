// A disk that fails when it is told to: a VFS of SQLite that passes everything through to the
// system's, and keeps apart what has not been synced yet.
//
// For one thread. Real syncs are left out: what the power would have left is worked out here.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3_vfs;

namespace sagas::test {

/// What one file holds for sure, and what has been written to it since its last sync.
class unsynced_file {
public:
  unsynced_file(bool exists, std::string content) : exists_(exists), durable_(std::move(content)) {}

  void write(std::uint64_t offset, std::string_view bytes);
  void truncate(std::uint64_t size);
  void sync();
  void remove();
  /// What has been removed stays so: another file was synced since, and a file system with a
  /// journal keeps that order.
  void settle_removal();

  /// What is there after the power went: all unsynced changes, none, or any of their sectors.
  /// Null: no such file.
  std::unique_ptr<std::string> survivor(std::mt19937_64& random) const;

private:
  std::string with_all() const;
  void forget();

  struct change {
    bool truncates = false;
    std::uint64_t offset = 0; // or the new size
    std::string bytes;
  };
  bool exists_; // for sure
  bool removed_ = false;
  std::string durable_;
  std::vector<change> pending_;
};

class faulty_disk {
public:
  faulty_disk();
  faulty_disk(const faulty_disk&) = delete;
  faulty_disk& operator=(const faulty_disk&) = delete;
  ~faulty_disk();

  /// The name to give to SQLite.
  const std::string& name() const { return name_; }

  /// Lets the n-th call from now on (open, read, write, sync, truncate; 1 is the next) fail once
  /// with an I/O error; 0: none.
  void fail_at(std::uint64_t n);
  /// Whether that call has come.
  bool has_failed() const { return fail_at_ != 0 && calls_ >= fail_at_; }

  /// No room: writes that make a file longer fail.
  void set_full(bool full) { full_ = full; }

  /// Cuts the power at the n-th change (write, sync, truncate, delete) from now on: it and every
  /// call behind it fail. 0: never.
  void cut_at(std::uint64_t n);
  bool is_cut() const { return cut_; }
  /// Changes since the last fail_at() or cut_at().
  std::uint64_t changes() const { return changes_; }

  /// Power again: puts on the real disk what survived. Every file must have been closed.
  void power_on(std::mt19937_64& random);

private:
  friend struct faulty_disk_calls;
  unsynced_file& remember(const std::string& path);
  bool refuses_call();
  bool refuses_change();

  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  std::map<std::string, unsynced_file> files_; // by path
  std::uint64_t calls_ = 0;
  std::uint64_t changes_ = 0;
  std::uint64_t fail_at_ = 0;
  std::uint64_t cut_at_ = 0;
  bool cut_ = false;
  bool full_ = false;
};

} // namespace sagas::test
