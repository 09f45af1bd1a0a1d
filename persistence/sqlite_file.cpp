#include "persistence/sqlite_file.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace sagas {
namespace {

constexpr std::size_t header_size = 100; // of a SQLite file
constexpr std::size_t version_offset = 60;
constexpr std::size_t application_offset = 68;
constexpr std::size_t journal_header_size = 20;
constexpr std::size_t journal_pages_offset = 16; // how many the file had before
constexpr unsigned char journal_magic[] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
constexpr char magic[] = "SQLite format 3"; // its final zero belongs to it

failure system_failure(const std::string& what, const std::string& path) {
  return {errc::unavailable, what + " " + path + ": " + std::generic_category().message(errno)};
}

// A descriptor that closes itself.
class descriptor {
public:
  explicit descriptor(int number) : number_(number) {}
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() {
    if (number_ >= 0)
      ::close(number_);
  }
  int number() const { return number_; }
  int release() { return std::exchange(number_, -1); }

private:
  int number_;
};

struct header {
  std::uint32_t application = 0;
  std::uint32_t version = 0;
};

std::uint32_t big_endian(const unsigned char* at) {
  return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8
         | std::uint32_t{at[3]};
}

// Whether a crash came while the first pages of an empty file were being written: the journal
// beside it says that the file had none before, and SQLite will make it so again.
bool was_empty(const std::string& path) {
  const descriptor journal{::open((path + "-journal").c_str(), O_RDONLY | O_CLOEXEC)};
  std::array<unsigned char, journal_header_size> bytes{};
  return journal.number() >= 0
         && ::pread(journal.number(), bytes.data(), bytes.size(), 0)
              == static_cast<ssize_t>(bytes.size())
         && std::memcmp(bytes.data(), journal_magic, sizeof journal_magic) == 0
         && big_endian(bytes.data() + journal_pages_offset) == 0;
}

// Nothing when the file is absent or empty.
result<std::optional<header>> read_header(const std::string& path) {
  const descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.number() < 0) {
    if (errno == ENOENT)
      return std::optional<header>{};
    return system_failure("cannot read", path);
  }
  std::array<unsigned char, header_size> bytes{};
  const ssize_t size = ::pread(file.number(), bytes.data(), bytes.size(), 0);
  if (size < 0)
    return system_failure("cannot read", path);
  if (size == 0 || was_empty(path))
    return std::optional<header>{};
  if (static_cast<std::size_t>(size) < bytes.size()
      || std::memcmp(bytes.data(), magic, sizeof magic) != 0)
    return {errc::corrupt, path + " is no SQLite file: left as it is; give another path"};
  return std::optional{header{big_endian(bytes.data() + application_offset),
                              big_endian(bytes.data() + version_offset)}};
}

result<int> lock_beside(const std::string& path) {
  const std::string side = path + ".lock";
  descriptor lock{::open(side.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (lock.number() < 0)
    return system_failure("cannot open", side);
  if (::flock(lock.number(), LOCK_EX | LOCK_NB) == 0)
    return lock.release();
  if (errno == EWOULDBLOCK)
    return {errc::conflict, path + " is in use by another process: stop it, or give another path"};
  return system_failure("cannot lock", side);
}

status create(const std::string& path) {
  const descriptor made{::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (made.number() < 0 && errno != EEXIST)
    return system_failure("cannot create", path);
  return nothing{};
}

} // namespace

file_claim::file_claim(file_claim&& other) noexcept : lock_(std::exchange(other.lock_, -1)) {}

file_claim& file_claim::operator=(file_claim&& other) noexcept {
  std::swap(lock_, other.lock_);
  return *this;
}

file_claim::~file_claim() {
  if (lock_ >= 0)
    ::close(lock_);
}

result<file_claim> lock_file(const std::string& path) {
  // SOCI has no way to write a double quote, nor SQLite a zero, into a path.
  if (path.empty() || path.find_first_of(std::string{"\"\0", 2}) != std::string::npos)
    return {errc::invalid_input, "the path of the file must be neither empty nor hold a quote"};
  auto lock = lock_beside(path);
  if (!lock)
    return lock.error();
  file_claim claim;
  claim.lock_ = *lock;
  return claim;
}

result<file_claim> claim_file(const file_terms& terms) {
  auto claim = lock_file(terms.path);
  if (!claim)
    return claim;
  const auto found = read_header(terms.path);
  if (!found)
    return found.error();
  if (!*found) {
    if (const auto made = create(terms.path); !made)
      return made.error();
    return claim;
  }
  if ((*found)->application != terms.application_id)
    return {errc::corrupt, terms.path
                             + " belongs to another program: left as it is; give another"
                               " path"};
  if ((*found)->version > terms.version)
    return {errc::conflict, terms.path
                              + " was written by a newer version of this program: run that"
                                " version"};
  return claim;
}

} // namespace sagas
