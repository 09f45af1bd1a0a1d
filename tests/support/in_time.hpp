// Waits for what another thread or process is about to do.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace sagas::test {

/// Whether that holds within 30 s, which a loaded machine may need; looks every 10 ms.
inline bool in_time(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (!holds() && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  return holds();
}

} // namespace sagas::test
