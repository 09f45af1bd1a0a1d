#include "chaos/web/unruly_path.hpp"

#include <optional>
#include <thread>

#include "app/client.hpp"

namespace sagas::chaos {
namespace {

using visit = http::testing::scripted_service::visit;
using std::chrono::seconds;

constexpr std::size_t gigabyte = std::size_t{1} << 30;
constexpr milliseconds service_limit{10'000};
constexpr seconds silence_limit{30};

bool is_ours(const std::string& name) {
  return name == "Host" || name == "Content-Length" || name == "Connection";
}

api_request request_in(const std::string& text) {
  api_request made;
  const std::size_t head = text.find("\r\n\r\n");
  const std::size_t method = text.find(' ');
  made.method = text.substr(0, method);
  made.path = text.substr(method + 1, text.find(' ', method + 1) - method - 1);
  for (std::size_t at = text.find("\r\n"); at < head;) {
    const std::size_t begin = at + 2;
    at = text.find("\r\n", begin);
    const std::size_t colon = text.find(": ", begin);
    if (colon < at && !is_ours(text.substr(begin, colon - begin)))
      made.headers.emplace_back(text.substr(begin, colon - begin),
                                text.substr(colon + 2, at - colon - 2));
  }
  made.body = text.substr(head + 4);
  made.deadline = service_limit;
  return made;
}

// Nothing when the service is away: it may have heard of the call all the same.
std::optional<api_answer> ask(const std::string& service, const std::string& request) {
  auto client = api_client::to(service);
  if (!client)
    return std::nullopt;
  auto said = client->send(request_in(request));
  return said ? std::optional{std::move(*said)} : std::nullopt;
}

std::string bytes_of(const api_answer& said) {
  return "HTTP/1.1 " + std::to_string(said.status)
         + " X\r\nContent-Type: application/json\r\nContent-Length: "
         + std::to_string(said.body.size()) + "\r\n\r\n" + said.body;
}

void drip(visit& at, const std::string& bytes) {
  for (const char each : bytes) {
    if (!at.say({&each, 1}))
      return;
    at.wait_for_end(seconds{1});
  }
}

void repeat(visit& at, const std::string& piece, std::size_t bytes) {
  for (std::size_t sent = 0; sent < bytes && at.say(piece); sent += piece.size()) {
  }
}

// Answers badly; whether the connection may go on.
bool answer_badly(visit& at, web_fault what, const api_answer& right) {
  switch (what) {
  case web_fault::none: at.say(bytes_of(right)); return true;
  case web_fault::error: at.answer(500, "{}"); return true;
  case web_fault::busy: at.answer(429, "{}", "Retry-After: 1\r\n"); return true;
  case web_fault::redirect: at.answer(302, "", "Location: /otro\r\n"); return true;
  case web_fault::silence: at.wait_for_end(silence_limit); return false;
  case web_fault::drip: drip(at, bytes_of(right)); return false;
  case web_fault::reset: at.reset(); return false;
  case web_fault::garbage: repeat(at, "\x16\x03\x01 \xff\xfe\n", 4'096); return false;
  case web_fault::flood:
    at.say("HTTP/1.1 200 X\r\nContent-Length: " + std::to_string(gigabyte) + "\r\n\r\n");
    repeat(at, std::string(std::size_t{1} << 16, '1'), gigabyte);
    return false;
  case web_fault::broken_json: at.answer(200, R"({"localizador": )"); return true;
  case web_fault::headers:
    at.say("HTTP/1.1 200 X\r\n");
    repeat(at, "X-Otro: " + std::string(1'000, 'a') + "\r\n", gigabyte);
    return false;
  }
  return false;
}

} // namespace

unruly_path::unruly_path(std::string to, std::uint64_t seed, unsigned share)
  : to_(std::move(to)), seed_(seed), share_(share), path_([this](visit& at) { return pass(at); }) {}

bool unruly_path::pass(visit& at) {
  const web_trouble trouble = draw_trouble(seed_, calls_++, share_);
  ++struck_[static_cast<std::size_t>(trouble.what)];
  std::optional<api_answer> said = api_answer{.status = 503, .body = "{}"};
  if (trouble.what == web_fault::none || trouble.done_first)
    said = ask(to_, at.request());
  if (!said) { // as it looks without a path between them
    at.reset();
    return false;
  }
  return answer_badly(at, trouble.what, *said);
}

} // namespace sagas::chaos
