#include "tests/persistence/faulty_disk.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>
#include <optional>

#include <sqlite3.h>

#include "support/catch.hpp"

namespace sagas::test {
namespace {

std::optional<std::string> content_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file)
    return std::nullopt;
  return std::string{std::istreambuf_iterator<char>{file}, {}};
}

sqlite3_vfs* real_vfs() { return sqlite3_vfs_find(nullptr); }

// What SQLite takes for one of its files; the system's own lies behind it in the same memory.
struct shim_file {
  sqlite3_file base;
  faulty_disk* disk;
  unsynced_file* state; // null: a temporary file without a name
  sqlite3_file* real;
};

} // namespace

// The functions that SQLite calls; friend of the disk.
struct faulty_disk_calls {
  static shim_file& shim(sqlite3_file* file) { return *reinterpret_cast<shim_file*>(file); }
  static sqlite3_file* real(sqlite3_file* file) { return shim(file).real; }
  static faulty_disk& disk(sqlite3_vfs* vfs) { return *static_cast<faulty_disk*>(vfs->pAppData); }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* given) {
    file->pMethods = nullptr;
    if (disk(vfs).refuses_call())
      return SQLITE_IOERR;
    auto* const made = new (file)
      shim_file{{nullptr}, &disk(vfs), nullptr, reinterpret_cast<sqlite3_file*>(&shim(file) + 1)};
    if (path != nullptr)
      made->state = &disk(vfs).remember(path);
    const int code = real_vfs()->xOpen(real_vfs(), path, made->real, flags, given);
    if (made->real->pMethods != nullptr)
      made->base.pMethods = &methods;
    return code;
  }

  static int remove(sqlite3_vfs* vfs, const char* path, int) {
    if (disk(vfs).refuses_change())
      return SQLITE_IOERR_DELETE;
    disk(vfs).remember(path).remove();
    return real_vfs()->xDelete(real_vfs(), path, 0);
  }

  static int close(sqlite3_file* file) {
    return real(file)->pMethods == nullptr ? SQLITE_OK : real(file)->pMethods->xClose(real(file));
  }

  static int read(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) {
    if (shim(file).disk->refuses_call())
      return SQLITE_IOERR_READ;
    return real(file)->pMethods->xRead(real(file), to, size, offset);
  }

  static int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
    faulty_disk& its = *shim(file).disk;
    if (its.refuses_call())
      return SQLITE_IOERR_WRITE;
    sqlite3_int64 old_size = 0;
    real(file)->pMethods->xFileSize(real(file), &old_size);
    if (its.full_ && offset + size > old_size)
      return SQLITE_FULL;
    if (shim(file).state != nullptr) // the write that the power goes in may still arrive in part
      shim(file).state->write(static_cast<std::uint64_t>(offset),
                              {static_cast<const char*>(from), static_cast<std::size_t>(size)});
    if (its.refuses_change())
      return SQLITE_IOERR_WRITE;
    return real(file)->pMethods->xWrite(real(file), from, size, offset);
  }

  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (shim(file).disk->refuses_call() || shim(file).disk->refuses_change())
      return SQLITE_IOERR_TRUNCATE;
    if (shim(file).state != nullptr)
      shim(file).state->truncate(static_cast<std::uint64_t>(size));
    return real(file)->pMethods->xTruncate(real(file), size);
  }

  static int sync(sqlite3_file* file, int) {
    if (shim(file).disk->refuses_call() || shim(file).disk->refuses_change())
      return SQLITE_IOERR_FSYNC;
    if (shim(file).state != nullptr)
      shim(file).state->sync();
    for (auto& [path, each] : shim(file).disk->files_)
      each.settle_removal();
    return SQLITE_OK;
  }

  // -- passed through ---------------------------------------------------------------------------
  static int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return real(file)->pMethods->xFileSize(real(file), size);
  }
  static int lock(sqlite3_file* file, int how) {
    return real(file)->pMethods->xLock(real(file), how);
  }
  static int unlock(sqlite3_file* file, int how) {
    return real(file)->pMethods->xUnlock(real(file), how);
  }
  static int check_lock(sqlite3_file* file, int* held) {
    return real(file)->pMethods->xCheckReservedLock(real(file), held);
  }
  static int control(sqlite3_file* file, int what, void* with) {
    return real(file)->pMethods->xFileControl(real(file), what, with);
  }
  static int sector_size(sqlite3_file* file) {
    return real(file)->pMethods->xSectorSize(real(file));
  }
  static int characteristics(sqlite3_file* file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
  }
  static int map(sqlite3_file* file, int region, int size, int extend, void volatile** at) {
    return real(file)->pMethods->xShmMap(real(file), region, size, extend, at);
  }
  static int map_lock(sqlite3_file* file, int offset, int count, int flags) {
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
  }
  static void barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
  static int unmap(sqlite3_file* file, int remove) {
    return real(file)->pMethods->xShmUnmap(real(file), remove);
  }

  static const sqlite3_io_methods methods; // of version 2: without memory-mapped reading
};

const sqlite3_io_methods faulty_disk_calls::methods{
  2,       &close,      &read,    &write,       &truncate,        &sync, &file_size, &lock,
  &unlock, &check_lock, &control, &sector_size, &characteristics, &map,  &map_lock,  &barrier,
  &unmap,  nullptr,     nullptr};

faulty_disk::faulty_disk() : vfs_(std::make_unique<sqlite3_vfs>(*real_vfs())) {
  static int made = 0;
  name_ = "faulty-" + std::to_string(++made);
  vfs_->zName = name_.c_str();
  vfs_->pNext = nullptr;
  vfs_->pAppData = this;
  vfs_->szOsFile = static_cast<int>(sizeof(shim_file)) + real_vfs()->szOsFile;
  vfs_->xOpen = &faulty_disk_calls::open;
  vfs_->xDelete = &faulty_disk_calls::remove;
  REQUIRE(sqlite3_vfs_register(vfs_.get(), 0) == SQLITE_OK);
}

faulty_disk::~faulty_disk() { sqlite3_vfs_unregister(vfs_.get()); }

void faulty_disk::fail_at(std::uint64_t n) {
  calls_ = 0;
  changes_ = 0;
  fail_at_ = n;
}

void faulty_disk::cut_at(std::uint64_t n) {
  calls_ = 0;
  changes_ = 0;
  cut_at_ = n;
}

void faulty_disk::power_on(std::mt19937_64& random) {
  for (const auto& [path, file] : files_) {
    std::filesystem::remove(path);
    if (const auto left = file.survivor(random))
      std::ofstream{path, std::ios::binary} << *left;
    std::filesystem::remove(path + "-shm"); // lives in memory only
  }
  files_.clear();
  cut_ = false;
  cut_at(0);
}

unsynced_file& faulty_disk::remember(const std::string& path) {
  const auto known = files_.find(path);
  if (known != files_.end())
    return known->second;
  auto content = content_of(path);
  const bool exists = content.has_value();
  return files_.emplace(path, unsynced_file{exists, exists ? std::move(*content) : std::string{}})
    .first->second;
}

bool faulty_disk::refuses_call() {
  ++calls_;
  return cut_ || calls_ == fail_at_;
}

bool faulty_disk::refuses_change() {
  ++changes_;
  cut_ = cut_ || changes_ == cut_at_;
  return cut_;
}

} // namespace sagas::test
