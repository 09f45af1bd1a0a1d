#include "persistence/mysql_pool.hpp"

#include <utility>

namespace sagas {
namespace {

// Whether the session's connection still answers.
template <class Work>
bool answers(Work work) {
  return static_cast<bool>(as_mysql_value([&]() -> status {
    work();
    return nothing{};
  }));
}

} // namespace

// `fresh`: none of those that idle, which may have died with the last.
result<mysql_pool::reader> mysql_pool::take(bool fresh) {
  idle_reader found;
  {
    std::unique_lock lock{guard_};
    if (!wait_for_room(lock))
      return failure{errc::overloaded, "too many queries at once: try again"};
    ++figures_.in_use;
    if (!idle_.empty()) {
      found = std::move(idle_.back()); // the one used last
      idle_.pop_back();
    }
  }
  if (!found.session)
    return open();
  const bool rested = clock::now() - found.since >= terms_.idle_max;
  if (!fresh && (!rested || answers([&] { found.session->ping(); })))
    return std::move(found.session);
  found.session.reset();
  {
    const std::lock_guard lock{guard_};
    ++figures_.replaced;
  }
  return open();
}

bool mysql_pool::wait_for_room(std::unique_lock<std::mutex>& lock) {
  const auto room = [this] { return !idle_.empty() || figures_.in_use < figures_.sessions_max; };
  if (room())
    return true;
  const auto since = clock::now();
  ++figures_.waiting;
  ++figures_.waits;
  const bool found = returned_.wait_for(lock, terms_.wait, room);
  --figures_.waiting;
  figures_.timed_out += found ? 0 : 1;
  figures_.waited_s += std::chrono::duration<double>(clock::now() - since).count();
  return found;
}

result<mysql_pool::reader> mysql_pool::open() {
  auto opened = as_mysql_value([this]() -> result<reader> {
    return std::make_unique<mysql_reader>(terms_.server, terms_.keys);
  });
  if (!opened) {
    leave();
    return opened;
  }
  const std::lock_guard lock{guard_};
  ++figures_.opened;
  return opened;
}

void mysql_pool::give_back(reader session, bool lost) {
  const bool fit = !lost && answers([&] { session->roll_back(); });
  {
    const std::lock_guard lock{guard_};
    if (!fit)
      ++figures_.replaced;
    else if (idle_.size() + figures_.in_use <= terms_.size)
      idle_.push_back({std::move(session), clock::now()});
  }
  session.reset(); // closed before another takes its place at the server
  leave();
}

void mysql_pool::leave() {
  {
    const std::lock_guard lock{guard_};
    --figures_.in_use;
  }
  returned_.notify_one();
}

pool_figures mysql_pool::figures() const {
  const std::lock_guard lock{guard_};
  pool_figures now = figures_;
  now.idle = idle_.size();
  return now;
}

} // namespace sagas
