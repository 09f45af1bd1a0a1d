// The sending half of one client's connection, and whose turn it is on it.
//
// Whoever has an answer sends it himself, as far as the socket takes it; the loop sends the rest.
// Only the loop reads and closes. The socket is watched edge-triggered, so what arrives while an
// answer is owed is noted here, and the loop is asked to look again behind the answer.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "http/server/shared_state.hpp"
#include "http/server/tls.hpp"

namespace sagas::http {

class connection : public std::enable_shared_from_this<connection> {
public:
  enum class phase : std::uint8_t {
    reading,   ///< the loop waits for a request
    answering, ///< an exchange owes the answer
    flushing,  ///< the answer is on its way
    streaming, ///< a live stream is on its way
    lingering, ///< all is said; what comes is thrown away until the peer has closed
    broken,    ///< of no use any more; the loop will close it
    closed,
  };

  /// Without `session`: plain HTTP.
  connection(descriptor socket, std::shared_ptr<shared_state> state,
             std::unique_ptr<tls_session> session = nullptr)
    : state_(std::move(state)), session_(std::move(session)), socket_(std::move(socket)) {}
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection();

  // -- any thread -------------------------------------------------------------------------------

  /// The answer that is owed.
  void answer(std::string bytes, bool keep_alive);
  /// A stream instead of it; its slot among all streams is given back when it ends.
  void start_stream(std::string head);
  /// False when the stream has ended or the peer is too slow for the buffer.
  bool stream_on(std::string_view chunk);
  std::size_t stream_room() const;
  void end_stream();

  // -- the loop's thread ------------------------------------------------------------------------

  int number() const { return socket_.number(); }
  phase now() const;
  /// Like ::recv, without blocking.
  ssize_t receive(char* to, std::size_t size);
  /// Whether to read: while an answer is owed the answer is no, and asked again later.
  bool may_read();
  /// A request is whole; `more` may have come behind it.
  void owe_answer(bool more);
  /// Answers without a request, and closes.
  void refuse(std::string bytes);
  /// "100 Continue".
  void send_interim(std::string_view bytes);
  /// The socket takes more.
  void send_more();
  void set_deadline(steady::time_point at);
  bool is_late(steady::time_point at) const;
  void close();

private:
  void enter(phase next);
  void send_locked();
  void sent_locked();
  ssize_t transmit_locked(std::string_view bytes);
  void finish_locked();
  std::size_t unsent() const { return out_.size() - sent_; }

  const std::shared_ptr<shared_state> state_;
  mutable std::mutex guard_; // guards all below; only the loop changes socket_
  const std::unique_ptr<tls_session> session_;
  descriptor socket_;
  phase phase_ = phase::reading;
  bool keep_alive_ = false;
  bool unread_ = false; // something arrived that the loop has not looked at
  std::string out_;
  std::size_t sent_ = 0; // of out_
  steady::time_point deadline_ = steady::time_point::max();
};

} // namespace sagas::http
