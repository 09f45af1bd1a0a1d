#include "http/participant/transfer.hpp"

#include <algorithm>

#include <sys/socket.h>

#include "http/participant/address.hpp"

namespace sagas::http {
namespace {

constexpr const char* too_large = "la respuesta es demasiado grande";
constexpr const char* forbidden = "su dirección no está permitida: véase participants.targets";

std::string part_of(const std::string& url, CURLUPart which) {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> parsed{curl_url(), curl_url_cleanup};
  char* text = nullptr;
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK
      || curl_url_get(parsed.get(), which, &text, CURLU_DEFAULT_PORT) != CURLUE_OK)
    return {};
  std::string part{text};
  curl_free(text);
  return part;
}

// Also of a first try on a connection that turned out to be closed: curl makes a second one.
bool has_left(CURL* handle) {
  long bytes = 0;
  curl_easy_getinfo(handle, CURLINFO_REQUEST_SIZE, &bytes);
  return bytes > 0;
}

} // namespace

bool transfer::begin(curl_handle handle, steady_time now) {
  handle_ = std::move(handle);
  CURL* const at = handle_.get();
  for (const std::string& each : request_.headers) {
    curl_slist* longer = curl_slist_append(headers_.get(), each.c_str());
    if (!longer)
      return false;
    (void)headers_.release();
    headers_.reset(longer);
  }
  const lane_terms& terms = lane_->terms;
  special_allowed_ = is_listed(terms.special_targets, part_of(request_.url, CURLUPART_HOST),
                               part_of(request_.url, CURLUPART_PORT));
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(request_.deadline - now).count();
  const auto limit = static_cast<long>(std::max<std::int64_t>(1, left));
  const auto set = [at](CURLoption what, auto value) {
    return curl_easy_setopt(at, what, value) == CURLE_OK;
  };
  const auto size = static_cast<curl_off_t>(request_.body.size());
  bool good = set(CURLOPT_URL, request_.url.c_str()) && set(CURLOPT_HTTPHEADER, headers_.get())
              && set(CURLOPT_POST, 1L) && set(CURLOPT_POSTFIELDS, request_.body.data())
              && set(CURLOPT_POSTFIELDSIZE_LARGE, size) && set(CURLOPT_PRIVATE, this)
              && set(CURLOPT_PROTOCOLS_STR, "http,https") && set(CURLOPT_FOLLOWLOCATION, 0L)
              && set(CURLOPT_PROXY, "") && set(CURLOPT_NOSIGNAL, 1L)
              && set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1))
              && set(CURLOPT_TIMEOUT_MS, limit)
              && set(CURLOPT_CONNECTTIMEOUT_MS,
                     std::min(limit, static_cast<long>(terms.connect_timeout.count())))
              && set(CURLOPT_WRITEFUNCTION, &transfer::take_body) && set(CURLOPT_WRITEDATA, this)
              && set(CURLOPT_HEADERFUNCTION, &transfer::take_header)
              && set(CURLOPT_HEADERDATA, this)
              && set(CURLOPT_OPENSOCKETFUNCTION, &transfer::open_socket)
              && set(CURLOPT_OPENSOCKETDATA, this);
  if (request_.reads)
    good = good && set(CURLOPT_HTTPGET, 1L);
  if (!terms.ca_file.empty())
    good = good && set(CURLOPT_CAINFO, terms.ca_file.c_str());
  if (!terms.certificate.empty())
    good = good && set(CURLOPT_SSLCERT, terms.certificate.c_str())
           && set(CURLOPT_SSLKEY, terms.key.c_str());
  return good;
}

curl_handle transfer::release() {
  if (handle_)
    curl_easy_reset(handle_.get());
  return std::move(handle_);
}

std::size_t transfer::take_body(char* data, std::size_t, std::size_t size, void* self) {
  transfer& of = *static_cast<transfer*>(self);
  if (of.reader_.take_body({data, size}))
    return size;
  of.refused_ = too_large;
  return 0;
}

std::size_t transfer::take_header(char* data, std::size_t, std::size_t size, void* self) {
  transfer& of = *static_cast<transfer*>(self);
  if (of.reader_.take_line({data, size}))
    return size;
  of.refused_ = too_large;
  return 0;
}

// Where a name leads is known only here, at the last moment.
curl_socket_t transfer::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  transfer& of = *static_cast<transfer*>(self);
  if (!of.special_allowed_ && is_special(address->addr)) {
    of.refused_ = forbidden;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

web_answer transfer::result_of(CURLcode code) {
  if (code == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    return std::move(reader_).finish(static_cast<int>(status));
  }
  web_answer made;
  const bool sent = has_left(handle_.get());
  made.how = sent ? web_answer::fate::unknown : web_answer::fate::not_sent;
  made.code = refused_ == too_large              ? "respuesta_demasiado_grande"
              : refused_ == forbidden            ? "direccion_prohibida"
              : code == CURLE_OPERATION_TIMEDOUT ? "timeout"
              : sent                             ? "conexion_rota"
                                                 : "sin_conexion";
  made.reason = refused_ ? refused_ : curl_easy_strerror(code);
  return made;
}

} // namespace sagas::http
