#include "http/server/event_loop.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "http/server/answer_bytes.hpp"
#include "saga/assert.hpp"

namespace sagas::http {
namespace {

constexpr std::size_t scratch_size = 64 << 10;
constexpr int reads_at_once = 16;
// Connections beyond connections_max that are told so before they are closed.
constexpr std::size_t refused_at_once = 64;
constexpr std::uint32_t client_events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

// Often enough that nobody outstays a time-out by more than an eighth of the shortest.
steady::duration sweep_interval(const server_options& options) {
  const milliseconds shortest = std::min(
    {options.head_timeout, options.request_timeout, options.idle_timeout, options.linger_timeout});
  return std::clamp(shortest / 8, milliseconds{5}, milliseconds{250});
}

std::string problem_bytes(const problem& what) {
  return answer_bytes(to_response(what), {.keep_alive = false});
}

} // namespace

event_loop::event_loop(std::shared_ptr<shared_state> state, descriptor epoll, descriptor listener,
                       std::unique_ptr<tls_source> tls, worker_pool& workers)
  : state_(std::move(state)), events_(std::move(epoll)),
    door_(std::move(listener), events_, state_->log), tls_(std::move(tls)), workers_(workers),
    scratch_(scratch_size), sweep_every_(sweep_interval(state_->options)) {
  events_.add(state_->mail.event().number(), EPOLLIN);
  thread_ = std::thread{[this] { run(); }};
}

event_loop::~event_loop() {
  stopping_ = true;
  state_->mail.wake();
  thread_.join();
  state_->mail.close();
  for (auto& [number, who] : clients_)
    who.link->close();
}

void event_loop::run() {
  while (!stopping_)
    look();
}

// One round. Accepting comes last: a number that was closed in this round must not come back while
// events of its former owner may still be waiting.
void event_loop::look() {
  const auto events = events_.wait(state_->limits.plan(next_look()));
  now_ = steady::now();
  bool arrivals = false;
  for (const epoll_event& event : events) {
    if (door_.is(event.data.fd))
      arrivals = true;
    else if (event.data.fd == state_->mail.event().number())
      for (const connection_ptr& link : state_->mail.take())
        resume(link);
    else if (const auto found = clients_.find(event.data.fd); found != clients_.end())
      on_event(found->second, event.events);
  }
  run_limits();
  if (now_ >= next_sweep_ || (state_->draining && !drained_))
    sweep();
  if (arrivals)
    door_.accept_some([this](descriptor socket) { admit(std::move(socket)); });
  dispatch();
}

steady::time_point event_loop::next_look() const {
  return clients_.empty() && !door_.paused() ? now_ + std::chrono::hours{1} : next_sweep_;
}

// -- one client ---------------------------------------------------------------------------------

void event_loop::admit(descriptor socket) {
  const bool counted = counted_ < state_->options.connections_max;
  if (!counted && (tls_ || clients_.size() >= state_->options.connections_max + refused_at_once))
    return; // closed without a word: a word over TLS would cost a handshake
  const int yes = 1;
  static_cast<void>( // it would only be slower
    ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes));
  const int number = socket.number();
  std::unique_ptr<tls_session> session;
  if (tls_ && !(session = tls_->current(now_).accept(number)))
    return;
  if (!events_.add(number, client_events))
    return;
  if (clients_.empty())
    next_sweep_ = now_ + sweep_every_;
  const auto link = std::make_shared<connection>(std::move(socket), state_, std::move(session));
  counted_ += counted ? 1 : 0;
  client& who = clients_.try_emplace(number, link, request_reader{state_->options, state_->bodies})
                  .first->second;
  who.counted = counted;
  // A handshake belongs to the head: both have to be there in its time.
  link->set_deadline(now_
                     + (tls_ ? std::min(state_->options.head_timeout, state_->options.idle_timeout)
                             : state_->options.idle_timeout));
  if (!counted)
    link->refuse(problem_bytes({.type = problem_type::overloaded,
                                .detail = "too many connections are open: try again later"}));
}

void event_loop::on_event(client& who, std::uint32_t events) {
  const connection::phase phase = who.link->now();
  const bool left = phase == connection::phase::streaming && (events & EPOLLRDHUP) != 0;
  const bool dead = (events & EPOLLERR) != 0
                    || ((events & EPOLLHUP) != 0 && phase != connection::phase::lingering);
  if (left || dead)
    return drop(who);
  if ((events & EPOLLOUT) != 0)
    who.link->send_more();
  if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP)) != 0)
    read(who, (events & EPOLLRDHUP) != 0);
}

void event_loop::resume(const connection_ptr& link) {
  const auto found = clients_.find(link->number());
  if (found == clients_.end() || found->second.link != link)
    return; // closed meanwhile
  client& who = found->second;
  if (link->now() == connection::phase::broken)
    return drop(who);
  if (link->now() != connection::phase::reading || !who.reader.has_more() || take(who, {}, true))
    read(who, true);
}

// Reads until a request is whole or nothing is left: that is when less came than was asked for,
// but for an end of the stream, which nothing tells a second time. A client who sends without end
// waits for the others' turn now and then. TLS gives a record at a time, so there only EAGAIN
// tells.
void event_loop::read(client& who, bool to_the_end) {
  for (int round = 0; who.link->may_read(); ++round) {
    if (round == reads_at_once)
      return state_->mail.post(who.link);
    const ssize_t count = who.link->receive(scratch_.data(), scratch_.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      return;
    if (count <= 0)
      return drop(who);
    const auto size = static_cast<std::size_t>(count);
    const bool more = to_the_end || tls_ || size == scratch_.size();
    if (who.link->now() == connection::phase::reading && !take(who, {scratch_.data(), size}, more))
      return;
    if (!more)
      return;
  }
}

// False when reading stops here.
bool event_loop::take(client& who, std::string_view bytes, bool more) {
  if (who.reader.state() == arrival::nothing)
    who.began = now_;
  switch (who.reader.take(bytes)) {
  case arrival::nothing: return true;
  case arrival::part_of_head:
    who.link->set_deadline(who.began + state_->options.head_timeout);
    return true;
  case arrival::part_of_body:
    if (who.reader.wants_continue())
      who.link->send_interim("HTTP/1.1 100 Continue\r\n\r\n");
    who.link->set_deadline(who.began + state_->options.request_timeout);
    return true;
  case arrival::whole: hand_over(who, more); return false;
  case arrival::refused: refuse(who, who.reader.why()); return false;
  }
  SAGAS_ASSERT(false);
}

void event_loop::hand_over(client& who, bool more) {
  raw_request whole = who.reader.release();
  whole.facts.keep_alive = whole.facts.keep_alive
                           && ++who.served < state_->options.requests_per_connection;
  who.link->owe_answer(more || who.reader.has_more());
  arrived_.push_back(std::make_shared<live_exchange>(state_, who.link, std::move(whole)));
}

void event_loop::refuse(client& who, const problem& why) { who.link->refuse(problem_bytes(why)); }

void event_loop::drop(client& who) {
  const int number = who.link->number();
  counted_ -= who.counted ? 1 : 0;
  who.link->close();
  clients_.erase(number);
  door_.resume();
}

// -- time ---------------------------------------------------------------------------------------

// While draining nothing more is worth waiting for: every late answer is due.
void event_loop::run_limits() {
  const auto due = state_->draining ? steady::time_point::max() : now_;
  for (const auto& one : state_->limits.take_due(due))
    one->time_out();
}

// Ends who is late: those in mid request are told so.
void event_loop::sweep() {
  next_sweep_ = now_ + sweep_every_;
  door_.resume();
  if (state_->draining && !drained_)
    begin_drain();
  std::vector<int> late;
  for (const auto& [number, who] : clients_)
    if (who.link->is_late(now_))
      late.push_back(number);
  for (const int number : late) {
    client& who = clients_.at(number);
    const bool asked = who.reader.state() == arrival::part_of_head
                       || who.reader.state() == arrival::part_of_body;
    if (asked && who.link->now() == connection::phase::reading)
      refuse(who, {.type = problem_type::request_timeout});
    else
      drop(who);
  }
}

void event_loop::begin_drain() {
  drained_ = true;
  state_->busy.change(-1); // as drain() counts itself until now
  door_.stop();
  for (auto& [number, who] : clients_)
    if (who.link->now() == connection::phase::reading && who.reader.state() == arrival::nothing)
      who.link->set_deadline(now_);
}

void event_loop::dispatch() {
  if (arrived_.empty())
    return;
  for (const worker_pool::job& one : workers_.post(arrived_))
    one->respond(to_response({.type = problem_type::overloaded}));
}

} // namespace sagas::http
