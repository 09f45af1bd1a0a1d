#include "http/server/connection.hpp"

#include <sys/socket.h>

#include <cerrno>

#include "saga/assert.hpp"

namespace sagas::http {

connection::~connection() { enter(phase::closed); }

// Keeps the counts: a connection is busy while it answers, a stream holds a slot.
void connection::enter(phase next) {
  const auto busy = [](phase which) {
    return which == phase::answering || which == phase::flushing;
  };
  if (busy(phase_) != busy(next))
    state_->busy.change(busy(next) ? 1 : -1);
  if (phase_ == phase::streaming && next != phase::streaming)
    state_->streams.fetch_sub(1);
  phase_ = next;
  deadline_ = steady::time_point::max();
}

// Sends what the socket takes now. EPOLLOUT follows when it did not take all.
void connection::send_locked() {
  while (unsent() != 0) {
    const ssize_t count = transmit_locked(std::string_view{out_}.substr(sent_));
    if (count >= 0) {
      sent_ += static_cast<std::size_t>(count);
      if (phase_ == phase::streaming) // who reads on, however slowly, is alive
        deadline_ = steady::time_point::max();
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (deadline_ == steady::time_point::max())
        deadline_ = steady::now() + state_->options.request_timeout;
      return;
    } else if (errno != EINTR) { // the peer is gone
      enter(phase::broken);
      return state_->mail.post(shared_from_this());
    }
  }
  sent_locked();
}

void connection::sent_locked() {
  sent_ = 0;
  if (phase_ == phase::streaming) {
    out_.clear();
    deadline_ = steady::time_point::max();
    return;
  }
  out_ = {};
  if (phase_ != phase::flushing)
    return;
  if (keep_alive_) {
    enter(phase::reading);
    deadline_ = steady::now() + state_->options.idle_timeout;
  } else {
    finish_locked();
    enter(phase::lingering);
    deadline_ = steady::now() + state_->options.linger_timeout;
  }
  if (unread_)
    state_->mail.post(shared_from_this());
}

ssize_t connection::receive(char* to, std::size_t size) {
  if (!session_)
    return ::recv(socket_.number(), to, size, MSG_DONTWAIT);
  const std::lock_guard lock{guard_}; // a session both reads and writes, whatever it is asked for
  return session_->receive(to, size);
}

ssize_t connection::transmit_locked(std::string_view bytes) {
  return session_
           ? session_->send(bytes.data(), bytes.size())
           : ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void connection::finish_locked() {
  if (session_)
    session_->finish();
  ::shutdown(socket_.number(), SHUT_WR);
}

void connection::answer(std::string bytes, bool keep_alive) {
  const std::lock_guard lock{guard_};
  if (phase_ != phase::answering)
    return; // the peer is gone
  enter(phase::flushing);
  keep_alive_ = keep_alive;
  out_ = std::move(bytes);
  send_locked();
}

void connection::start_stream(std::string head) {
  const std::lock_guard lock{guard_};
  if (phase_ != phase::answering) {
    state_->streams.fetch_sub(1);
    return;
  }
  enter(phase::streaming);
  out_ = std::move(head);
  send_locked();
}

bool connection::stream_on(std::string_view chunk) {
  const std::lock_guard lock{guard_};
  if (phase_ != phase::streaming)
    return false;
  if (unsent() + chunk.size() > state_->options.stream_buffer) {
    enter(phase::broken);
    state_->mail.post(shared_from_this());
    return false;
  }
  const bool idle = unsent() == 0;
  if (sent_ > out_.size() / 2) {
    out_.erase(0, sent_);
    sent_ = 0;
  }
  out_.append(chunk);
  if (idle)
    send_locked();
  return phase_ == phase::streaming;
}

std::size_t connection::stream_room() const {
  const std::lock_guard lock{guard_};
  return phase_ == phase::streaming ? state_->options.stream_buffer - unsent() : 0;
}

void connection::end_stream() {
  const std::lock_guard lock{guard_};
  if (phase_ != phase::streaming)
    return;
  enter(phase::flushing);
  keep_alive_ = false;
  send_locked();
}

connection::phase connection::now() const {
  const std::lock_guard lock{guard_};
  return phase_;
}

bool connection::may_read() {
  const std::lock_guard lock{guard_};
  unread_ = phase_ != phase::reading && phase_ != phase::lingering;
  return !unread_;
}

void connection::owe_answer(bool more) {
  const std::lock_guard lock{guard_};
  SAGAS_ASSERT(phase_ == phase::reading);
  enter(phase::answering);
  unread_ = more;
}

void connection::refuse(std::string bytes) {
  const std::lock_guard lock{guard_};
  SAGAS_ASSERT(phase_ == phase::reading);
  enter(phase::flushing);
  keep_alive_ = false;
  unread_ = true;
  out_ = std::move(bytes);
  send_locked();
}

void connection::send_interim(std::string_view bytes) {
  // Into an empty buffer, so it goes whole; who does not get it sends his body without it.
  const std::lock_guard lock{guard_};
  static_cast<void>(transmit_locked(bytes));
}

void connection::send_more() {
  const std::lock_guard lock{guard_};
  if (unsent() != 0 && (phase_ == phase::flushing || phase_ == phase::streaming))
    send_locked();
}

void connection::set_deadline(steady::time_point at) {
  const std::lock_guard lock{guard_};
  deadline_ = at;
}

bool connection::is_late(steady::time_point at) const {
  const std::lock_guard lock{guard_};
  return deadline_ <= at;
}

void connection::close() {
  const std::lock_guard lock{guard_};
  enter(phase::closed);
  socket_.reset();
  out_ = {};
  sent_ = 0;
}

} // namespace sagas::http
