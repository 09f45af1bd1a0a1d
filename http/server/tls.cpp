#include "http/server/tls.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdint>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace sagas::http {
namespace {

// -- the socket, as OpenSSL sees it: its own would raise SIGPIPE
// ------------------------------------

int number_of(BIO* bio) {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

int told(BIO* bio, ssize_t count, int retry) {
  BIO_clear_retry_flags(bio);
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    BIO_set_flags(bio, retry | BIO_FLAGS_SHOULD_RETRY);
  return static_cast<int>(count);
}

int write_socket(BIO* bio, const char* from, int size) {
  return told(
    bio, ::send(number_of(bio), from, static_cast<std::size_t>(size), MSG_NOSIGNAL | MSG_DONTWAIT),
    BIO_FLAGS_WRITE);
}

int read_socket(BIO* bio, char* to, int size) {
  return told(bio, ::recv(number_of(bio), to, static_cast<std::size_t>(size), MSG_DONTWAIT),
              BIO_FLAGS_READ);
}

long control_socket(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

BIO* socket_bio(int number) {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "socket");
    if (made != nullptr) {
      BIO_meth_set_write(made, write_socket);
      BIO_meth_set_read(made, read_socket);
      BIO_meth_set_ctrl(made, control_socket);
    }
    return made;
  }();
  BIO* bio = method == nullptr ? nullptr : BIO_new(method);
  if (bio != nullptr) {
    // The number itself is kept, no address. NOLINTNEXTLINE(performance-no-int-to-ptr)
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(number)));
    BIO_set_init(bio, 1);
  }
  return bio;
}

// -- settings
// ---------------------------------------------------------------------------------------

failure refused(const std::string& what, const std::string& path) {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(code);
  ERR_clear_error();
  return {errc::invalid_input, what + " " + path + ": " + (reason ? reason : "it can't be used")};
}

void set_rules(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION
                                 | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
                              | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0); // a resumed client would not show its certificate again
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
}

status load(SSL_CTX* context, const tls_files& files) {
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1)
    return refused("cannot use the certificate in", files.certificate);
  if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1
      || SSL_CTX_check_private_key(context) != 1)
    return refused("cannot use the private key in", files.key);
  if (files.client_ca.empty())
    return nothing{};
  STACK_OF(X509_NAME)* const names = SSL_load_client_CA_file(files.client_ca.c_str());
  if (names == nullptr
      || SSL_CTX_load_verify_locations(context, files.client_ca.c_str(), nullptr) != 1)
    return refused("cannot use the clients' authorities in", files.client_ca);
  SSL_CTX_set_client_CA_list(context, names); // owns them from here
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return nothing{};
}

} // namespace

tls_session::~tls_session() { SSL_free(session_); }

ssize_t tls_session::outcome_of(int count) {
  if (count > 0)
    return count;
  switch (SSL_get_error(session_, count)) {
  case SSL_ERROR_WANT_READ:
  case SSL_ERROR_WANT_WRITE: errno = EAGAIN; return -1;
  case SSL_ERROR_ZERO_RETURN: return 0;
  default:
    broken_ = true;
    ERR_clear_error();
    errno = EPROTO;
    return -1;
  }
}

ssize_t tls_session::receive(char* to, std::size_t size) {
  ERR_clear_error();
  return outcome_of(SSL_read(session_, to, static_cast<int>(std::min<std::size_t>(size, INT_MAX))));
}

ssize_t tls_session::send(const char* from, std::size_t size) {
  ERR_clear_error();
  return outcome_of(
    SSL_write(session_, from, static_cast<int>(std::min<std::size_t>(size, INT_MAX))));
}

void tls_session::finish() {
  if (broken_ || !SSL_is_init_finished(session_))
    return;
  ERR_clear_error();
  SSL_shutdown(session_); // a peer that takes no more has not asked to know
  ERR_clear_error();
}

result<std::shared_ptr<const tls_context>> tls_context::open(const tls_files& files) {
  SSL_CTX* const made = SSL_CTX_new(TLS_server_method());
  if (made == nullptr)
    return refused("cannot set up TLS for", files.certificate);
  std::shared_ptr<const tls_context> context{new tls_context{made}};
  set_rules(made);
  if (const status loaded = load(made, files); !loaded)
    return loaded.error();
  return context;
}

tls_context::~tls_context() { SSL_CTX_free(context_); }

std::unique_ptr<tls_session> tls_context::accept(int socket) const {
  SSL* const session = SSL_new(context_);
  BIO* const bio = session == nullptr ? nullptr : socket_bio(socket);
  if (bio == nullptr) {
    SSL_free(session);
    return nullptr;
  }
  SSL_set_bio(session, bio, bio);
  SSL_set_accept_state(session);
  return std::make_unique<tls_session>(session);
}

} // namespace sagas::http
