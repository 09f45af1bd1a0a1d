#include <algorithm>
#include <utility>

#include "tests/persistence/faulty_disk.hpp"

namespace sagas::test {
namespace {

constexpr std::uint64_t sector = 512;

void put(std::string& file, std::uint64_t offset, std::string_view bytes) {
  if (file.size() < offset + bytes.size())
    file.resize(offset + bytes.size());
  file.replace(offset, bytes.size(), bytes);
}

bool coin(std::mt19937_64& random) { return (random() & 1) != 0; }

// Some of a write's sectors arrive.
void put_some(std::string& file, std::uint64_t offset, std::string_view bytes,
              std::mt19937_64& random) {
  for (std::uint64_t from = 0; from < bytes.size();) {
    const std::uint64_t size = std::min<std::uint64_t>(sector - (offset + from) % sector,
                                                       bytes.size() - from);
    if (coin(random))
      put(file, offset + from, bytes.substr(from, size));
    from += size;
  }
}

} // namespace

void unsynced_file::write(std::uint64_t offset, std::string_view bytes) {
  if (std::exchange(removed_, false)) // a new file of that name
    forget();
  pending_.push_back({false, offset, std::string{bytes}});
}

void unsynced_file::truncate(std::uint64_t size) { pending_.push_back({true, size, {}}); }

void unsynced_file::sync() {
  durable_ = with_all();
  pending_.clear();
  exists_ = true;
}

void unsynced_file::remove() {
  removed_ = true;
  pending_.clear();
}

void unsynced_file::settle_removal() {
  if (removed_)
    forget();
}

void unsynced_file::forget() {
  exists_ = false;
  durable_.clear();
}

std::string unsynced_file::with_all() const {
  std::string file = durable_;
  for (const change& each : pending_)
    if (each.truncates)
      file.resize(each.offset);
    else
      put(file, each.offset, each.bytes);
  return file;
}

std::unique_ptr<std::string> unsynced_file::survivor(std::mt19937_64& random) const {
  if (!exists_ && pending_.empty())
    return nullptr;
  if ((removed_ || !exists_) && coin(random)) // whether the folder knows of it is not sure either
    return nullptr;
  switch (random() % 4) {
  case 0: return std::make_unique<std::string>(with_all());
  case 1: return std::make_unique<std::string>(durable_);
  default: break;
  }
  auto left = std::make_unique<std::string>(durable_);
  for (const change& each : pending_)
    if (!each.truncates)
      put_some(*left, each.offset, each.bytes, random);
    else if (coin(random))
      left->resize(each.offset);
  return left;
}

} // namespace sagas::test
