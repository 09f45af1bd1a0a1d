#include "app/client.hpp"

#include <regex>

#include <httplib.h>

#include "app/deadline_watch.hpp"

namespace sagas {
namespace {

constexpr std::size_t answer_max = 64 << 20;
constexpr std::chrono::seconds connect_timeout{3};
constexpr std::chrono::seconds silence_max{45};

std::string cause_of(httplib::Error error) {
  switch (error) {
  case httplib::Error::Connection: return "nobody answers there";
  case httplib::Error::ConnectionTimeout: return "connecting took longer than 3s";
  case httplib::Error::Read: return "the connection broke, or no answer came in time";
  case httplib::Error::Write: return "the connection broke";
  case httplib::Error::Canceled: return "the answer is larger than 64MiB";
  case httplib::Error::SSLConnection:
  case httplib::Error::SSLLoadingCerts:
  case httplib::Error::SSLServerVerification:
    return "TLS could not be set up: is it an https address, and its authority known (--ca)?";
  default: return httplib::to_string(error);
  }
}

httplib::Request as_httplib(const api_request& what) {
  httplib::Request request;
  request.method = what.method;
  request.path = what.path;
  request.body = what.body;
  for (const auto& [name, value] : what.headers)
    request.headers.emplace(name, value);
  if (!what.body.empty() && !request.has_header("Content-Type"))
    request.headers.emplace("Content-Type", "application/json");
  return request;
}

bool has_safe_headers(const api_request& what) {
  for (const auto& [name, value] : what.headers)
    for (unsigned char c : name + value)
      if (c < 0x20 || c == 0x7f)
        return false;
  return true;
}

} // namespace

struct api_client::connection {
  connection(const std::string& to, const client_identity& who)
    : url(to), http(to, who.certificate, who.private_key), watch([this] { http.stop(); }) {
    http.set_connection_timeout(connect_timeout);
    http.set_keep_alive(true);
    http.set_tcp_nodelay(true);
    http.set_follow_location(false);
    http.set_decompress(false);
    if (!who.ca.empty())
      http.set_ca_cert_path(who.ca.c_str());
    if (!who.key.empty())
      http.set_default_headers({{"Authorization", "Bearer " + who.key}});
  }

  failure no_answer(const std::string& cause) const {
    return {errc::unavailable, "no answer from " + url + ": " + cause};
  }

  // Sends with the body going to `receive`; the watch ends it at `deadline`, if any.
  result<api_answer> send(httplib::Request request, std::optional<milliseconds> deadline,
                          const std::function<bool(const char*, std::size_t)>& receive) {
    api_answer answer;
    request.response_handler = [&](const httplib::Response& head) {
      answer.status = head.status;
      return true;
    };
    request.content_receiver = [&](const char* data, std::size_t size, std::uint64_t,
                                   std::uint64_t) {
      if (deadline || !answer.ok()) {
        if (answer.body.size() + size > answer_max)
          return false;
        answer.body.append(data, size);
        return true;
      }
      return receive(data, size);
    };
    http.set_read_timeout(deadline ? std::chrono::ceil<std::chrono::seconds>(*deadline)
                                   : silence_max);
    http.set_write_timeout(std::chrono::seconds{10});
    if (deadline)
      watch.arm(deadline_watch::clock::now() + *deadline);
    const httplib::Result got = http.send(request);
    const bool late = watch.disarm();
    if (late)
      return no_answer("none came in time");
    if (!got && (deadline || got.error() != httplib::Error::Canceled))
      return no_answer(cause_of(got.error()));
    if (got)
      answer.status = got->status; // of an answer without a body nothing was told above
    return answer;
  }

  std::string url;
  httplib::Client http;
  deadline_watch watch; // destroyed before the client that it stops
};

result<api_client> api_client::to(const std::string& url, const client_identity& who) {
  static const std::regex form{R"(https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?/?)"};
  if (!std::regex_match(url, form))
    return {errc::invalid_input, "'" + url
                                   + "' is no server's address: write http://host:port, as in "
                                     "http://127.0.0.1:8003"};
  auto made = std::make_unique<connection>(url.ends_with('/') ? url.substr(0, url.size() - 1) : url,
                                           who);
  if (!made->http.is_valid())
    return {errc::invalid_input, "'" + url + "' can't be used: TLS is not available"};
  return api_client{std::move(made)};
}

api_client::api_client(std::unique_ptr<connection> to) : connection_(std::move(to)) {}
api_client::api_client(api_client&&) noexcept = default;
api_client& api_client::operator=(api_client&&) noexcept = default;
api_client::~api_client() = default;

result<api_answer> api_client::send(const api_request& what) {
  if (!has_safe_headers(what))
    return {errc::invalid_input, "a key may not hold control characters"};
  return connection_->send(as_httplib(what), what.deadline, {});
}

result<api_answer> api_client::stream(const api_request& what,
                                      const std::function<bool(std::string_view)>& on_data) {
  if (!has_safe_headers(what))
    return {errc::invalid_input, "a key may not hold control characters"};
  return connection_->send(as_httplib(what), std::nullopt, [&](const char* data, std::size_t size) {
    return on_data(std::string_view{data, size});
  });
}

std::string url_encoded(std::string_view text) {
  constexpr const char* digits = "0123456789ABCDEF";
  std::string out;
  for (unsigned char c : text) {
    if (std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == '~') {
      out += static_cast<char>(c);
    } else {
      out += '%';
      out += digits[c >> 4];
      out += digits[c & 15];
    }
  }
  return out;
}

} // namespace sagas
