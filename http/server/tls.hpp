// TLS on a socket that does not block: what a server shows, whom it lets in, and one client's
// session. The one place that knows OpenSSL's handshake.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <memory>

#include "http/server.hpp"

struct ssl_st;
struct ssl_ctx_st;

namespace sagas::http {

/// One client's. Used by one thread at a time.
class tls_session {
public:
  explicit tls_session(ssl_st* session) : session_(session) {}
  tls_session(const tls_session&) = delete;
  tls_session& operator=(const tls_session&) = delete;
  ~tls_session();

  /// Like ::recv and ::send without blocking: -1 with EAGAIN when nothing goes now; the handshake
  /// happens on the way. A short read does not mean that nothing is left: only EAGAIN does.
  ssize_t receive(char* to, std::size_t size);
  ssize_t send(const char* from, std::size_t size);
  /// Tells the peer that nothing more comes.
  void finish();

private:
  ssize_t outcome_of(int count);

  ssl_st* const session_;
  bool broken_ = false;
};

/// Certificate, key, and the authorities of clients. Thread-safe.
class tls_context {
public:
  /// Reads the files. invalid_input: one that can't be read, or a key of another certificate.
  static result<std::shared_ptr<const tls_context>> open(const tls_files& files);
  tls_context(const tls_context&) = delete;
  tls_context& operator=(const tls_context&) = delete;
  ~tls_context();

  /// A session on a socket, which stays the caller's; null when there is no memory.
  std::unique_ptr<tls_session> accept(int socket) const;

private:
  explicit tls_context(ssl_ctx_st* context) : context_(context) {}

  ssl_ctx_st* const context_;
};

} // namespace sagas::http
