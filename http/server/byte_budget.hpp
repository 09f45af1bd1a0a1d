// A bound on the memory that request bodies take together.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace sagas::http {

/// Thread-safe.
class byte_budget {
public:
  explicit byte_budget(std::size_t most) : left_(static_cast<std::ptrdiff_t>(most)) {}

  /// False when so much is not left; nothing is taken then.
  bool take(std::size_t bytes) {
    const auto wanted = static_cast<std::ptrdiff_t>(bytes);
    if (left_.fetch_sub(wanted) >= wanted)
      return true;
    left_.fetch_add(wanted);
    return false;
  }
  void give(std::size_t bytes) { left_.fetch_add(static_cast<std::ptrdiff_t>(bytes)); }

private:
  std::atomic<std::ptrdiff_t> left_;
};

/// What one body has taken; given back at its end.
class budget_share {
public:
  budget_share() = default;
  explicit budget_share(std::shared_ptr<byte_budget> from) : from_(std::move(from)) {}
  budget_share(budget_share&& other) noexcept
    : from_(std::move(other.from_)), taken_(std::exchange(other.taken_, 0)) {}
  budget_share& operator=(budget_share&& other) noexcept {
    std::swap(from_, other.from_);
    std::swap(taken_, other.taken_);
    return *this;
  }
  ~budget_share() {
    if (taken_ != 0)
      from_->give(taken_);
  }

  bool grow(std::size_t bytes) {
    if (bytes == 0 || !from_->take(bytes))
      return bytes == 0;
    taken_ += bytes;
    return true;
  }

private:
  std::shared_ptr<byte_budget> from_;
  std::size_t taken_ = 0;
};

} // namespace sagas::http
